"""What differs between two states of a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

PIECE = re.compile(r"\{\{[^{}]*\}\}|\w+|\s+|[^\w\s]")  # a placeholder is one word


def differences(before: str, now: str) -> list[tuple[str, str]]:
    """Return the pieces of both texts in order, each marked ``same``, ``gone`` or ``new``."""
    old, new = PIECE.findall(before), PIECE.findall(now)
    return list(_marked(old, new))


def _marked(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for kind, start, end, from_, to in matcher.get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[start:end])
            continue
        if end > start:
            yield "gone", "".join(old[start:end])
        if to > from_:
            yield "new", "".join(new[from_:to])
