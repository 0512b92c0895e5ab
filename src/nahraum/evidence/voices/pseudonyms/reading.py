"""A text as words, with the questions that the rules for names ask of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from nahraum.evidence.voices.pseudonyms.lists import words
from nahraum.evidence.voices.search.words import CAPITAL, DIGIT, kinds, runs

NOUN_ENDING = re.compile(
    r"(?:ungen?|heit|keit|schaft|tion|tät|ment|ismus|chen|tum|haus|platz|zentrum|treff|verein|schule|kita|amt|büro|cafe|"
    r"café|markt|geld|zeit|arbeit|kurs|kirche|straße)$"
)
A_DIGIT = re.compile(r"\d")
BLANK = re.compile(r"[ \t\u00a0]+")
HYPHEN_TOO = re.compile(r"[ \u00a0-]+")


@dataclass(frozen=True, slots=True)
class Reader:
    """A text as words (with their hyphenated parts), with the questions that rules ask of it.

    ``starts``, ``ends``: where each word stands; a text has a million, so they are no objects. ``capitals``: numbers of
    the words that begin with a capital and hold no digit.
    """

    text: str
    starts: list[int] = field(init=False)
    ends: list[int] = field(init=False)
    capitals: list[int] = field(init=False)

    def __post_init__(self) -> None:
        signs = kinds(self.text)
        starts, ends = runs(self.text, signs, hyphened=True)
        digits = np.flatnonzero(signs & DIGIT)
        without = np.searchsorted(digits, starts) == np.searchsorted(digits, ends)
        object.__setattr__(self, "starts", starts.tolist())
        object.__setattr__(self, "ends", ends.tolist())
        object.__setattr__(self, "capitals", np.flatnonzero(((signs[starts] & CAPITAL) != 0) & without).tolist())

    def word(self, n: int) -> str:
        """Return a word, empty before the first and after the last."""
        return self.text[self.starts[n] : self.ends[n]] if 0 <= n < len(self.starts) else ""

    def is_capital(self, n: int) -> bool:
        """Say whether word n begins with a capital and holds no digit."""
        word = self.word(n)
        return word[:1].isupper() and not A_DIGIT.search(word)

    def follows(self, n: int, between: re.Pattern[str] = BLANK) -> bool:
        """Say whether word n follows word n - 1 with nothing but a blank (or ``between``) in the middle."""
        return 0 < n < len(self.starts) and bool(between.fullmatch(self.text, self.ends[n - 1], self.starts[n]))

    def is_name(self, n: int) -> bool:
        """Say whether word n could be a name: a capital and no word that the lists know better."""
        word = self.word(n)
        return bool(word) and self.is_capital(n) and word not in words("no_names") and len(word) > 1

    def is_family(self, n: int) -> bool:
        """Say whether word n could be the family name behind a given name."""
        return self.follows(n) and self.is_name(n) and not NOUN_ENDING.search(self.word(n))

    def is_namesake(self, n: int) -> bool:
        """Say whether what follows word n makes it a street, a school, a foundation."""
        return self.follows(n + 1, HYPHEN_TOO) and self.word(n + 1).split("-")[0] in words("namesakes")
