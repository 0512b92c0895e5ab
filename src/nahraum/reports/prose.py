"""The author's own text: a small part of Markdown, read into pieces that hold words and placeholders, never markup.

Known are headings (#), paragraphs, bold and italic, lists with bullets and numbers, quotations (>) and links to pages
of the own site. HTML is not known: it stays words. ``\\{{`` writes two braces that are no placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

RULES = ("heading", "list", "blockquote", "emphasis", "escape", "link", "newline")
DEEPEST = 19  # levels of tokens: nine lists in each other
SLOT = re.compile(r"\{\{([^{}]*)\}\}")
OPEN = re.compile(r"\{\{[^{}\n]*")
BREAKS = {"softbreak": " ", "hardbreak": "\n"}
OWN_PAGE = re.compile(r"/(?![/\\])[^\s\\]*|#[\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Words of the author; ``link`` leads to a page of the own site, ``foreign`` tells where it led instead.

    ``ends``: the end of a line; its words are a blank, or a line break where one is meant.
    """

    text: str
    line: int
    bold: bool = False
    italic: bool = False
    link: str = ""
    foreign: str = ""
    ends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A placeholder as it was written, without its braces; ``closed`` is False where ``}}`` is missing."""

    source: str
    line: int
    closed: bool = True
    bold: bool = False
    italic: bool = False


Piece = Word | Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paragraph (``level`` 0) or a heading."""

    pieces: tuple[Piece, ...]
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A quotation (``kind`` ``quote``, one part) or a list (``bullets``, ``numbers``, one part for each item)."""

    kind: str
    parts: tuple[tuple[Line | Group, ...], ...]
    start: int = 1


def read(text: str) -> tuple[Line | Group, ...]:
    """Return what a text holds; every text can be read. Lines count from 1."""
    text = text.replace("\r\n", "\n")
    tokens = _reader(RULES).parse(text)
    if max((token.level for token in tokens), default=0) >= DEEPEST:
        # Below that the reader drops words; better no list at all than a lost sentence.
        tokens = _reader(tuple(rule for rule in RULES if rule not in ("list", "blockquote"))).parse(text)
    return tuple(_siblings(iter(tokens), ""))


def _reader(rules: Sequence[str]) -> MarkdownIt:
    reader = MarkdownIt("zero", {"html": False, "linkify": False, "maxNesting": DEEPEST + 1}).enable(list(rules))
    reader.inline.ruler.before("escape", "slot", _slot)
    return reader


def _slot(state: StateInline, silent: bool) -> bool:
    """Take a placeholder before anything in it (an underscore, a star) is read as emphasis."""
    if not state.src.startswith("{{", state.pos):
        return False
    found = SLOT.match(state.src, state.pos) or OPEN.match(state.src, state.pos)
    assert found is not None
    if not silent:
        token = state.push("slot", "", 0)
        token.content = " ".join(found.group(0).strip("{}").split())
        token.meta = {"closed": found.group(0).endswith("}}"), "line": state.src.count("\n", 0, state.pos)}
    state.pos = found.end()
    return True


def _siblings(stream: Iterator[Token], until: str) -> Iterator[Line | Group]:
    """Yield lines and groups up to the token that closes them."""
    for token in stream:
        if token.type == until:
            return
        match token.type:
            case "heading_open":
                yield Line(pieces=_inline(next(stream)), level=len(token.markup))
            case "paragraph_open":
                yield Line(pieces=_inline(next(stream)))
            case "blockquote_open":
                yield Group(kind="quote", parts=(tuple(_siblings(stream, "blockquote_close")),))
            case "bullet_list_open":
                yield Group(kind="bullets", parts=tuple(_items(stream, "bullet_list_close")))
            case "ordered_list_open":
                start = int(token.attrs.get("start", 1))
                yield _numbered(start, tuple(_items(stream, "ordered_list_close")))


def _numbered(start: int, items: tuple[tuple[Line | Group, ...], ...]) -> Line | Group:
    """Return a numbered list, or the paragraph that only looked like one: “31. Dezember 2024 war Stichtag.”"""
    first = items[0][0] if items and items[0] else None
    if start == 1 or len(items) > 1 or not isinstance(first, Line) or len(items[0]) > 1 or not first.pieces:
        return Group(kind="numbers", parts=items, start=start)
    number = Word(text=f"{start}. ", line=first.pieces[0].line)
    return replace(first, pieces=(number, *first.pieces))


def _items(stream: Iterator[Token], until: str) -> Iterator[tuple[Line | Group, ...]]:
    for token in stream:
        if token.type == until:
            return
        yield tuple(_siblings(stream, "list_item_close"))


def _inline(token: Token) -> tuple[Piece, ...]:
    """Return the pieces of one paragraph or heading."""
    first = token.map[0] + 1 if token.map else 1
    bold = italic = line = 0
    link = foreign = ""
    pieces: list[Piece] = []
    for child in token.children or ():
        match child.type:
            case "strong_open" | "strong_close":
                bold += child.nesting
            case "em_open" | "em_close":
                italic += child.nesting
            case "link_open":
                target = str(child.attrs["href"])
                link, foreign = (target, "") if OWN_PAGE.fullmatch(target) else ("", target)
            case "link_close":
                link = foreign = ""
            case "slot":
                line = child.meta["line"]
                pieces.append(
                    Slot(
                        source=child.content,
                        line=first + line,
                        closed=child.meta["closed"],
                        bold=bool(bold),
                        italic=bool(italic),
                    )
                )
            case _:
                ends = child.type in BREAKS
                words = BREAKS[child.type] if ends else child.content
                pieces.append(
                    Word(
                        text=words,
                        line=first + line,
                        bold=bool(bold),
                        italic=bool(italic),
                        link=link,
                        foreign=foreign,
                        ends=ends,
                    )
                )
                line += ends
    return tuple(piece for piece in pieces if isinstance(piece, Slot) or piece.text)


def apart(pieces: Sequence[Piece], stands_alone: Callable[[Slot], bool]) -> Iterable[tuple[Piece, ...]]:
    """Yield the pieces of a paragraph, cut where a placeholder that stands alone has a line of its own."""
    rest: list[Piece] = []
    for n, piece in enumerate(pieces):
        before, after = pieces[n - 1] if n else None, pieces[n + 1] if n + 1 < len(pieces) else None
        if isinstance(piece, Slot) and stands_alone(piece) and _ends(before) and _ends(after):
            yield _trimmed(rest)
            yield (piece,)
            rest = []
        else:
            rest.append(piece)
    yield _trimmed(rest)


def _ends(piece: Piece | None) -> bool:
    return piece is None or (isinstance(piece, Word) and piece.ends)


def _trimmed(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Drop the ends of lines around the pieces."""
    kept = list(pieces)
    while kept and _ends(kept[0]):
        kept.pop(0)
    while kept and _ends(kept[-1]):
        kept.pop()
    return tuple(kept)
