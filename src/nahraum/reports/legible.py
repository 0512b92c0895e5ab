"""Words as the report can print them: no control characters, no letters that its font does not have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from nahraum.sources.grid import without_controls

UNKNOWN = "\ufffd"

T = TypeVar("T")


@cache
def letters_of(font: Path) -> frozenset[str]:
    """Return the signs that a font has, and the blanks and soft hyphens that every typesetter knows."""
    from fontTools.ttLib import TTFont

    return frozenset(map(chr, TTFont(font, lazy=True).getBestCmap())) | set("\n\t\u00a0\u00ad\u2009\u200b\u202f")


def legible(noun: T, letters: frozenset[str] | None = None) -> T:
    """Return a text, or a noun with all texts in it, without control characters; signs that are not among the
    ``letters`` become a replacement sign (a PDF for screen readers must not hold what it cannot show).
    """
    return _legible(noun, letters)  # type: ignore[no-any-return]


def _legible(noun: Any, letters: frozenset[str] | None) -> Any:
    if isinstance(noun, str):
        text = without_controls(noun)
        if letters is None or letters.issuperset(text):
            return text
        return "".join(sign if sign in letters else UNKNOWN for sign in text)
    if noun is None or isinstance(noun, int | float):
        return noun
    if isinstance(noun, tuple):
        return tuple([_legible(each, letters) for each in noun])
    if isinstance(noun, Mapping):
        return {key: _legible(each, letters) for key, each in noun.items()}
    if is_dataclass(noun) and not isinstance(noun, type):
        return replace(noun, **{each.name: _legible(getattr(noun, each.name), letters) for each in fields(noun)})
    return noun
