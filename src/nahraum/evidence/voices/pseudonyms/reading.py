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


@dataclass(frozen=True, slots=True)
class Token:
    """A word with its hyphenated parts, and where it stands."""

    text: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Say whether it begins with a capital and holds no digit."""
        return self.text[0].isupper() and not re.search(r"\d", self.text)


@dataclass(frozen=True, slots=True)
class Reader:
    """A text as words, with the questions that rules ask of it."""

    text: str
    tokens: tuple[Token, ...] = field(init=False)

    def __post_init__(self) -> None:
        found = (Token(match[0], *match.span()) for match in _token().finditer(self.text))
        object.__setattr__(self, "tokens", tuple(found))

    def word(self, n: int) -> str:
        """Return a word, empty before the first and after the last."""
        return self.tokens[n].text if 0 <= n < len(self.tokens) else ""

    def follows(self, n: int, between: str = r"[ \t\u00a0]+") -> bool:
        """Say whether word n follows word n - 1 with nothing but a blank (or ``between``) in the middle."""
        return 0 < n < len(self.tokens) and bool(
            re.fullmatch(between, self.text[self.tokens[n - 1].end : self.tokens[n].start])
        )

    def is_name(self, n: int) -> bool:
        """Say whether word n could be a name: a capital and no word that the lists know better."""
        word = self.word(n)
        return bool(word) and self.tokens[n].capital and word not in words("no_names") and len(word) > 1

    def is_family(self, n: int) -> bool:
        """Say whether word n could be the family name behind a given name."""
        return self.follows(n) and self.is_name(n) and not NOUN_ENDING.search(self.word(n))

    def is_namesake(self, n: int) -> bool:
        """Say whether what follows word n makes it a street, a school, a foundation."""
        return self.follows(n + 1, r"[ \u00a0-]+") and self.word(n + 1).split("-")[0] in words("namesakes")


@cache
def _token() -> re.Pattern[str]:
    word = pattern().pattern
    return re.compile(rf"{word}(?:-{word})*")
