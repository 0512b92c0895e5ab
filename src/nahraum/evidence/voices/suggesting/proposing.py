"""What coders see of suggestions: learned from a coded study, told per category, for paragraphs not coded yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from nahraum.evidence.voices.categories.terms import System
from nahraum.evidence.voices.codings import Codings
from nahraum.evidence.voices.search.around import paragraphs
from nahraum.evidence.voices.suggesting.features import WORD
from nahraum.evidence.voices.suggesting.learning import MOST, Examples, Helper, Suggestion, examples, learn


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How suggestions of a category went: segments that have it, those it was suggested for, and rightly."""

    category: str
    given: int
    suggested: int
    right: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A category that may fit, and the words that speak for it most."""

    category: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How often suggestions were right, by category; it holds no word that anybody said.

    ``segments``: for so many suggestions were compared with what coders gave; ``hit_rate``: share of them with a right
    category among the first 1, 2, .. suggestions; ``commonest``: the same for always naming the commonest categories;
    ``never``: categories that are never suggested, for want of examples.
    """

    segments: int
    hit_rate: tuple[float, ...]
    commonest: tuple[float, ...]
    rates: tuple[Rate, ...]
    never: tuple[str, ...]

    @property
    def is_useful(self) -> bool:
        """Say whether the first suggestions, or all of them, were right more often than the commonest categories.

        With hardly more categories than suggestions the whole of them says nothing: the first does.
        """
        return any(hit > common for hit, common in zip(self.hit_rate, self.commonest, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proposer:
    """A helper that names categories. ``never``: categories it never suggests, for want of examples."""

    helper: Helper
    categories: tuple[str, ...]
    never: tuple[str, ...]

    @property
    def quality(self) -> Quality:
        """Return how well it works, with each category in the order of the system."""
        of, codes = self.helper.measured, self.helper.codes.tolist()
        columns = zip(codes, of.given.tolist(), of.suggested.tolist(), of.right.tolist(), strict=True)
        return Quality(
            segments=of.segments,
            hit_rate=tuple(of.hit_rate.tolist()),
            commonest=tuple(of.commonest.tolist()),
            rates=tuple(
                Rate(category=self.categories[code], given=given, suggested=suggested, right=right)
                for code, given, suggested, right in columns
            ),
            never=self.never,
        )

    def propose(self, words: Sequence[str], most: int = MOST) -> tuple[tuple[Proposed, ...], ...]:
        """Return for each stretch the categories that fit best, the best first."""
        found = self.helper.suggest(words, most) if words else ()
        return tuple(tuple(map(self._named, some)) for some in found)

    def _named(self, one: Suggestion) -> Proposed:
        return Proposed(category=self.categories[one.code], because=one.because)


def proposer(codings: Codings, categories: Sequence[str], system: System, texts: Sequence[str]) -> Proposer:
    """Learn from codings; ``categories``: the id of each code, ``texts``: what each of T texts says.

    Only categories of the system that may be given to segments are learned. Texts without codings may be empty.
    Raises WrongRequest where there are too few examples (see `learn`).
    """
    codable = tuple(each.id for each in system.categories if each.codable)
    number = {id: n for n, id in enumerate(codable)}
    code = np.array([number.get(id, -1) for id in categories], dtype=np.int64)[codings.code]
    kept = codings.where(code >= 0)
    renumbered = Codings(
        kept.text, kept.coder, code[code >= 0], kept.start, kept.end, length=kept.length, worked=kept.worked
    )
    helper = learn(_examples(renumbered, texts, len(codable)))
    return Proposer(helper=helper, categories=codable, never=tuple(codable[n] for n in helper.too_few.tolist()))


def _examples(codings: Codings, texts: Sequence[str], codes: int) -> Examples:
    if not len(codings):
        return Examples([], codings.text, np.zeros((0, codes), dtype=bool))
    return examples(codings, texts, codes)


def uncoded(text: str, coded: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the paragraphs of a text, as start and end, that none of the coded stretches touches."""
    places = sorted(coded)
    return tuple(
        (first, last)
        for first, last in map(tuple, paragraphs(text).tolist())
        if not any(start < last and end > first for start, end in places)
    )


def places_of(words: str, wanted: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Return where each of the words (as `Proposed.because` has them) stands first, as start and end."""
    found: dict[str, tuple[int, int]] = {}
    for each in WORD.finditer(words):
        found.setdefault(each.group().lower(), each.span())
    return tuple(found[word] for word in wanted if word in found)
