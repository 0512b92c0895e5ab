"""Texts of a file that are in the study already, word for word: their codings go to those."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from nahraum.evidence.voices.incoming.terms import Incoming

LONG = 200  # signs; shorter texts ("no") are the same only under the same name


class Here(NamedTuple):
    """A text of the study; ``sha256``: empty where it is none of the texts of the file."""

    name: str
    sha256: str
    length: int


def twins(incoming: Incoming, here: Sequence[Here]) -> dict[int, int]:
    """Return number in the file -> number in the study; of several that say the same, first to first, next to next."""
    waiting: dict[tuple[str, str], list[int]] = {}
    for n, each in enumerate(here):
        waiting.setdefault(_key(*each), []).append(n)
    found = {}
    for n, text in enumerate(incoming.texts):
        some = waiting.get(_key(text.name, text.sha256, len(text.text)))
        if some:
            found[n] = some.pop(0)
    return found


def _key(name: str, sha256: str, length: int) -> tuple[str, str]:
    return sha256, name if length < LONG else ""
