"""The social report, chapter by chapter, as blocks: written so that a council member can read it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nahraum.base.language import gettext as _
from nahraum.base.language import ngettext, number
from nahraum.evidence.indicators.edition import Edition, IndexResult
from nahraum.evidence.indicators.show import rows as show
from nahraum.reports.blocks import Block, Bullets, Heading, Paragraph, Table
from nahraum.reports.deviations import areas, deviations, limits_words, why
from nahraum.reports.quality import annex, quality
from nahraum.reports.results import firmness, lebenslagen, whole_index


def chapters(edition: Edition) -> Iterator[Block]:
    """Yield the whole report in reading order."""
    yield from summary(edition)
    yield from method(edition)
    yield from whole_index(edition)
    yield from lebenslagen(edition)
    yield from deviations(edition)
    yield from areas(edition)
    yield from firmness(edition)
    yield from quality(edition)
    yield from annex(edition)


def summary(edition: Edition) -> Iterator[Block]:
    """Yield one page: what this is, which areas stand out, what to keep in mind."""
    index, profile = show.main(edition), edition.profile
    names = show.names(edition)
    period = index.latest.label
    yield Heading(text=_("Summary"), new_page=True)
    if edition.intro:
        yield Paragraph(text=edition.intro, lead=True)
    yield Paragraph(
        text=_(
            "This report looks at living conditions in {count} areas of {city} ({period}). The average of "
            "a city hides its "
            "quarters; so every area is compared with the value of the whole city."
        ).format(count=len(edition.panel.areas), city=edition.imprint.city, period=period),
        lead=not edition.intro,
    )
    if index.classes:
        yield Paragraph(text=_class_sentence(index))
    selected = [names.get(key, key) for key in profile.selected]
    yield Paragraph(text=limits_words(profile.rule))
    if selected:
        yield Paragraph(
            text=ngettext("This is so in {count} area:", "This is so in {count} areas:", len(selected)).format(
                count=len(selected)
            )
        )
        yield Bullets(items=tuple(why(edition, key) for key in profile.selected[:12]))
        if len(selected) > 12:
            yield Paragraph(text=_("The remaining areas stand in the chapter on deviations."), note=True)
    else:
        yield Paragraph(text=_("No area reaches these limits."))
    yield Paragraph(
        text=_(
            "A high value says nothing about the people who live there. It shows where burdens come "
            "together, and where "
            "a city can do more. Numbers show where to look; what is needed there can only be said with "
            "the people on site."
        )
    )
    if edition.hidden:
        yield Paragraph(text=_protection_sentence(edition), note=True)


def _class_sentence(index: IndexResult) -> str:
    classes = index.classes[0]
    numbers = classes.number[index.now]
    present = numbers[numbers > 0]
    count = np.bincount(present, minlength=max(int(present.max(initial=0)), len(classes.labels)) + 1)
    parts = [f"{count[n]} {show.class_label(classes, n)}" for n in range(len(count) - 1, 0, -1) if count[n]]
    return _("By the index, {count} areas fall into these classes: {parts}.").format(
        count=int(present.size), parts=", ".join(parts)
    )


def _protection_sentence(edition: Edition) -> str:
    rule = edition.protection
    return _(
        "{count} values are protected because they would say something about very few people (fewer "
        "than {cases} cases or "
        "fewer than {people} people), or because others could be worked out from them. Index and "
        "deviations are computed without them."
    ).format(count=number(edition.hidden, 0), cases=rule.min_numerator, people=rule.min_denominator)


def method(edition: Edition) -> Iterator[Block]:
    """Yield the method in plain words, with its parameters."""
    index = show.main(edition)
    yield Heading(text=_("How the index is made"), new_page=True)
    yield Paragraph(
        text=_(
            "An index draws many indicators together into one number. That makes areas comparable, and it "
            "hides much: so the recipe "
            "stands here in full. Every step can be changed and computed again."
        )
    )
    yield Bullets(items=tuple(show.method_sentences(edition)))
    used = {leaf.id for leaf in index.recipe.tree.at(0)}
    rows = [
        (
            domain.name,
            indicator.name,
            _direction(indicator.direction.value),
        )
        for domain in edition.domains
        for indicator in edition.panel.indicators
        if indicator.domain == domain.id and indicator.id in used
    ]
    yield Table(
        caption=_("Indicators of the index"),
        head=(_("Lebenslage"), _("Indicator"), _("A high value is")),
        rows=tuple(rows),
        widths=(2, 5, 2),
        small=True,
    )
    if index.excluded:
        names = show.names(edition)
        yield Table(
            caption=_("Areas left out of the index"),
            head=(_("Area"), _("Reason")),
            rows=tuple((f"{names.get(key, key)} ({key})", _(reason)) for key, reason in index.excluded.items()),
            widths=(2, 3),
            small=True,
        )


def _direction(direction: str) -> str:
    return {
        "higher_is_worse": _("unfavourable"),
        "higher_is_better": _("favourable"),
        "neutral": _("neither"),
    }[direction]
