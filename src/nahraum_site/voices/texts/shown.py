"""Texts as pages show them: lines with what is known of them, drafts with what may identify somebody."""

from __future__ import annotations

from collections.abc import Collection as Values
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nahraum.base.language import gettext as _
from nahraum.evidence.voices.pseudonyms import Suggestion, Sure
from nahraum.evidence.voices.texts import Area, Segment
from nahraum.evidence.voices.texts import Text as Draft

MOST = 200  # texts of a survey that are shown although nothing is suggested in them


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a text, from 1, with where it begins; what is known of it stands where it begins to hold."""

    number: int
    start: int
    words: str
    speaker: str = ""
    time: str = ""
    heading: str = ""
    page: int = 0
    area: Area | None = None
    start_ms: int | None = None


def lines(content: str, segments: Sequence[Segment]) -> Iterator[Line]:
    """Yield the lines of a text; a speaker, time, heading or page is told once, where its stretch begins."""
    at, waiting = 0, list(reversed(segments))
    for number, words in enumerate(content.split("\n"), 1):
        begun = None
        while waiting and waiting[-1].start <= at + len(words):
            begun = waiting.pop()
        if begun:
            heading = begun.heading if begun.heading not in words else ""
            yield Line(number=number, start=at, words=words, speaker=begun.speaker, time=clock(begun.start_ms),
                       heading=heading, page=begun.page, area=begun.area, start_ms=begun.start_ms)  # fmt: skip
        else:
            yield Line(number=number, start=at, words=words)
        at += len(words) + 1


def clock(ms: int | None) -> str:
    """Return a time of a recording as 1:02:03; empty where it is not known."""
    if ms is None:
        return ""
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words of a draft; ``mark`` names the check box of those that may identify somebody."""

    words: str
    mark: str = ""
    chosen: bool = False
    suggestion: Suggestion | None = None

    @property
    def why(self) -> str:
        """Say what it is and why it was marked, in the reader's language."""
        return f"{self.suggestion.kind.label}: {_(self.suggestion.why)}" if self.suggestion else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A draft in pieces."""

    name: str
    pieces: tuple[Piece, ...]
    variables: tuple[tuple[str, str], ...]


def mark(n: int, each: Suggestion) -> str:
    """Return the value of the check box of a suggestion in the draft ``n``."""
    return f"{n}:{each.start}-{each.end}"


def usual(found: Sequence[Sequence[Suggestion]]) -> set[str]:
    """Return the marks that are set at first: what is at least likely."""
    return {mark(n, each) for n, some in enumerate(found) for each in some if each.sure >= Sure.LIKELY}


def pieces(
    drafts: Sequence[Draft], found: Sequence[Sequence[Suggestion]], chosen: Values[str]
) -> tuple[list[Shown], int]:
    """Return the drafts in pieces, and how many are left out: of many, only the first and those with suggestions."""
    shown = [
        Shown(
            name=draft.name,
            pieces=tuple(_pieces(n, draft.text, some, chosen)),
            variables=tuple(draft.variables.items()),
        )
        for n, (draft, some) in enumerate(zip(drafts, found, strict=True))
        if n < MOST or some
    ]
    return shown, len(drafts) - len(shown)


def _pieces(n: int, text: str, found: Sequence[Suggestion], chosen: Values[str]) -> Iterator[Piece]:
    at = 0
    for each in found:
        if each.start > at:
            yield Piece(words=text[at : each.start])
        value = mark(n, each)
        yield Piece(words=text[each.start : each.end], mark=value, chosen=value in chosen, suggestion=each)
        at = each.end
    if at < len(text):
        yield Piece(words=text[at:])
