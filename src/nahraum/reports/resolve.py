"""A chapter as it is printed: the author's sentences with the numbers of one edition in them.

The text stays as it was written; every edition fills its placeholders anew. What each of them stood for is kept, so
that a later edition can say what changed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from nahraum.base import Issue, Severity
from nahraum.base.language import gettext as _
from nahraum.base.language import speaking
from nahraum.evidence.indicators.edition import Edition
from nahraum.reports.answers import Answer, answer
from nahraum.reports.blocks import GAP, VALUE, Block, Heading, Listing, Own, Quote, Run, Text, plain
from nahraum.reports.insert import inserted
from nahraum.reports.lookup import Unfilled, unfilled
from nahraum.reports.placeholders import Call, parse
from nahraum.reports.prose import Group, Line, Piece, Slot, Word, apart, read
from nahraum.reports.recommendations import Carried

DEEPEST = 4  # of headings in a chapter
SENTENCE_END = re.compile(r"(?<=[.!?…])(?<!\b\w\.)(?<!\b\w\w\.)(?<!\b\w\w\w\.)\s+")  # not after “ca.” or “31.”


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterText:
    """A chapter as it was written. Without a title the standard chapters in it keep their own."""

    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a placeholder stood for. ``key`` names the same placeholder in another edition; ``about`` says to readers
    what it is; ``words`` stood in its place; ``number`` is None where there is none (``state``: the name of the
    state). ``place``: chapter and line; ``sentence``: the author's words around it. Of a table or picture ``content``
    is a fingerprint.
    """

    key: str
    about: str
    words: str
    number: float | None = None
    state: str = "number"
    chapter: str = ""
    line: int = 0
    sentence: str = ""
    content: str = ""

    @property
    def place(self) -> str:
        """Name chapter and line."""
        return _("{chapter}, line {line}").format(chapter=self.chapter, line=self.line)


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A chapter filled with an edition's numbers; ``issues`` are placeholders that could not be filled, and notices."""

    title: str
    blocks: tuple[Block, ...]
    used: tuple[Used, ...]
    issues: tuple[Issue, ...]

    @property
    def is_whole(self) -> bool:
        """Say whether every placeholder could be filled."""
        return not any(issue.severity is Severity.ERROR for issue in self.issues)


class Vocabulary(Protocol):
    """What placeholders can say; both methods raise Unfilled for what they cannot."""

    def understood(self, source: str) -> Call:
        """Read a placeholder without its braces."""

    def answer(self, call: Call) -> Answer:
        """Return words for a sentence."""

    def inserted(self, call: Call) -> tuple[str, tuple[Block, ...]]:
        """Return the key of a placeholder that stands alone, and the blocks in its place."""


@dataclass(frozen=True, kw_only=True)
class OfEdition:
    """The placeholders that an edition and its recommendations fill."""

    edition: Edition
    carried: Carried

    def understood(self, source: str) -> Call:
        """Read a placeholder without its braces."""
        return parse(source)

    def answer(self, call: Call) -> Answer:
        """Return words for a sentence."""
        return answer(self.edition, call)

    def inserted(self, call: Call) -> tuple[str, tuple[Block, ...]]:
        """Return the key of a placeholder that stands alone, and the blocks in its place."""
        return inserted(self.edition, call, self.carried)


def resolve(chapter: ChapterText, edition: Edition, recommendations: Carried | None = None) -> Chapter:
    """Fill a chapter's placeholders with the numbers of a protected edition, in its language.

    What cannot be filled is printed as a marked gap and told as an issue (file: the chapter, row: the line).
    """
    assert edition.is_protected, "a report is made from what may be published"
    with speaking(edition.imprint.language):
        return fill(chapter, OfEdition(edition=edition, carried=recommendations or Carried()))


def fill(chapter: ChapterText, vocabulary: Vocabulary) -> Chapter:
    """Fill a chapter's placeholders from a vocabulary, in the language spoken here."""
    work = _Filling(title=chapter.title, vocabulary=vocabulary)
    blocks = tuple(work.chapter(chapter.text))
    return Chapter(title=chapter.title, blocks=blocks, used=tuple(work.used), issues=tuple(work.issues))


