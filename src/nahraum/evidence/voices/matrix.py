"""Tables of what was said where: space by category, code by text, method by category - and what stands behind a cell.

A cell counts three things: codings (every mark), segments (stretches of a text, however many coders or codes of the
category marked them), and texts. Whose codings count is decided before (`Codings.by`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.evidence.voices.codings import Codings, Ints, in_kinds

OUTSIDE = -1  # a text in no row, a code in no column


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """R x K counts. ``cell``: for each coding its cell (row * K + column), `OUTSIDE` for those that count nowhere."""

    codings: Ints
    segments: Ints
    texts: Ints
    coders: Ints
    cell: Ints

    def behind(self, row: int, column: int) -> Ints:
        """Return the numbers of the codings behind a cell."""
        return np.flatnonzero(self.cell == row * self.codings.shape[1] + column)


def matrix(codings: Codings, row_of_text: Ints, column_of_code: Ints, shape: tuple[int, int]) -> Matrix:
    """Count codings by the row of their text (T numbers) and the column of their code; `OUTSIDE` counts nowhere.

    A column may gather many codes (a category with all its codes); each segment counts once in it.
    """
    row, column = row_of_text[codings.text], column_of_code[codings.code]
    cell = np.where((row != OUTSIDE) & (column != OUTSIDE), row * shape[1] + column, OUTSIDE)
    here = cell != OUTSIDE

    def distinct(*parts: Ints) -> Ints:
        """Count different combinations in each cell."""
        order, is_first = in_kinds(cell[here], *(part[here] for part in parts))
        return np.bincount(cell[here][order][is_first], minlength=shape[0] * shape[1]).reshape(shape)

    return Matrix(
        codings=np.bincount(cell[here], minlength=shape[0] * shape[1]).reshape(shape),
        segments=distinct(codings.text, codings.start, codings.end),
        texts=distinct(codings.text),
        coders=distinct(codings.coder),
        cell=cell,
    )
