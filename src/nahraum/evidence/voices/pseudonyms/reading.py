"""A text as words, with the questions that the rules for names ask of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from nahraum.evidence.voices.pseudonyms.lists import words
from nahraum.evidence.voices.search.words import pattern

NOUN_ENDING = re.compile(
    r"(?:ungen?|heit|keit|schaft|tion|tät|ment|ismus|chen|tum|haus|platz|zentrum|treff|verein|schule|kita|amt|büro|cafe|"
    r"café|markt|geld|zeit|arbeit|kurs|kirche|straße)$"
)
DIGIT = re.compile(r"\d")
BLANK = re.compile(r"[ \t\u00a0]+")
HYPHEN_TOO = re.compile(r"[ \u00a0-]+")


@dataclass(frozen=True, slots=True)
class Reader:
    """A text as words (with their hyphenated parts), with the questions that rules ask of it.

    ``spans``: where each word stands; a text has a million, so they are no objects. ``capitals``: numbers of the words
    that begin with a capital and hold no digit.
    """

    text: str
    spans: list[tuple[int, int]] = field(init=False)
    capitals: list[int] = field(init=False)

    def __post_init__(self) -> None:
        text = self.text
        spans = [found.span() for found in _token().finditer(text)]
        object.__setattr__(self, "spans", spans)
        begun = [n for n, (start, _end) in enumerate(spans) if text[start].isupper()]  # most words do not
        object.__setattr__(self, "capitals", [n for n in begun if self.is_capital(n)])

    def word(self, n: int) -> str:
        """Return a word, empty before the first and after the last."""
        return self.text[slice(*self.spans[n])] if 0 <= n < len(self.spans) else ""

    def is_capital(self, n: int) -> bool:
        """Say whether word n begins with a capital and holds no digit."""
        start, end = self.spans[n]
        return self.text[start].isupper() and not DIGIT.search(self.text, start, end)

    def follows(self, n: int, between: re.Pattern[str] = BLANK) -> bool:
        """Say whether word n follows word n - 1 with nothing but a blank (or ``between``) in the middle."""
        return 0 < n < len(self.spans) and bool(between.fullmatch(self.text, self.spans[n - 1][1], self.spans[n][0]))

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


@cache
def _token() -> re.Pattern[str]:
    word = pattern().pattern
    return re.compile(rf"{word}(?:-{word})*")
