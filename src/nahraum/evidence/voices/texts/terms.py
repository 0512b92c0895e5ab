"""A text as it is coded: fixed characters, and what is known of its stretches."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from nahraum.base import Issue
from nahraum.evidence.voices.codings import Ints

# Where something lies in a picture: left, top, width, height, in thousandths of its width and height.
Area = tuple[int, int, int, int]
WHOLE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch [start, end) of a text, in code points, and what is known of it; empty, 0 and None: not known.

    ``start_ms``, ``end_ms``: when it was said, in milliseconds of the recording. ``question``: number of the question
    that it answers; ``heading``: the question's words or the heading above. ``row``: row of a survey table as the
    clerk's program counts; ``page``: page of a PDF, from 1. ``area``: of the photograph, where the card lies.
    """

    start: int
    end: int
    speaker: str = ""
    start_ms: int | None = None
    end_ms: int | None = None
    question: int = 0
    heading: str = ""
    row: int = 0
    page: int = 0
    area: Area | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Text:
    """One text that no longer changes: LF, no BOM, no NUL, no lone surrogates, not normalised.

    ``sha256``: of its UTF-8, which identifies it. ``segments``: in order, apart from each other. ``variables``: what a
    survey says of the person or place, by column. ``issues``: what was lost or doubtful on import.
    """

    name: str
    text: str
    segments: tuple[Segment, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        assert not any(sign in self.text for sign in "\r\0\ufeff"), "a reader let through what no text may hold"
        object.__setattr__(self, "sha256", hashlib.sha256(self.text.encode()).hexdigest())

    @property
    def paragraphs(self) -> Ints:
        """Return start and end of every line that is not blank (N x 2); in a PDF these are the printed lines."""
        found, at = [], 0
        for line in self.text.split("\n"):
            if line.strip():
                found.append((at, at + len(line)))
            at += len(line) + 1
        return np.array(found, dtype=np.int64).reshape(-1, 2)
