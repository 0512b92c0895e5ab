"""What stands in a chapter in place of a placeholder on a line of its own: tables, maps, charts, whole chapters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nahraum.base import Period, State, Value
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.evidence.indicators.edition import Edition, IndexResult
from nahraum.evidence.indicators.show import rows as show
from nahraum.evidence.indicators.show.store import CUTS, city_labels, period_rows
from nahraum.reports import chapters, deviations, quality, results
from nahraum.reports.answers import areas_in, no_number, shown_at, value_at
from nahraum.reports.blocks import Block, Bullets, Figure, Paragraph, Table
from nahraum.reports.lookup import Spot, Subject, find_period, find_spot, find_subject, near, unfilled
from nahraum.reports.placeholders import AREA, CHAPTER, PERIOD, SUBJECT, Call, folded
from nahraum.reports.recommendations import Carried, recommendation_blocks
from nahraum.reports.svg_map import MapData, svg_map


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A chapter that every report can have: its name in a placeholder, its title and what it tells (English msgids)."""

    id: str
    german: str
    title: str
    does: str
    blocks: Callable[[Edition], Iterator[Block]]


STANDARD = (
    Standard(
        id="summary",
        german="zusammenfassung",
        title=gettext_noop("Summary"),
        does=gettext_noop("which areas stand out, on one page"),
        blocks=chapters.summary,
    ),
    Standard(
        id="method",
        german="methode",
        title=gettext_noop("How the index is made"),
        does=gettext_noop("the recipe of the index in plain words"),
        blocks=chapters.method,
    ),
    Standard(
        id="index",
        german="index",
        title=gettext_noop("Index"),
        does=gettext_noop("map and table of the index"),
        blocks=results.whole_index,
    ),
    Standard(
        id="lebenslagen",
        german="lebenslagen",
        title=gettext_noop("Lebenslagen"),
        does=gettext_noop("map and table of each Lebenslage"),
        blocks=results.lebenslagen,
    ),
    Standard(
        id="deviations",
        german="abweichungen",
        title=gettext_noop("How strongly and how often areas deviate"),
        does=gettext_noop("how strongly and how often areas deviate"),
        blocks=deviations.deviations,
    ),
    Standard(
        id="areas",
        german="gebiete",
        title=gettext_noop("Areas that deviate"),
        does=gettext_noop("a page for each area that deviates"),
        blocks=deviations.areas,
    ),
    Standard(
        id="robustness",
        german="festigkeit",
        title=gettext_noop("How firm the ranking is"),
        does=gettext_noop("how firm the ranks are"),
        blocks=results.firmness,
    ),
    Standard(
        id="quality",
        german="datenlage",
        title=gettext_noop("Do the areas add up? Data quality"),
        does=gettext_noop("what the data can carry"),
        blocks=quality.quality,
    ),
    Standard(
        id="annex",
        german="anhang",
        title=gettext_noop("Annex: the indicators"),
        does=gettext_noop("a sheet for every indicator"),
        blocks=quality.annex,
    ),
)


def standard_title(text: str) -> str:
    """Return the title of the standard chapter that a text prints and nothing else; empty for any other text."""
    found = re.fullmatch(r"\s*\{\{\s*(?:kapitel|chapter)\s*:\s*([^|{}]+?)\s*\}\}\s*", text, re.IGNORECASE)
    wanted = found[1].lower() if found else ""
    return next((_(each.title) for each in STANDARD if wanted in (each.id, each.german)), "")


def inserted(edition: Edition, call: Call, recommendations: Carried) -> tuple[str, tuple[Block, ...]]:
    """Return the key of a placeholder that stands alone, and the blocks in its place. Raises Unfilled."""
    if call.kind.id == "recommendations":
        return "recommendations", tuple(recommendation_blocks(edition, recommendations))
    key, blocks = INSERTS[call.kind.id](edition, call)
    if not blocks:
        raise unfilled(
            "placeholder-empty",
            message="“{source}” holds nothing here: there are no numbers or no boundaries for it.",
            source=call.source,
        )
    return key, tuple(blocks)


