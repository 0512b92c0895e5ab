"""The panel: all indicators over area x period, as arrays; the one thing every method works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nahraum.base import Cell, Period, Provenance, State, Value
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.terms import Indicator

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
States = NDArray[np.int8]


@dataclass(frozen=True, kw_only=True)
class Former:
    """Cells of one variable that a later table revised, sorted by place (``at`` = p * A + a), oldest first.

    ``table`` indexes the files of ``Origins``; ``value`` is NaN where no number stood; ``text`` is null where a plain
    number stood and empty where nothing did.
    """

    at: NDArray[np.int64]
    table: NDArray[np.int16]
    row: Ints
    value: Floats
    text: pl.Series

    def during(self, keep: Sequence[int], areas: int) -> Former:
        """Return the cells of these periods (positions, ascending) only."""
        new = np.full(max([*keep, int(self.at.max(initial=0)) // areas]) + 1, -1, dtype=np.int64)
        new[list(keep)] = range(len(keep))
        period = new[self.at // areas]
        stays = np.flatnonzero(period >= 0)
        return Former(
            at=period[stays] * areas + self.at[stays] % areas,
            table=self.table[stays],
            row=self.row[stays],
            value=self.value[stays],
            text=self.text.gather(stays),
        )

    def shown(self, n: int) -> str:
        """Return what stood in a former cell: its text, else its number, else the word for missing."""
        value = float(self.value[n])
        if self.text[n]:
            return str(self.text[n])
        if not np.isfinite(value):
            return State.MISSING.label
        return number(value, 0 if value.is_integer() else len(repr(value).partition(".")[2]))


@dataclass(frozen=True, kw_only=True)
class Origins:
    """Where each delivered number stood, kept as small integers by variable (P x A each).

    ``table`` indexes ``files`` and ``sheets`` (-1: no cell), ``row`` counts as the clerk's program does, ``column``
    indexes ``columns`` and ``letters``; ``text`` holds cells that were no plain numbers. Of a number that was summed
    over merged areas the first cell stands here. ``former``: the cells that later tables revised; ``labels``: what the
    tables call a variable.
    """

    files: tuple[str, ...]
    sheets: tuple[str, ...]
    columns: tuple[str, ...]
    letters: tuple[str, ...]
    table: Mapping[str, NDArray[np.int16]]
    row: Mapping[str, Ints]
    column: Mapping[str, NDArray[np.int16]]
    text: Mapping[str, Mapping[tuple[int, int], str]] = field(default_factory=dict)
    former: Mapping[str, Former] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def during(self, keep: Sequence[int]) -> Origins:
        """Return the origins of these periods (positions) only."""
        new = {old: position for position, old in enumerate(keep)}
        return replace(
            self,
            table={name: cells[keep] for name, cells in self.table.items()},
            row={name: cells[keep] for name, cells in self.row.items()},
            column={name: cells[keep] for name, cells in self.column.items()},
            text={
                name: {(new[p], a): words for (p, a), words in texts.items() if p in new}
                for name, texts in self.text.items()
            },
            former={name: each.during(keep, self.table[name].shape[1]) for name, each in self.former.items()},
        )

    def cell(self, variable: str, p: int, a: int) -> Cell | None:
        """Return the delivered cell of a variable, or None where nothing was delivered."""
        table = int(self.table[variable][p, a])
        if table < 0:
            return None
        column = int(self.column[variable][p, a])
        return Cell(
            file=self.files[table],
            sheet=self.sheets[table],
            row=int(self.row[variable][p, a]),
            column=self.columns[column],
            letter=self.letters[column],
            text=self.text.get(variable, {}).get((p, a), ""),
        )

    def revisions(self, variable: str, p: int, a: int) -> tuple[str, ...]:
        """Say what stood in the earlier cells of a revised one, oldest first; nothing where it was never revised."""
        former = self.former.get(variable)
        if former is None:
            return ()
        at = p * self.table[variable].shape[1] + a
        first, end = np.searchsorted(former.at, [at, at + 1])
        return tuple(
            _("revised: formerly {value} in {file}, row {row}").format(
                value=former.shown(n), file=self.files[former.table[n]], row=int(former.row[n])
            )
            for n in range(first, end)
        )


@dataclass(frozen=True, kw_only=True)
class Panel:
    """K indicators over P periods (ascending) and A areas of the finest level (delivery order).

    ``value``, ``numerator``, ``denominator``: float64 K x P x A; ``value`` is NaN unless ``state`` is NUMBER; the
    counts are NaN where an indicator is delivered ready made. ``variables``: raw variables by id, float64 P x A, NaN
    where there is no number (``inhabitants`` is the customary one). Values are in the indicator's unit (a share of 12
    % is 12.0, not 0.12).
    """

    areas: tuple[str, ...]
    periods: tuple[Period, ...]
    indicators: tuple[Indicator, ...]
    value: Floats
    state: States
    numerator: Floats
    denominator: Floats
    variables: Mapping[str, Floats]
    origins: Origins | None = None
    withheld: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)  # variable -> P x A: protected here
    apart: NDArray[np.bool_] | None = None  # K x P x A: protected here and left out of the value of the whole city
    city: Floats | None = None  # K x P: value of the whole city where it is known from more than these areas

    def index_of(self, indicator: str) -> int:
        """Return the position of an indicator; KeyError if there is none of this id."""
        for k, known in enumerate(self.indicators):
            if known.id == indicator:
                return k
        raise KeyError(indicator)

    def during(self, periods: Sequence[Period]) -> Panel:
        """Return the panel of these periods only, in the panel's order."""
        keep = [p for p, period in enumerate(self.periods) if period in periods]
        origins = self.origins
        return replace(
            self,
            periods=tuple(self.periods[p] for p in keep),
            value=self.value[:, keep],
            state=self.state[:, keep],
            numerator=self.numerator[:, keep],
            denominator=self.denominator[:, keep],
            variables={name: number[keep] for name, number in self.variables.items()},
            withheld={name: cells[keep] for name, cells in self.withheld.items()},
            origins=origins and origins.during(keep),
            apart=self.apart[:, keep] if self.apart is not None else None,
            city=self.city[:, keep] if self.city is not None else None,
        )

    def at(self, k: int, p: int, a: int) -> Value:
        """Return one value as a noun, with its origin."""
        state = State(int(self.state[k, p, a]))
        return Value(
            state=state,
            number=float(self.value[k, p, a]),
            numerator=float(self.numerator[k, p, a]),
            denominator=float(self.denominator[k, p, a]),
            provenance=Provenance(cells=self.origin(k, p, a), steps=self.revisions(self.indicators[k].variables, p, a)),
        )

    def origin(self, k: int, p: int, a: int) -> tuple[Cell, ...]:
        """Return the delivered cells behind a value; none once it is protected: where it stands could lead to it."""
        if self.apart is not None and self.state[k, p, a] == State.PROTECTED:
            return ()
        return self.cells(self.indicators[k].variables, p, a)

    def cells(self, variables: Sequence[str], p: int, a: int) -> tuple[Cell, ...]:
        """Return the delivered cells of these variables, in their order; none where the origins are not known."""
        if self.origins is None:
            return ()
        found = (self.origins.cell(name, p, a) for name in dict.fromkeys(variables))
        return tuple(cell for cell in found if cell)

    def revisions(self, variables: Sequence[str], p: int, a: int) -> tuple[str, ...]:
        """Say what stood where these variables were revised, in their order."""
        if self.origins is None or not self.origins.former:
            return ()
        return tuple(step for name in dict.fromkeys(variables) for step in self.origins.revisions(name, p, a))
