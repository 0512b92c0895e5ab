"""What stands behind a cell of a table: which codings, and the passages that they mark."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.coded import Coded
from nahraum.evidence.voices.codings import Ints
from nahraum.evidence.voices.matrix import OUTSIDE
from nahraum.evidence.voices.together import Meeting, met

SPACE, METHOD, TEXT = "space", "method", "text"
CITY, SPACES = "-", "*"  # rows beside the keys of spaces: said city-wide, said in any space


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a text (by its number), and the numbers of the codings that mark just this."""

    text: int
    start: int
    end: int
    codings: tuple[int, ...]


def behind(coded: Coded, kind: str, row: str, category: str) -> Ints:
    """Return the numbers of the codings behind a cell. ``kind``: of its table; ``row``: key of a space, `CITY` or
    `SPACES`, a method, or the number of a text. Raises WrongRequest where there is no such category.
    """
    coded.system.get(category)
    column = coded.column_of_code((category,))
    return np.flatnonzero(_of_texts(coded, kind, row)[coded.codings.text] & (column != OUTSIDE)[coded.codings.code])


def _of_texts(coded: Coded, kind: str, row: str) -> NDArray[np.bool_]:
    if kind == TEXT:
        return np.array([str(n) == row for n in range(len(coded.material.texts))], dtype=bool)
    collections = [coded.material.collections[id] for id in coded.material.collection]
    if kind == METHOD:
        return np.array([each.method == row for each in collections], dtype=bool)
    if row == SPACES:
        return np.array([each.space is not None for each in collections], dtype=bool)
    return np.array([(each.space or CITY) == row for each in collections], dtype=bool)


def behind_meeting(coded: Coded, meeting: Meeting, row: str, column: str, paragraphs: Ints | None = None) -> Ints:
    """Return the numbers of the codings in the pairs that a cell of two categories counts (see `together`). Raises
    WrongRequest where one of them is not there, or one lies under the other.
    """
    for one, other in ((row, column), (column, row)):
        if one != other and one in {each.id for each in coded.system.line(other)}:
            raise WrongRequest(_("There is no such cell: one of these categories lies under the other."))
    columns = (row,) if row == column else (row, column)
    code = coded.column_of_code(columns)[coded.codings.code]
    counted = np.flatnonzero(code != OUTSIDE)
    codings = replace(coded.codings.where(counted), code=code[counted])
    touched = None if paragraphs is None else paragraphs[counted]
    return counted[met(codings, 0, len(columns) - 1, meeting, touched)]


def passages(coded: Coded, chosen: Ints) -> tuple[Passage, ...]:
    """Return the passages that some codings mark, each once, in the order of the texts."""
    marks = coded.codings.where(chosen)
    found: dict[tuple[int, int, int], list[int]] = {}
    places = zip(marks.text.tolist(), marks.start.tolist(), marks.end.tolist(), strict=True)
    for place, number in zip(places, chosen.tolist(), strict=True):
        found.setdefault(place, []).append(number)
    return tuple(
        Passage(text=text, start=start, end=end, codings=tuple(found[text, start, end]))
        for text, start, end in sorted(found)
    )


def lines(coded: Coded, passages: Sequence[Passage]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last line of each passage, counted from 1; its texts must be opened."""
    ends: dict[int, list[int]] = {}
    for each in passages:
        if each.text not in ends:
            said = coded.material.words(each.text, 0, int(coded.codings.length[each.text]))
            ends[each.text] = [end.start() for end in re.finditer("\n", said)]
        of = ends[each.text]
        yield bisect_left(of, each.start) + 1, bisect_left(of, each.end - 1) + 1


def place(passage: Passage) -> tuple[int, int, int]:
    """Return where a passage stands: by this they are in order."""
    return passage.text, passage.start, passage.end
