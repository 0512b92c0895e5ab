"""From a query to hits: sorted numbers of words, cut and joined."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from nahraum.evidence.voices.codings import Ints
from nahraum.evidence.voices.search.index import Index
from nahraum.evidence.voices.search.query import And, Near, Not, Or, Phrase, Query, Word, parse

AFTER_ALL = "\U0010ffff"  # no letter, so that no word goes on with it


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """H stretches in the order of the texts: number of the text, start and end in code points (half-open)."""

    text: Ints
    start: Ints
    end: Ints

    def __len__(self) -> int:
        """Return the number of hits."""
        return len(self.text)

    def __iter__(self) -> Iterator[tuple[int, int, int]]:
        """Go through the hits as (text, start, end)."""
        return zip(self.text.tolist(), self.start.tolist(), self.end.tolist(), strict=True)


@dataclass(frozen=True, slots=True, eq=False)
class _Stretches:
    """Words ``first`` to before ``after``, by first and then by after; none twice."""

    first: Ints
    after: Ints

    def where(self, chosen: NDArray[np.bool_]) -> _Stretches:
        return _Stretches(self.first[chosen], self.after[chosen])


def find(index: Index, query: Query | str) -> Hits:
    """Return every stretch that the query asks for; of a phrase or nearness the whole stretch.

    A word, phrase or nearness is a hit wherever it stands. AND gives the hits of both sides in texts that have both,
    OR those of either, NOT those of the left side in texts without the right. Of stretches found by one NEAR those
    count that hold no other. Raises WrongRequest for a query written wrongly.
    """
    found = _found(index, parse(query) if isinstance(query, str) else query)
    return Hits(
        index.text_of(found.first),
        index.start[found.first].astype(np.int64),
        index.end[found.after - 1].astype(np.int64),
    )


def _found(index: Index, query: Query) -> _Stretches:
    match query:
        case Phrase(words):
            return _phrase(index, words)
        case Near(one, two, between):
            return _near(index, _found(index, one), _found(index, two), between)
        case Or(one, two):
            return _union(_found(index, one), _found(index, two))
        case Not(one, two):
            left, right = _found(index, one), _found(index, two)
            return left.where(~_texts(index, right)[index.text_of(left.first)])
        case And(one, two):
            left, right = _found(index, one), _found(index, two)
            both = _texts(index, left) & _texts(index, right)
            found = _union(left, right)
            return found.where(both[index.text_of(found.first)])


def _texts(index: Index, found: _Stretches) -> NDArray[np.bool_]:
    """Say for each text whether something was found in it."""
    here = np.zeros(len(index.texts), dtype=bool)
    here[index.text_of(found.first)] = True
    return here


def _phrase(index: Index, words: tuple[Word, ...]) -> _Stretches:
    places = [_word(index, word) - offset for offset, word in enumerate(words)]
    # the rarest first: each step then looks up few words among many
    first = reduce(_in_both, sorted(places, key=len))
    first = first[first >= 0]
    after = first + len(words)
    inside = index.text_of(first) == index.text_of(after - 1)  # a phrase does not run on into the next text
    return _Stretches(first[inside], after[inside])


def _in_both(few: Ints, many: Ints) -> Ints:
    if not len(many):
        return many
    at = np.minimum(np.searchsorted(many, few), len(many) - 1)
    return np.asarray(few[many[at] == few])


def _word(index: Index, word: Word) -> Ints:
    """Return the numbers of the words in the texts that a word of the query means."""
    if not word.exactly:
        last = bisect_left(index.folds, word.text + AFTER_ALL) if word.begins else bisect_right(index.folds, word.text)
        return index.words_of(bisect_left(index.folds, word.text), last)
    if not word.begins:
        number = index.number.get(word.text)
        return index.words_of(number, number + 1) if number is not None else np.zeros(0, dtype=np.int64)
    numbers = [n for n, form in enumerate(index.forms) if form.startswith(word.text)]
    return np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *(index.words_of(n, n + 1) for n in numbers)]))


def _union(one: _Stretches, two: _Stretches) -> _Stretches:
    return _ordered(np.concatenate([one.first, two.first]), np.concatenate([one.after, two.after]))


def _ordered(first: Ints, after: Ints) -> _Stretches:
    order = np.lexsort((after, first))
    first, after = first[order], after[order]
    new = np.ones(len(first), dtype=bool)
    new[1:] = (np.diff(first) > 0) | (np.diff(after) > 0)
    return _Stretches(first[new], after[new])


def _near(index: Index, one: _Stretches, two: _Stretches, between: int) -> _Stretches:
    pairs = [_followed(one, two, between), _followed(two, one, between)]
    found = _ordered(np.concatenate([pair[0] for pair in pairs]), np.concatenate([pair[1] for pair in pairs]))
    found = found.where(index.text_of(found.first) == index.text_of(found.after - 1))
    # Among those that begin at the same word the shortest comes first; it is in the way of all longer ones. A stretch
    # that begins later and ends no later lies inside.
    same = np.zeros(len(found.first), dtype=bool)
    same[1:] = np.diff(found.first) == 0
    found = found.where(~same)
    least_after = np.minimum.accumulate(found.after[::-1])[::-1]
    holds = np.zeros(len(found.first), dtype=bool)
    holds[:-1] = least_after[1:] <= found.after[:-1]
    return found.where(~holds)


def _followed(one: _Stretches, two: _Stretches, between: int) -> tuple[Ints, Ints]:
    """Return first and after of every stretch from one of ``one`` to one of ``two`` that begins soon after its end."""
    low = np.searchsorted(two.first, one.after)
    count = np.searchsorted(two.first, one.after + between, side="right") - low
    left = np.repeat(np.arange(len(low)), count)
    right = np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count) + low[left]
    return one.first[left], two.after[right]
