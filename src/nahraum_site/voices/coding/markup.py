"""A coded text as HTML: one element for each piece between two boundaries, none for a coding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from nahraum.evidence.voices.segments import Line, Piece, lines
from nahraum_site.voices.coding.queries import Row

DEEPEST = 3  # more codings on one place look the same in the text; the margin tells them apart
SHOWN = {"\0": "\u2400", "\r": "\u240d"}  # browsers drop or change these, and then all places behind them


def body(text: str, rows: Sequence[Row], numbers: Mapping[str, int]) -> SafeString:
    """Return the text in numbered lines; ``numbers``: category -> number of its colour."""
    stretches = [(start, end, numbers.get(category, -1)) for _u, category, start, end, _c, _q, gone in rows if not gone]
    found = (_line(text, n, each) for n, each in enumerate(lines(text, stretches), start=1))
    return mark_safe("".join(found))  # noqa: S308 - every word of the text is escaped below


def _line(text: str, number: int, line: Line) -> str:
    inside = "".join(_piece(text, each) for each in line.pieces)
    return f'<div class="line" id="z{number}" data-s="{line.start}" data-n="{number}">{inside or "<br>"}</div>'


def _piece(text: str, piece: Piece) -> str:
    words = text[piece.start : piece.end]
    for sign, shown in SHOWN.items():
        words = words.replace(sign, shown)
    if not piece.depth:
        return f"<span>{escape(words)}</span>"
    return f'<span class="c n{min(piece.depth, DEEPEST)} k{piece.top}">{escape(words)}</span>'