def _key(call: Call, *parts: str) -> str:
    return "|".join((call.kind.id, *parts))


def _table(edition: Edition, call: Call) -> tuple[str, Sequence[Block]]:
    subject, spot = find_subject(edition, call[SUBJECT]), find_spot(edition, call[AREA])
    period = find_period(edition, subject, call[PERIOD])
    key = _key(call, subject.id, spot.level, spot.key, call[PERIOD] and str(period))
    where = "" if spot.is_city else f"{spot.label}, "
    caption = f"{subject.name}, {where}{period.label}"
    if subject.index is not None and not subject.is_group:
        return key, [_index_table(edition, subject.index, spot, period, caption)]
    names = show.names(edition)
    finest = edition.system.finest.id
    rows = [
        (area, names.get(area, area), _cell(edition, subject, Spot(level=finest, key=area, name=""), period))
        for area in areas_in(edition, spot)
    ]
    if subject.indicator is not None:
        around = () if spot.is_city else (spot,)
        rows += [
            ("", f"{each.label}", _cell(edition, subject, each, period))
            for each in (*around, find_spot(edition, ""))
            if each.level != finest
        ]
    head = (_("No."), _("Area"), _("Value"))
    return key, [Table(caption=caption, head=head, rows=tuple(rows), right=(2,), widths=(1.4, 5, 2.2), small=True)]


def _cell(edition: Edition, subject: Subject, spot: Spot, period: Period) -> str:
    return shown_at(edition, subject, spot, period)


def _index_table(edition: Edition, index: IndexResult, spot: Spot, period: Period, caption: str) -> Table:
    inside = areas_in(edition, spot) if index.level == edition.system.finest.id else index.areas
    rows = [
        (
            str(row.rank or "–"),
            row.key,
            row.name,
            row.why if row.score is None else show.shown_number(row.score, 2, sign=True),
            row.class_label or "–",
        )
        for row in show.ranking(edition, index, period)
        if row.key in inside
    ]
    head = (_("Rank"), _("No."), _("Area"), _("Value"), _("Class"))
    return Table(caption=caption, head=head, rows=tuple(rows), right=(0, 3), widths=(1, 1.4, 5, 1.4, 4), small=True)


def _map(edition: Edition, call: Call) -> tuple[str, Sequence[Block]]:
    subject = find_subject(edition, call[SUBJECT])
    period, spot = find_period(edition, subject, call[PERIOD]), find_spot(edition, call[AREA])
    key = _key(call, subject.id, call[PERIOD] and str(period), spot.level, spot.key)
    level = edition.system.finest.id
    if edition.boundaries is None or (subject.index is not None and subject.index.level != level):
        return key, []
    limits, labels = _classes(edition, subject, period)
    values = {
        area.key: value_at(edition, subject, Spot(level=level, key=area.key, name=area.name), period)
        for area in edition.system.at(level)
        if subject.index is None or area.key in subject.index.areas
    }
    scored = _scored(subject, period)
    numbers = {
        area: 0 if value.state is not State.NUMBER else scored.get(area, 1 + sum(value.number > cut for cut in limits))
        for area, value in values.items()
    }
    title, names = f"{subject.name}, {period.label}", show.names(edition)
    data = MapData(
        numbers=numbers,
        states={area: value.state for area, value in values.items()},
        labels=labels,
        limits=limits,
        title=title,
        names=names,
        marked=spot.key if spot.level == level else "",
        blank=_blank(edition, subject, period, values),
    )
    highest = [names[area] for area, n in numbers.items() if n == len(labels)][:15]
    alt = _("Map of {city}: {title}. Highest class: {areas}.").format(
        city=edition.imprint.city, title=title, areas=", ".join(highest) or _("none")
    )
    return key, [Figure(svg=svg_map(edition.boundaries, data), caption=title, alt=alt, width=92)]


