"""Who marked which stretch of which text with which code: columns for everything that is counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
COLUMNS = ("text", "coder", "code", "start", "end")


@dataclass(frozen=True, slots=True, eq=False)
class Codings:
    """N codings of T texts by C coders: ``text``, ``coder``, ``code`` are numbers, ``start`` and ``end`` code points.

    ``length``: code points of each text. ``worked``: C x T, who coded which text. Stretches are half-open, in text.
    """

    text: Ints
    coder: Ints
    code: Ints
    start: Ints
    end: Ints
    length: Ints
    worked: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of codings."""
        return len(self.text)

    def where(self, chosen: NDArray[np.bool_] | Ints) -> Codings:
        """Return some of the codings, by mask or number."""
        return replace(self, **{name: getattr(self, name)[chosen] for name in COLUMNS})

    @staticmethod
    def numbers(chosen: Iterable[int]) -> Ints:
        """Return numbers of codings as a column."""
        return np.fromiter(chosen, dtype=np.int64)

    def of(self, code: int) -> Codings:
        """Return the codings with one code."""
        return self.where(self.code == code)

    def by(self, coders: Ints) -> Codings:
        """Return the codings of some coders: whose count is always said."""
        return self.where(np.isin(self.coder, coders))


def codings_of(
    rows: Sequence[tuple[int, int, int, int, int]],
    lengths: Sequence[int],
    coders: int,
    worked: Iterable[tuple[int, int]] = (),
) -> Codings:
    """Return rows (text, coder, code, start, end) as columns; ``lengths``: code points of each text.

    ``worked``: pairs of coder and text that count as coded although nothing was found there; a text with a coding of
    somebody counts as coded by them.
    """
    table = np.array(rows, dtype=np.int64).reshape(-1, len(COLUMNS))
    columns = dict(zip(COLUMNS, np.ascontiguousarray(table.T), strict=True))
    done = np.zeros((coders, len(lengths)), dtype=bool)
    done[columns["coder"], columns["text"]] = True
    for coder, text in worked:
        done[coder, text] = True
    return Codings(**columns, length=np.array(lengths, dtype=np.int64), worked=done)


def in_kinds(*columns: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Return an order in which equal rows stand together (by the first column, then the next), and whether each row,
    taken in that order, is the first of its kind. Ten times as fast as `np.unique` over rows.
    """
    keys: list[Ints] = []
    for column in columns:
        low, high = int(column.min(initial=0)), int(column.max(initial=0))
        span = high - low + 1
        if keys and (int(keys[-1].max(initial=0)) + 1) * span < 2**62:  # several columns in one number sort faster
            keys[-1] = keys[-1] * span + (column - low)
        else:
            keys.append(column - low)
    order = np.lexsort(keys[::-1])
    is_first = np.zeros(len(order), dtype=bool)
    is_first[:1] = True
    for key in keys:
        is_first[1:] |= np.diff(key[order]) != 0
    return order, is_first
