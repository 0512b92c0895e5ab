"""Replacing what was decided, before a text is frozen, and moving the codings that came with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.codings import Ints
from nahraum.evidence.voices.pseudonyms.key import Key
from nahraum.evidence.voices.pseudonyms.terms import Decision


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moves:
    """R replaced stretches of a text of ``length`` code points: old start and end, size of what stands there now."""

    start: Ints
    end: Ints
    size: Ints
    length: int

    def moved(self, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """Return where codings [start, end) of the old text lie in the new one.

        A coding that begins or ends inside a replaced stretch grows to hold the whole pseudonym; all others cover the
        same text as before. Raises WrongRequest for positions outside the old text.
        """
        if ((start < 0) | (start > end) | (end > self.length)).any():
            message = _("A coding lies outside its text, which has {count} characters. Import it again.")
            raise WrongRequest(message.format(count=self.length))
        shift = np.concatenate([[0], np.cumsum(self.size - (self.end - self.start))])
        before = np.searchsorted(self.end, start, side="right")  # stretches that end before the coding begins
        begun = np.searchsorted(self.start, end, side="left")  # stretches that begin before it ends
        if not len(self.start):
            return start, end
        next_start = self.start[np.minimum(before, len(self.start) - 1)]
        last_end = self.end[np.maximum(begun - 1, 0)]
        begins_inside = (before < len(self.start)) & (next_start < start)
        ends_inside = (begun > 0) & (end < last_end)
        return (
            np.where(begins_inside, next_start, start) + shift[before],
            np.where(ends_inside, last_end, end) + shift[begun],
        )


def pseudonymise(text: str, decisions: Sequence[Decision], key: Key) -> tuple[str, Moves, Key]:
    """Return the text with pseudonyms, how positions move, and the key that now knows everybody replaced.

    Pass the key on from text to text of a collection: the same identity keeps its pseudonym. Nothing outside the
    decided stretches changes. Raises WrongRequest for stretches that overlap, are empty or leave the text.
    """
    chosen = sorted(decisions, key=lambda each: (each.start, each.end))
    for each in chosen:
        if not 0 <= each.start < each.end <= len(text):
            raise WrongRequest(_("The stretch {start} to {end} to be replaced is empty or leaves the text.").format(
                start=each.start, end=each.end))  # fmt: skip
    for one, two in pairwise(chosen):
        if two.start < one.end:
            raise WrongRequest(
                _("Two stretches to be replaced overlap: “{one}” and “{two}”. Keep one of them.").format(
                    one=text[one.start : one.end], two=text[two.start : two.end]
                )
            )
    parts, at = [], 0
    pseudonyms = []
    for each in chosen:
        key = key.naming(each.kind, each.identity, text[each.start : each.end], text)
        pseudonyms.append(key.pseudonym(each.kind, each.identity))
        parts += [text[at : each.start], pseudonyms[-1]]
        at = each.end
    moves = Moves(
        start=np.array([each.start for each in chosen], dtype=np.int64),
        end=np.array([each.end for each in chosen], dtype=np.int64),
        size=np.array([len(each) for each in pseudonyms], dtype=np.int64),
        length=len(text),
    )
    return "".join([*parts, text[at:]]), moves, key
