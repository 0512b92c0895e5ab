"""What a report is made of, whatever it is printed on: headings, paragraphs, tables, figures."""

from __future__ import annotations

from dataclasses import dataclass


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


Block = Heading | Paragraph | Bullets | Table | Figure
