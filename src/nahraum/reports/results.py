"""The chapters on the index: map and table of the whole, of each Lebenslage, and how firm the ranks are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nahraum.base import State
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.edition import Classes, Edition, IndexResult
from nahraum.evidence.indicators.profile import city_values
from nahraum.evidence.indicators.recipe import Node
from nahraum.evidence.indicators.show import rows as show
from nahraum.evidence.indicators.show.store import CUTS, city_labels
from nahraum.evidence.indicators.workbench.explained import VARIED
from nahraum.reports.blocks import Block, Bullets, Figure, Heading, Paragraph, Table
from nahraum.reports.svg_charts import rank_chart, share_bars
from nahraum.reports.svg_map import MapData, svg_map

LONG = 120  # areas; above it tables of all areas show the two ends only, the whole stands in the XLSX file
ENDS = 25  # rows shown at each end then
HIGHEST = 15  # rows of a Lebenslage: with its map they stand on one page


def is_mapped(edition: Edition) -> bool:
    """Say whether the main index lies on areas with boundaries."""
    return edition.boundaries is not None and show.main(edition).level == edition.system.finest.id


def whole_index(edition: Edition) -> Iterator[Block]:
    """Yield map and table of the whole index."""
    index = show.main(edition)
    title = index.recipe.name or _("Index")
    yield Heading(text=title, new_page=True)
    ranked = show.ranking(edition)
    if is_mapped(edition) and index.classes:
        yield _map(edition, index.classes[0], f"{title}, {index.latest.label}")
    yield from _ranking_table(edition, ranked, title)


def locator(edition: Edition, key: str) -> Iterator[Figure]:
    """Yield the map of the index with one area marked: where it lies, and beside whom."""
    index = show.main(edition)
    if is_mapped(edition) and index.classes:
        name = show.names(edition).get(key, key)
        title = _("{name} in the city: {index}, {period}").format(
            name=name, index=index.recipe.name or _("Index"), period=index.latest.label
        )
        yield _map(edition, index.classes[0], title, width=62, marked=key)


def _map(edition: Edition, classes: Classes, title: str, *, width: int = 92, marked: str = "") -> Figure:
    index = show.main(edition)
    assert edition.boundaries is not None
    numbers = {key: int(n) for key, n in zip(index.areas, classes.number[index.now], strict=True)}
    count = classes.limits.shape[1] + 1
    labels = [show.class_label(classes, n) for n in range(1, count + 1)]
    limits = classes.limits[index.now]
    cuts = [float(limit) for limit in limits]
    return _figure(edition, index, numbers, labels, cuts, title, width=width, marked=marked)


def _figure(
    edition: Edition,
    index: IndexResult,
    numbers: dict[str, int],
    labels: list[str],
    limits: list[float],
    title: str,
    *,
    width: int,
    marked: str = "",
) -> Figure:
    assert edition.boundaries is not None
    names = show.names(edition)
    why = {key: show.unscored(edition, index, key, index.latest) for key, n in numbers.items() if not n}
    data = MapData(
        numbers=numbers,
        states={key: each.state for key, each in why.items()},
        labels=labels,
        limits=limits,
        title=title,
        names=names,
        marked=marked,
        blank=", ".join(sorted({each.words for each in why.values() if each.state is not State.PROTECTED})),
    )
    top = [names.get(key, key) for key, n in numbers.items() if n == len(labels)]
    alt = _("Map of {city}: {title}. Highest class: {areas}.").format(
        city=edition.imprint.city, title=title, areas=", ".join(top[:15]) or _("none")
    )
    return Figure(svg=svg_map(edition.boundaries, data, labels=not marked), caption=title, alt=alt, width=width)


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
        if row.score is None:
            cells += ["–", row.why]  # the reason needs the width of the class
        else:
            cells += [show.shown_number(row.score, 2, sign=True), row.class_label or "–"]
        cells += [interval(row)] if firm else []
        rows.append(tuple(cells))
    right = (0, 4) if parents else (0, 3)
    widths = (1, 1.3, 3.7, 2.4, 1.3, 4, 2) if parents else (1, 1.6, 5, 1.3, 4, 2)
    if any(row.small for row in shown):
        yield Paragraph(text=_("* few inhabitants: chance weighs more here"), note=True)
    yield Table(caption=title, head=tuple(head), rows=tuple(rows), right=right, widths=widths[: len(head)], small=True)


def interval(row: show.Ranked) -> str:
    """Return the rank interval as readers see it."""
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
    scores = index.score[node.id][index.now]
    if edition.boundaries is not None:
        numbers = {
            key: 1 + sum(score > cut for cut in CUTS) if np.isfinite(score) else 0
            for key, score in zip(index.areas, scores, strict=True)
        }
        labels = list(city_labels())
        title = f"{node.name or node.id}, {index.latest.label}"
        yield _figure(edition, index, numbers, labels, list(CUTS), title, width=66)
    names, parents = show.names(edition), show.parent_names(edition)
    order = sorted((a for a in range(len(index.areas)) if np.isfinite(scores[a])), key=lambda a: -scores[a])
    leaves = [leaf.id for leaf in node.at(0)]
    places = [edition.panel.index_of(leaf) for leaf in leaves]
    p = edition.panel.periods.index(index.latest)
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
    for a in order[:HIGHEST]:
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


def firmness(edition: Edition) -> Iterator[Block]:
    """Yield how much the result hangs on choices."""
    firm = edition.robustness
    if firm is None:
        return
    yield Heading(text=_("How firm the ranking is"), new_page=True)
    yield Paragraph(
        text=_(
            "Another office might have chosen other weights or another unit, and would have got other "
            "ranks. So the index was computed {runs} "
            "times, each time with other choices. The rank interval tells where an area lay in nine of ten runs."
        ).format(runs=number(firm.runs, 0))
    )
    yield Bullets(items=tuple(show.step_sentence(entry, show.main(edition).recipe) for entry in firm.description))
    shares = [
        (_(VARIED[choice]), float(share))
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
        alt="; ".join(f"{row.name}: {row.rank} ({interval(row)})" for row in rows[:15]),
    )
