"""What a report is made of, whatever it is printed on: headings, paragraphs, tables, figures."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

GAP, VALUE = "gap", "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; ``level`` 1 begins a chapter, ``new_page`` puts it on a fresh page."""

    text: str
    level: int = 1
    new_page: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of plain text; ``lead`` sets it larger, ``note`` smaller."""

    text: str
    lead: bool = False
    note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list of short statements."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a header row; ``right`` names number columns, ``widths`` are relative."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    widths: tuple[float, ...] = ()
    small: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture as SVG text; ``alt`` says what can be seen; ``width`` in per cent of the text's width."""

    svg: str
    caption: str
    alt: str
    width: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words set alike. ``link``: a page of the own site; ``mark``: ``value`` for what stands in place of a
    placeholder, ``gap`` where it could not be filled, empty for the author's own words.
    """

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paragraph of the author's own words; ``runs`` may hold ``\n`` where a line is meant to end."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list in the author's own text, numbered from ``start`` or with bullets; an item may hold a list again."""

    items: tuple[tuple[Text | Listing | Quote, ...], ...]
    numbered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A quotation: paragraphs and lists that somebody else said."""

    blocks: tuple[Text | Listing | Quote, ...]


Own = Text | Listing | Quote
Block = Heading | Paragraph | Bullets | Table | Figure | Own


@dataclass(frozen=True, slots=True, kw_only=True)
class CoSignature:
    """An office that has co-signed a report (Mitzeichnung), and when."""

    office: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What a composed report has on its first page beside the imprint; an empty ``title`` keeps the edition's."""

    title: str = ""
    version: str = ""
    cosigned: tuple[CoSignature, ...] = ()


def plain(block: Block) -> dict[str, Any]:
    """Return a block as plain data with its ``kind`` (class name in small letters), for templates and for storage.

    Words stand in it as words: whoever shows them escapes them. Only ``svg`` is markup, and that is our own.
    """
    kind = type(block).__name__.lower()
    if isinstance(block, Listing):
        items = [[plain(each) for each in item] for item in block.items]
        return {"kind": kind, "items": items, "numbered": block.numbered, "start": block.start}
    if isinstance(block, Quote):
        return {"kind": kind, "blocks": [plain(each) for each in block.blocks]}
    return {"kind": kind, **asdict(block)}