@dataclass
class _Filling:
    """A chapter at work: what was used so far, what could not be filled, how deep the last heading was."""

    title: str
    vocabulary: Vocabulary
    depth: int = 0
    used: list[Used] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def chapter(self, text: str) -> Iterator[Block]:
        if self.title:
            yield self.heading(self.title, 1, new_page=True)
        for piece in read(text):
            if isinstance(piece, Group):
                yield from self.group(piece)
            elif piece.level:
                words = "".join(run.text for run in self.runs(piece.pieces))
                yield self.heading(words, piece.level + bool(self.title))
            else:
                yield from self.paragraph(piece)

    def heading(self, text: str, level: int, *, new_page: bool = False) -> Heading:
        """Return a heading that leaves out no level: screen readers count them."""
        self.depth = min(level, self.depth + 1, DEEPEST)
        return Heading(text=text, level=self.depth, new_page=new_page)

    def paragraph(self, line: Line) -> Iterator[Block]:
        for part in apart(line.pieces, self.stands_alone):
            if len(part) == 1 and isinstance(part[0], Slot) and self.stands_alone(part[0]):
                yield from self.insert(part[0])
            elif part:
                yield Text(runs=self.runs(part))

    def group(self, group: Group) -> Iterator[Own]:
        items = tuple(item for part in group.parts if (item := tuple(self.inside(part))))
        if not items:
            return
        if group.kind == "quote":
            yield Quote(blocks=items[0])
        else:
            yield Listing(items=items, numbered=group.kind == "numbers", start=group.start)

    def inside(self, parts: Sequence[Line | Group]) -> Iterator[Own]:
        for part in parts:
            if isinstance(part, Group):
                yield from self.group(part)
            elif part.pieces:
                yield Text(runs=self.runs(part.pieces))

    def runs(self, pieces: Sequence[Piece]) -> tuple[Run, ...]:
        return tuple(self.run(piece, n, pieces) for n, piece in enumerate(pieces))

    def run(self, piece: Piece, n: int, pieces: Sequence[Piece]) -> Run:
        if isinstance(piece, Word):
            if piece.foreign:
                self.tell(
                    Issue(
                        code="link-foreign",
                        severity=Severity.WARNING,
                        message="A link leads to another site; only its words are printed.",
                        remedy="Link to a page of this site: /gebiete/…",
                    ),
                    piece.line,
                    piece.foreign,
                )
            return Run(text=piece.text, bold=piece.bold, italic=piece.italic, link=piece.link)
        try:
            call = self.understood(piece)
            if call.kind.alone:
                raise unfilled(
                    "placeholder-not-alone",
                    message="A table, picture or chapter cannot stand in a sentence, list, quotation or heading.",
                    remedy="Write the placeholder on a line of its own.",
                )
            found = self.vocabulary.answer(call)
        except Unfilled as error:
            return self.gap(piece, error)
        for notice in found.notices:
            self.tell(notice, piece.line, piece.source)
        self.used.append(
            Used(
                key=found.key,
                about=found.about,
                words=found.words,
                number=found.number,
                state=found.state.name.lower(),
                chapter=self.title,
                line=piece.line,
                sentence=_sentence(pieces, n),
            )
        )
        return Run(text=found.words, bold=piece.bold, italic=piece.italic, mark=VALUE)

    def insert(self, slot: Slot) -> Iterator[Block]:
        try:
            key, blocks = self.vocabulary.inserted(self.understood(slot))
        except Unfilled as error:
            yield Text(runs=(self.gap(slot, error),))
            return
        content = hashlib.sha256(json.dumps([plain(block) for block in blocks]).encode()).hexdigest()[:16]
        self.used.append(
            Used(key=key, about=slot.source, words="", chapter=self.title, line=slot.line, content=content)
        )
        for block in blocks:
            if isinstance(block, Heading):
                yield self.heading(
                    block.text, block.level + bool(self.title), new_page=block.new_page and not self.title
                )
            else:
                yield block

    def understood(self, slot: Slot) -> Call:
        if not slot.closed:
            raise unfilled(
                "placeholder-unclosed",
                message="A placeholder begins with {{{{ and never ends.",
                remedy="Close it with }}}}, or write \\{{{{ for two braces.",
            )
        return self.vocabulary.understood(slot.source)

    def stands_alone(self, slot: Slot) -> bool:
        try:
            return self.understood(slot).kind.alone
        except Unfilled:
            return False

    def gap(self, slot: Slot, error: Unfilled) -> Run:
        self.tell(error.issue, slot.line, slot.source)
        return Run(text=_("[gap: {placeholder}]").format(placeholder=slot.source), mark=GAP)

    def tell(self, issue: Issue, line: int, source: str) -> None:
        self.issues.append(replace(issue, file=self.title, row=line, value=source))


def _sentence(pieces: Sequence[Piece], n: int) -> str:
    """Return the sentence around a placeholder as it was written."""
    before, after = (
        "".join(piece.text if isinstance(piece, Word) else f"{{{{{piece.source}}}}}" for piece in part)
        for part in (pieces[:n], pieces[n:])
    )
    return f"{SENTENCE_END.split(before)[-1]}{SENTENCE_END.split(after)[0]}".strip()
