"""Summaries of cells (space by category), after U. Kuckartz's summary grid, and whether they still hold.

A summary remembers every segment that lay behind its cell when it was written: by the text and the place in it, so that
recoding the same stretch, or another coder marking it too, changes nothing, and a new stretch does.
"""

from __future__ import annotations

from collections.abc import Collection as Ids
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.codings import Codings
from nahraum.evidence.voices.matrix import OUTSIDE, Matrix

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Stretch:
    """Where a segment stands: in the text of this id, [start, end) in code points."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a cell says, in the team's words. ``rests_on``: segments it is drawn from; ``seen``: all that were there."""

    cell: Cell
    text: str
    rests_on: frozenset[Stretch]
    seen: frozenset[Stretch]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What changed behind a summary since it was written; ``lost``: those of the gone ones that it rests on."""

    new: frozenset[Stretch]
    gone: frozenset[Stretch]
    lost: frozenset[Stretch]

    @property
    def holds(self) -> bool:
        """Say whether nothing changed."""
        return not self.new and not self.gone


def stretches(codings: Codings, matrix: Matrix, texts: Sequence[str]) -> Mapping[Cell, frozenset[Stretch]]:
    """Return the segments behind every cell that has any; ``texts``: the id of each of T texts."""
    columns = matrix.codings.shape[1]
    here = np.flatnonzero(matrix.cell != OUTSIDE)
    keys = np.stack([matrix.cell[here], codings.text[here], codings.start[here], codings.end[here]])
    found: dict[Cell, set[Stretch]] = {}
    for cell, text, start, end in np.unique(keys, axis=1).T.tolist():
        found.setdefault(divmod(cell, columns), set()).add(Stretch(text=texts[text], start=start, end=end))
    return {cell: frozenset(segments) for cell, segments in found.items()}


def summarise(
    cell: Cell, text: str, behind: Mapping[Cell, frozenset[Stretch]], rests_on: frozenset[Stretch] | None = None
) -> Summary:
    """Return a summary of a cell as it is now; without a choice it rests on all segments behind it.

    Raises WrongRequest for an empty text, an empty cell, and segments that lie behind another one.
    """
    seen = behind.get(cell, frozenset())
    chosen = seen if rests_on is None else rests_on
    if not text.strip():
        raise WrongRequest(_("Write what the segments of this cell say."))
    if not chosen or not chosen <= seen:
        raise WrongRequest(_("A summary rests on segments of its own cell, on one at least."))
    return Summary(cell=cell, text=text, rests_on=chosen, seen=seen)


def check(summary: Summary, behind: Mapping[Cell, frozenset[Stretch]]) -> Check:
    """Say what changed behind a summary since it was written."""
    return compare(summary.rests_on, summary.seen, behind.get(summary.cell, frozenset()))


def only_on(summary: Summary, now: frozenset[Stretch], texts: Ids[str]) -> bool:
    """Say whether a summary rests on nothing but segments of some texts. Of those that it is drawn from, the ones still
    in its cell count where there are any; ``now``: all that are in its cell.
    """
    drawn = summary.rests_on & now or summary.rests_on
    return any(some and all(each.text in texts for each in some) for some in (drawn, now))


def compare(rests_on: frozenset[Stretch], seen: frozenset[Stretch], now: frozenset[Stretch]) -> Check:
    """Say what changed between the segments that were seen and those that are there now."""
    gone = seen - now
    return Check(new=now - seen, gone=gone, lost=gone & rests_on)
