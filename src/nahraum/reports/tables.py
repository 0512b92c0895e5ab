"""The results as plain tables: the same rows for CSV files and for the workbook."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.base import State
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.edition import Edition
from nahraum.evidence.indicators.profile import city_values
from nahraum.evidence.indicators.show import rows as show
from nahraum.evidence.indicators.show.coarser import between

Value = str | int | float | None
DIGITS = 6  # of scores in files; more would be noise


@dataclass(frozen=True, kw_only=True)
class DataTable:
    """One table: file name without ending, title for readers, column names, rows."""

    name: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def data_tables(edition: Edition) -> tuple[DataTable, ...]:
    """Return all tables of an edition; those without rows are left out."""
    tables = (
        scores(edition),
        indicators(edition),
        levels(edition),
        profile(edition),
        robustness(edition),
        reconciliation(edition),
    )
    return tuple(table for table in tables if table.rows)


def _number(value: float) -> float | None:
    return round(float(value), DIGITS) if np.isfinite(value) else None


def scores(edition: Edition) -> DataTable:
    """Return index, groups, rank and classes of every area and period, for every index of the project."""
    rows: list[tuple[Value, ...]] = []
    for index in edition.indices:
        names = show.names(edition, index.level)
        nodes = [node for level in range(index.recipe.tree.level, 0, -1) for node in index.recipe.tree.at(level)]
        for p, period in enumerate(index.periods):
            for a, key in enumerate(index.areas):
                common = (index.recipe.id, str(period), key, names.get(key, key))
                for node in nodes:
                    if index.score[node.id].shape[1] != len(index.areas):
                        continue  # below a roll-up scores belong to finer areas
                    root = node is nodes[0]
                    first = index.classes[0] if index.classes and root else None
                    number = int(first.number[p, a]) if first else 0
                    value = _number(index.score[node.id][p, a])
                    rows.append(
                        (
                            *common,
                            node.id,
                            value,
                            State.NUMBER.name.lower()
                            if value is not None
                            else show.unscored(edition, index, key, period).state.name.lower(),
                            int(index.rank[p, a]) or None if root else None,
                            number or None,
                            show.class_label(first, number) if first else "",
                            int(index.small[p, a]),
                        )
                    )
    head = (
        "index",
        "zeitraum",
        "gebiet",
        "name",
        "knoten",
        "wert",
        "zustand",
        "rang",
        "klasse",
        "klassenname",
        "klein",
    )
    return DataTable(name="werte", title=_("Index, Lebenslagen and classes of all areas"), head=head, rows=tuple(rows))


def indicators(edition: Edition) -> DataTable:
    """Return every indicator of every area and period with its counts and state."""
    panel, names = edition.panel, show.names(edition)
    rows: list[tuple[Value, ...]] = []
    for k, indicator in enumerate(panel.indicators):
        for p, period in enumerate(panel.periods):
            if not (panel.state[k, p] != State.MISSING).any():
                continue
            for a, key in enumerate(panel.areas):
                rows.append(
                    (
                        indicator.id,
                        str(period),
                        key,
                        names.get(key, key),
                        _number(panel.value[k, p, a]),
                        State(int(panel.state[k, p, a])).name.lower(),
                        _number(panel.numerator[k, p, a]),
                        _number(panel.denominator[k, p, a]),
                    )
                )
    head = ("indikator", "zeitraum", "gebiet", "name", "wert", "zustand", "zaehler", "nenner")
    return DataTable(name="indikatoren", title=_("All indicators of all years"), head=head, rows=tuple(rows))


def levels(edition: Edition) -> DataTable:
    """Return the indicators of the coarser levels and of the city, from summed counts."""
    panel = edition.panel
    rows: list[tuple[Value, ...]] = []
    city = city_values(panel)
    for k, indicator in enumerate(panel.indicators):
        for p, period in enumerate(panel.periods):
            if np.isfinite(city[k, p]):
                rows.append(
                    (indicator.id, str(period), _("city"), "", edition.imprint.city, _number(city[k, p]), "number", 1)
                )
            for level in between(edition):
                names = show.names(edition, level.level)
                for g, key in enumerate(level.areas):
                    state = State(int(level.state[k, p, g]))
                    if state is State.MISSING:
                        continue
                    value = _number(level.value[k, p, g])
                    rows.append(
                        (
                            indicator.id,
                            str(period),
                            level.level,
                            key,
                            names.get(key, key),
                            value,
                            state.name.lower(),
                            int(level.complete[k, p, g]),
                        )
                    )
    head = ("indikator", "zeitraum", "ebene", "gebiet", "name", "wert", "zustand", "vollstaendig")
    return DataTable(name="ebenen", title=_("Indicators of the higher levels"), head=head, rows=tuple(rows))


def profile(edition: Edition) -> DataTable:
    """Return the deviation profile: per area and Lebenslage how strongly and how often."""
    found, names = edition.profile, show.names(edition)
    rows = [
        (
            str(found.period),
            key,
            names.get(key, key),
            domain,
            _number(found.mean[d, a]),
            _number(found.strength[d, a]),
            *[int(found.above[t, d, a]) for t in range(len(found.rule.limits))],
            *[int(found.below[t, d, a]) for t in range(len(found.rule.limits))],
            int(found.available[d, a]),
            int(key in found.selected),
        )
        for a, key in enumerate(found.areas)
        for d, domain in enumerate(found.domains)
    ]
    above = [f"ueber_{limit:g}_sd" for limit in found.rule.limits]
    below = [f"unter_{-limit:g}_sd" for limit in found.rule.limits]
    head = (
        "zeitraum",
        "gebiet",
        "name",
        "lebenslage",
        "mittel_z",
        "mittel_betrag_z",
        *above,
        *below,
        "indikatoren",
        "ausgewaehlt",
    )
    return DataTable(name="abweichungsprofil", title=_("Deviations from the city value"), head=head, rows=tuple(rows))


def robustness(edition: Edition) -> DataTable:
    """Return rank intervals and class probabilities."""
    firm, names = edition.robustness, show.names(edition)
    rows: list[tuple[Value, ...]] = []
    labels: tuple[str, ...] = ()
    if firm:
        labels = tuple(f"p_klasse_{n}" for n in range(1, firm.class_probability.shape[1] + 1))
        rows = [
            (
                str(firm.period),
                key,
                names.get(key, key),
                int(firm.reference_rank[a]) or None,
                _number(firm.rank_low[a]),
                _number(firm.rank_median[a]),
                _number(firm.rank_high[a]),
                *[_number(value) for value in firm.class_probability[a]],
            )
            for a, key in enumerate(firm.areas)
        ]
    head = ("zeitraum", "gebiet", "name", "rang", "rang_5", "rang_50", "rang_95", *labels)
    return DataTable(name="robustheit", title=_("Rank intervals and class probabilities"), head=head, rows=tuple(rows))


def reconciliation(edition: Edition) -> DataTable:
    """Return whether the areas add up."""
    rows = [
        (
            row.indicator,
            str(row.period),
            row.part,
            _number(row.areas_sum),
            _number(row.official),
            _number(row.difference),
            row.covered,
            row.expected,
            ", ".join(row.uncovered),
        )
        for row in edition.reconciliation
    ]
    head = (
        "indikator",
        "zeitraum",
        "teil",
        "summe_gebiete",
        "amtlich",
        "differenz",
        "erfasst",
        "erwartet",
        "ohne_wert",
    )
    return DataTable(name="abgleich", title=_("Sums of the areas and official totals"), head=head, rows=tuple(rows))
