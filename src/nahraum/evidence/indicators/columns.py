"""Sum rows compared column by column: a total needs neither an indicator nor a denominator to be wrong."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from nahraum.base import State
from nahraum.evidence.indicators.edition import Reconciliation
from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.placing import Placed
from nahraum.evidence.indicators.reconcile import most_hidden
from nahraum.sources.terms import Reading, Shape
from nahraum.sources.years import without_years

ENOUGH = 4  # areas from which a mean can be told from a sum


def column_rows(placed: Placed, counts: Collection[str], others: Collection[str]) -> tuple[Reconciliation, ...]:
    """Compare each column that has a sum row with it, in each period by itself.

    ``counts``: variables that are known to be counts; ``others``: those that are known to be none. Of the rest those
    are compared whose sum row looks like a sum. The row's ``indicator`` is the variable.
    """
    rows = []
    totals = next(iter(placed.totals.values()), {})
    for name, by_period in totals.items():
        variable = placed.variables.get(name)
        if variable is None or name in others:
            continue
        for p, period in enumerate(placed.periods):
            official = by_period.get(str(period), by_period.get("", float("nan")))
            values, state = variable.number[p], variable.state[p]
            there = np.isfinite(values)
            if not there.any() or not (name in counts or _is_sum(official, values[there])):
                continue
            hidden = ~there & (state != State.MISSING)
            rows.append(
                Reconciliation(
                    indicator=name,
                    period=period,
                    part="column",
                    areas_sum=float(values[there].sum()),
                    official=float(official),
                    covered=int(there.sum()),
                    expected=there.size,
                    hidden=int(hidden.sum()),
                    hidden_most=most_hidden(state[hidden]),
                    gaps=int((~there & ~hidden).sum()),
                )
            )
    return tuple(rows)


def _is_sum(official: float, values: Floats) -> bool:
    """Say whether a sum row can be meant as a sum: of shares and means it is none (one cell may be mistyped)."""
    numbers = np.append(values, official)
    whole = np.isfinite(numbers).all() and (numbers == np.round(numbers)).all()
    return bool(values.size >= ENOUGH and whole and 2 * official >= values.sum() - values.max())


def labels_of(readings: Iterable[Reading], names: Sequence[str]) -> Mapping[str, str]:
    """Return what these variables are called in the tables that deliver them; the id where that tells nothing."""
    found: dict[str, str] = {}
    for reading in readings:
        if reading.table.shape in (Shape.WIDE, Shape.LONG):
            found |= {id: _bare(text) for id, text in reading.table.variables.items()}
    labels = list(found.values())
    return {name: found[name] if labels.count(found.get(name, "")) == 1 and found[name] else name for name in names}


def _bare(text: str) -> str:
    """Return a header without its years: it stands for the column of every year."""
    return " ".join(re.sub(r"\(\s*\)", "", without_years(text).replace("#", " ")).split()).strip(" ,;:-–_")
