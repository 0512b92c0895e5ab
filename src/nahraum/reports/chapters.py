"""The social report, chapter by chapter, as blocks: written so that a council member can read it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nahraum.base import State
from nahraum.base.language import gettext as _
from nahraum.base.language import ngettext, number
from nahraum.evidence.indicators.edition import Classes, Edition, IndexResult
from nahraum.evidence.indicators.profile import city_values
from nahraum.evidence.indicators.recipe import Node
from nahraum.evidence.indicators.show import rows as show
from nahraum.reports.blocks import Block, Bullets, Figure, Heading, Paragraph, Table
from nahraum.reports.quality import annex, quality
from nahraum.reports.svg_charts import rank_chart, series_chart, share_bars, spine_chart
from nahraum.reports.svg_map import MapData, svg_map

LONG = 120  # areas; above it tables of all areas show the two ends only, the whole stands in the XLSX file
ENDS = 25  # rows shown at each end then
SERIES = 6  # small series on an area's page
MAP_CUTS = (-1.5, -0.5, 0.5, 1.5)  # Lebenslagen on the map, in standard deviations


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


def is_mapped(edition: Edition) -> bool:
    """Say whether the main index lies on areas with boundaries."""
    return edition.boundaries is not None and show.main(edition).level == edition.system.finest.id


def summary(edition: Edition) -> Iterator[Block]:
    """Yield one page: what this is, which areas stand out, what to keep in mind."""
    index, profile = show.main(edition), edition.profile
    names = show.names(edition)
    period = index.periods[-1].label
    yield Heading(text=_("Summary"), new_page=True)
    if edition.intro:
        yield Paragraph(text=edition.intro, lead=True)
    yield Paragraph(
        text=_(
            "This report looks at living conditions in {count} areas of {city} ({period}). The average of a city hides its "
            "quarters; so every area is compared with the value of the whole city."
        ).format(count=len(edition.panel.areas), city=edition.imprint.city, period=period),
        lead=not edition.intro,
    )
    if index.classes:
        yield Paragraph(text=_class_sentence(index))
    selected = [names.get(key, key) for key in profile.selected]
    rule = profile.rule
    yield Paragraph(
        text=_(
            "An area counts as deviating if one Lebenslage lies on average at least {strong} standard deviations on the "
            "unfavourable side of the city value, or if at least {frequent} indicators lie more than {beyond} beyond it."
        ).format(strong=number(rule.strong, 1), frequent=rule.frequent, beyond=number(rule.beyond, 1))
    )
    if selected:
        yield Paragraph(
            text=ngettext("This is so in {count} area:", "This is so in {count} areas:", len(selected)).format(
                count=len(selected)
            )
        )
        yield Bullets(items=tuple(_why(edition, key) for key in profile.selected[:12]))
        if len(selected) > 12:
            yield Paragraph(text=_("The remaining areas stand in the chapter on deviations."), note=True)
    else:
        yield Paragraph(text=_("No area reaches these limits."))
    yield Paragraph(
        text=_(
            "A high value says nothing about the people who live there. It shows where burdens come together, and where "
            "a city can do more. Numbers show where to look; what is needed there can only be said with the people on site."
        )
    )
    if edition.hidden:
        yield Paragraph(text=_protection_sentence(edition), note=True)


def _class_sentence(index: IndexResult) -> str:
    classes = index.classes[0]
    present = classes.number[-1][classes.number[-1] > 0]
    count = np.bincount(present, minlength=max(int(present.max(initial=0)), len(classes.labels)) + 1)
    parts = [f"{count[n]} {show.class_label(classes, n)}" for n in range(len(count) - 1, 0, -1) if count[n]]
    return _("By the index, {count} areas fall into these classes: {parts}.").format(
        count=int(present.size), parts=", ".join(parts)
    )


def _why(edition: Edition, key: str) -> str:
    """Say of one area how strongly and how often it deviates."""
    profile = edition.profile
    a = profile.areas.index(key)
    domains = {domain.id: domain.name for domain in edition.domains}
    limit = profile.rule.limits.index(profile.rule.beyond) if profile.rule.beyond in profile.rule.limits else 0
    beyond = int(profile.above[limit][:, a].sum())
    available = int(profile.available[:, a].sum())
    mean = profile.mean[:, a]
    strongest = int(np.nanargmax(mean)) if np.isfinite(mean).any() else 0
    name = show.names(edition).get(key, key)
    parent = show.parent_names(edition).get(key, "")
    place = f"{name} ({key}, {parent})" if parent else f"{name} ({key})"
    return _("{place}: {beyond} of {available} indicators beyond the limit; strongest in “{domain}” ({mean})").format(
        place=place,
        beyond=beyond,
        available=available,
        domain=domains[profile.domains[strongest]],
        mean=number(float(mean[strongest]), 1, sign=True),
    )


def _protection_sentence(edition: Edition) -> str:
    rule = edition.protection
    return _(
        "{count} values are protected because they would say something about very few people (fewer than {cases} cases or "
        "fewer than {people} people), or because others could be worked out from them. Index and deviations are computed without them."
    ).format(count=number(edition.hidden, 0), cases=rule.min_numerator, people=rule.min_denominator)


def method(edition: Edition) -> Iterator[Block]:
    """Yield the method in plain words, with its parameters."""
    index = show.main(edition)
    yield Heading(text=_("How the index is made"), new_page=True)
    yield Paragraph(
        text=_(
            "An index draws many indicators together into one number. That makes areas comparable, and it hides much: so the recipe "
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


def whole_index(edition: Edition) -> Iterator[Block]:
    """Yield map and table of the whole index."""
    index = show.main(edition)
    title = index.recipe.name or _("Index")
    yield Heading(text=title, new_page=True)
    ranked = show.ranking(edition)
    if is_mapped(edition) and index.classes:
        yield _map(edition, index.classes[0], f"{title}, {index.periods[-1].label}")
    yield from _ranking_table(edition, ranked, title)


def _map(edition: Edition, classes: Classes, title: str) -> Figure:
    index = show.main(edition)
    assert edition.boundaries is not None
    numbers = {key: int(n) for key, n in zip(index.areas, classes.number[-1], strict=True)}
    count = classes.limits.shape[1] + 1
    labels = [show.class_label(classes, n) for n in range(1, count + 1)]
    limits = classes.limits[-1]
    return _figure(edition, numbers, labels, [float(limit) for limit in limits], title)


def _figure(edition: Edition, numbers: dict[str, int], labels: list[str], limits: list[float], title: str) -> Figure:
    assert edition.boundaries is not None
    names = show.names(edition)
    states = {key: show.state_of_score(edition, key) for key, n in numbers.items() if not n}
    data = MapData(numbers=numbers, states=states, labels=labels, limits=limits, title=title, names=names)
    top = [names.get(key, key) for key, n in numbers.items() if n == len(labels)]
    alt = _("Map of {city}: {title}. Highest class: {areas}.").format(
        city=edition.imprint.city, title=title, areas=", ".join(top[:15]) or _("none")
    )
    return Figure(svg=svg_map(edition.boundaries, data), caption=title, alt=alt, width=78)


def _ranking_table(edition: Edition, ranked: list[show.Ranked], title: str) -> Iterator[Block]:
    firm = any(row.rank_low is not None for row in ranked)
    parents = any(row.parent for row in ranked)
    shown = ranked
    if len(ranked) > LONG:
        with_rank = [row for row in ranked if row.rank]
        shown = [*with_rank[:ENDS], *with_rank[-ENDS:]]
        yield Paragraph(
            text=_(
                "The table shows the {count} highest and the {count} lowest values; all areas stand in the XLSX file."
            ).format(count=ENDS),
            note=True,
        )
    head = [_("Rank"), _("No."), _("Area")]
    head += [edition.system.levels[1].name] if parents else []
    head += [_("Value"), _("Class")]
    head += [_("Rank interval")] if firm else []
    rows = []
    for row in shown:
        cells = [str(row.rank or "–"), row.key, row.name + (" *" if row.small else "")]
        cells += [row.parent] if parents else []
        cells += [
            show.shown_number(row.score, 2, sign=True) if row.score is not None else row.state.label,
            row.class_label or "–",
        ]
        cells += [_interval(row)] if firm else []
        rows.append(tuple(cells))
    right = (0, 4) if parents else (0, 3)
    widths = (1, 1.3, 4, 2.6, 1.3, 3.4, 1.7) if parents else (1, 1.6, 5, 1.3, 3.4, 1.7)
    yield Table(caption=title, head=tuple(head), rows=tuple(rows), right=right, widths=widths[: len(head)], small=True)
    if any(row.small for row in shown):
        yield Paragraph(text=_("* few inhabitants: chance weighs more here"), note=True)


def _interval(row: show.Ranked) -> str:
    if row.rank_low is None or row.rank_high is None:
        return "–"
    return f"{row.rank_low:.0f}–{row.rank_high:.0f}"


def lebenslagen(edition: Edition) -> Iterator[Block]:
    """Yield map and table for each group of the index below its root."""
    index = show.main(edition)
    tree = index.recipe.tree
    if tree.level < 2 or index.level != edition.system.finest.id:
        return
    groups = tree.at(tree.level - 1)
    if len(groups) < 2:
        return
    descriptions = {domain.id: domain.description for domain in edition.domains}
    for node in groups:
        yield Heading(text=node.name or node.id, new_page=True)
        if descriptions.get(node.id):
            yield Paragraph(text=descriptions[node.id])
        yield from _group(edition, node)


def _group(edition: Edition, node: Node) -> Iterator[Block]:
    index = show.main(edition)
    scores = index.score[node.id][-1]
    if edition.boundaries is not None:
        numbers = {
            key: 1 + sum(score > cut for cut in MAP_CUTS) if np.isfinite(score) else 0
            for key, score in zip(index.areas, scores, strict=True)
        }
        labels = [
            _("far below the city value"),
            _("below the city value"),
            _("near the city value"),
            _("above the city value"),
            _("far above the city value"),
        ]
        yield _figure(edition, numbers, labels, list(MAP_CUTS), f"{node.name or node.id}, {index.periods[-1].label}")
    names, parents = show.names(edition), show.parent_names(edition)
    order = sorted((a for a in range(len(index.areas)) if np.isfinite(scores[a])), key=lambda a: -scores[a])
    leaves = [leaf.id for leaf in node.at(0)]
    places = [edition.panel.index_of(leaf) for leaf in leaves]
    p = edition.panel.periods.index(index.periods[-1])
    city = city_values(edition.panel)[:, p]
    head = (_("No."), _("Area"), _("Value"), *[str(n) for n in range(1, len(leaves) + 1)])
    rows = [
        (
            "",
            edition.imprint.city,
            "",
            *[show.shown_number(city[k], edition.panel.indicators[k].digits) for k in places],
        )
    ]
    for a in order[:ENDS]:
        values = [show.shown(edition.panel.at(k, p, a), edition.panel.indicators[k].digits) for k in places]
        key = index.areas[a]
        name = f"{names.get(key, key)}, {parents[key]}" if parents.get(key) else names.get(key, key)
        rows.append((key, name, number(float(scores[a]), 2, sign=True), *values))
    yield Table(
        caption=_("{name}: areas with the highest values").format(name=node.name or node.id),
        head=head,
        rows=tuple(rows),
        right=tuple(range(2, len(head))),
        widths=(1.3, 5, 1.4, *[1.5] * len(leaves)),
        small=True,
    )
    legend = "; ".join(
        f"{n} {edition.panel.indicators[k].name} ({edition.panel.indicators[k].unit or '–'})"
        for n, k in enumerate(places, start=1)
    )
    yield Paragraph(text=legend, note=True)


def deviations(edition: Edition) -> Iterator[Block]:
    """Yield the deviation profile of the selected areas and, if there is one, status by dynamics."""
    profile = edition.profile
    names = show.names(edition)
    domains = {domain.id: domain.name for domain in edition.domains}
    yield Heading(text=_("How strongly and how often areas deviate"), new_page=True)
    yield Paragraph(
        text=_(
            "For each Lebenslage the table tells the mean deviation from the city value in standard deviations (plus means: less favourable), and "
            "for all indicators how many lie beyond {limits} standard deviations on the unfavourable side."
        ).format(limits=" / ".join(number(limit, 1) for limit in profile.rule.limits))
    )
    chosen = [profile.areas.index(key) for key in profile.selected] or _strongest(edition)
    head = (
        _("No."),
        _("Area"),
        *[domains[domain] for domain in profile.domains],
        *[f"> {number(limit, 1)}" for limit in profile.rule.limits],
    )
    rows = []
    for a in chosen[:60]:
        key = profile.areas[a]
        means = [show.shown_number(float(value), 2, sign=True) for value in profile.mean[:, a]]
        counts = [str(int(profile.above[t][:, a].sum())) for t in range(len(profile.rule.limits))]
        rows.append((key, names.get(key, key), *means, *counts))
    yield Table(
        caption=_("Deviation profile, {period}").format(period=profile.period.label),
        head=head,
        rows=tuple(rows),
        right=tuple(range(2, len(head))),
        widths=(1.3, 4, *[2.0] * len(profile.domains), *[1.0] * len(profile.rule.limits)),
        small=True,
    )
    yield from _status_and_dynamics(edition)


def _strongest(edition: Edition) -> list[int]:
    peak = np.nan_to_num(edition.profile.mean, nan=-np.inf).max(axis=0, initial=-np.inf)
    return [int(a) for a in np.argsort(-peak)[:10]]


def _status_and_dynamics(edition: Edition) -> Iterator[Block]:
    found = edition.dynamics
    if found is None:
        return
    status = [_(label) for label in found.status_labels] or [
        str(n) for n in range(1, int(found.status.max(initial=1)) + 1)
    ]
    change = [_(label) for label in found.dynamics_labels] or [
        str(n) for n in range(1, int(found.dynamics.max(initial=1)) + 1)
    ]
    rows = [
        (label, *[str(int(((found.status == s) & (found.dynamics == d)).sum())) for d in range(1, len(change) + 1)])
        for s, label in enumerate(status, start=1)
    ]
    yield Heading(text=_("Status and dynamics"), level=2)
    if found.since:
        yield Paragraph(
            text=_(
                "Change from {since} to {until}. Where the definition or the boundaries changed, nothing is subtracted."
            ).format(since=found.since.label, until=found.period.label)
        )
    yield Table(
        caption=_("Number of areas by status and dynamics"),
        head=(_("Status"), *change),
        rows=tuple(rows),
        right=tuple(range(1, len(change) + 1)),
    )


def areas(edition: Edition) -> Iterator[Block]:
    """Yield one page for each selected area."""
    names = show.names(edition)
    for key in edition.profile.selected[:30]:
        name = names.get(key, key)
        yield Heading(text=f"{name} ({key})", new_page=True)
        yield Paragraph(text=_why(edition, key))
        figures = show.key_figures(edition, key)
        if figures:
            yield Table(
                caption=_("{name} in figures").format(name=name),
                head=tuple(label for label, _value in figures),
                rows=(tuple(value for _label, value in figures),),
                small=True,
            )
        rows = show.spine(edition, key)
        groups = [
            (domain.name, [row for row in rows if row.indicator.domain == domain.id]) for domain in edition.domains
        ]
        groups = [(domain, group) for domain, group in groups if group]
        yield Figure(
            svg=spine_chart(groups, name),
            caption=_("{name} beside the city, {period}").format(name=name, period=edition.profile.period.label),
            alt=_spine_alt(name, rows),
        )
        yield from _series(edition, key, rows)


def _spine_alt(name: str, rows: list[show.Spine]) -> str:
    known = sorted((row for row in rows if row.z is not None), key=lambda row: -(row.z or 0))
    strongest = ", ".join(f"{row.indicator.name} {number(row.z or 0, 1, sign=True)}" for row in known[:3])
    return _("Bars of the deviation of {name} from the city value. Largest: {strongest}.").format(
        name=name, strongest=strongest
    )


def _series(edition: Edition, key: str, rows: list[show.Spine]) -> Iterator[Block]:
    """Show the series of the indicators that deviate most, if there are several periods."""
    if len(edition.panel.periods) < 3:
        return
    a = edition.panel.areas.index(key)
    order = sorted((row for row in rows if row.z is not None), key=lambda row: -(row.z or 0))[:SERIES]
    city = city_values(edition.panel)
    for row in order:
        k = edition.panel.index_of(row.indicator.id)
        if (edition.panel.state[k, :, a] == State.NUMBER).sum() < 3:
            continue
        line = [(str(period), show.number_or_none(city[k, p])) for p, period in enumerate(edition.panel.periods)]
        svg = series_chart(show.series_of(edition, key, k), line, row.indicator.name, row.indicator.unit)
        if svg:
            yield Figure(
                svg=svg,
                caption=_("{indicator} ({unit}); dashed: city").format(
                    indicator=row.indicator.name, unit=row.indicator.unit
                ),
                alt=_("Series of {indicator}: {values}.").format(
                    indicator=row.indicator.name, values=_spoken(edition, k, a)
                ),
                width=48,
            )


def _spoken(edition: Edition, k: int, a: int) -> str:
    digits = edition.panel.indicators[k].digits
    return ", ".join(
        f"{period.label}: {show.shown(edition.panel.at(k, p, a), digits)}"
        for p, period in enumerate(edition.panel.periods)
    )


def firmness(edition: Edition) -> Iterator[Block]:
    """Yield how much the result hangs on choices."""
    firm = edition.robustness
    if firm is None:
        return
    yield Heading(text=_("How firm the ranking is"), new_page=True)
    yield Paragraph(
        text=_(
            "Another office might have chosen other weights or another unit, and would have got other ranks. So the index was computed {runs} "
            "times, each time with other choices. The rank interval tells where an area lay in nine of ten runs."
        ).format(runs=number(firm.runs, 0))
    )
    yield Bullets(items=tuple(_(entry.message).format_map(dict(entry.params)) for entry in firm.description))
    words = {
        "weights": _("weights"),
        "scale": _("unit of the deviations"),
        "method": _("way of summing up"),
        "leave_out": _("leaving out"),
        "small_counts": _("chance in small counts"),
    }
    shares = [
        (words[choice], float(share))
        for choice, share in zip(firm.choices, firm.total / max(firm.total.sum(), 1e-12), strict=True)
    ]
    yield Figure(
        svg=share_bars(shares, _("What the ranks hang on")),
        caption=_("What the ranks hang on: share of each choice in their variance, interactions included"),
        alt="; ".join(f"{label} {number(share * 100, 0)} %" for label, share in shares),
        width=80,
    )
    ranked = [row for row in show.ranking(edition) if row.rank]
    chosen = set(edition.profile.selected)
    rows = ranked if len(ranked) <= 45 else [row for n, row in enumerate(ranked) if n < 30 or row.key in chosen][:45]
    yield Figure(
        svg=rank_chart(rows, _("Rank intervals")),
        caption=_("Rank and rank interval (1 = highest value)"),
        alt="; ".join(f"{row.name}: {row.rank} ({_interval(row)})" for row in rows[:15]),
    )