def _blank(edition: Edition, subject: Subject, period: Period, values: Mapping[str, Value]) -> str:
    """Return the words for areas without a number that are not protected; empty where there are none."""
    states = {key: value.state for key, value in values.items() if value.state not in (State.NUMBER, State.PROTECTED)}
    level = edition.system.finest.id
    spots = {key: Spot(level=level, key=key, name=key) for key in states}
    return ", ".join(sorted({no_number(edition, subject, spots[key], period, states[key]) for key in states}))


def _scored(subject: Subject, period: Period) -> Mapping[str, int]:
    """Return the classes that the recipe itself gives to the areas of an index."""
    index = subject.index
    if index is None or subject.is_group or not index.classes:
        return {}
    numbers = index.classes[0].number[index.periods.index(period)]
    return {area: int(n) for area, n in zip(index.areas, numbers, strict=True)}


def _classes(edition: Edition, subject: Subject, period: Period) -> tuple[list[float], list[str]]:
    """Return the limits of the classes and their words, as the atlas shows them."""
    index = subject.index
    if index is not None and not subject.is_group and index.classes:
        classes = index.classes[0]
        own = classes.limits[index.periods.index(period)]
        return [float(limit) for limit in own], [show.class_label(classes, n) for n in range(1, len(own) + 2)]
    limits_of = {row.layer: row.limits for row in period_rows(edition) if row.period == str(period)}
    limits = CUTS if index is not None else limits_of.get(subject.id, CUTS)
    return [np.nan if limit is None else limit for limit in limits], list(city_labels())


def _finest(edition: Edition, text: str) -> Spot:
    spot = find_spot(edition, text)
    if spot.level != edition.system.finest.id or spot.key not in edition.panel.areas:
        raise unfilled(
            "placeholder-unsuited",
            message="There is no such picture of {area}.",
            remedy="Name one of the finest areas ({level}).",
            area=spot.label,
            level=edition.system.finest.name,
        )
    return spot


def _profile(edition: Edition, call: Call) -> tuple[str, Sequence[Block]]:
    spot = _finest(edition, call[AREA])
    return _key(call, spot.key), [deviations.beside_the_city(edition, spot.key)]


def _figures(edition: Edition, call: Call) -> tuple[str, Sequence[Block]]:
    spot = _finest(edition, call[AREA])
    return _key(call, spot.key), list(deviations.fact_sheet(edition, spot.key))


def _series(edition: Edition, call: Call) -> tuple[str, Sequence[Block]]:
    subject, spot = find_subject(edition, call[SUBJECT]), _finest(edition, call[AREA])
    if subject.indicator is None:
        raise unfilled(
            "placeholder-unsuited",
            message="“{subject}” is set anew in every period; a series of it would mislead.",
            remedy="Name an indicator.",
            subject=subject.name,
        )
    figures = list(deviations.over_time(edition, spot.key, subject.k, width=80))
    note = Paragraph(text=_("{name}; dashed: the whole city").format(name=spot.label), note=True)
    return _key(call, subject.id, spot.key), [*figures, note] if figures else []


def _selection(edition: Edition, call: Call) -> tuple[str, Sequence[Block]]:
    chosen = edition.profile.selected
    if not chosen:
        return call.kind.id, [Paragraph(text=_("No area reaches these limits."))]
    return call.kind.id, [Bullets(items=tuple(deviations.why(edition, key) for key in chosen))]


def _chapter(edition: Edition, call: Call) -> tuple[str, Sequence[Block]]:
    wanted = folded(call[CHAPTER])
    for each in STANDARD:
        if wanted in (each.id, each.german):
            return _key(call, each.id), list(each.blocks(edition))
    raise unfilled(
        "placeholder-chapter-unknown",
        message="There is no standard chapter “{text}”.",
        remedy="Near are: {near}.",
        text=call[CHAPTER],
        near=near(call[CHAPTER], [each.german for each in STANDARD]),
    )


INSERTS: Mapping[str, Callable[[Edition, Call], tuple[str, Sequence[Block]]]] = {
    "table": _table,
    "map": _map,
    "profile": _profile,
    "series": _series,
    "figures": _figures,
    "selection": _selection,
    "chapter": _chapter,
}
