"""When the lines of a transcript were said, and which of them lie between two moments of its recording or film."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nahraum.evidence.voices.beside import end_guid
from nahraum.evidence.voices.exchange.model import SyncPoint, Text
from nahraum.evidence.voices.texts import Segment

Stretch = tuple[int, int]
FOREVER = 1 << 62  # ms; of what has no end


class Heard:
    """The stretches of a transcript of which it is known when they begin."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = [each for each in segments if each.start_ms is not None]
        times = [(each.start_ms, FOREVER if each.end_ms is None else each.end_ms) for each in self.segments]
        self._begin, end = np.array(times, dtype=np.int64).reshape(-1, 2).T
        self._end = np.maximum(end, self._begin + 1)
        self._borders = {each.start_ms for each in self.segments}, {each.end_ms for each in self.segments}

    def between(self, begin: int, end: int) -> Stretch | None:
        """Return the stretch of all that was said between two moments (ms)."""
        there = np.flatnonzero((self._begin < max(end, begin + 1)) & (begin < self._end))
        return (self.segments[there[0]].start, self.segments[there[-1]].end) if len(there) else None

    def are_all(self, begin: int, end: int) -> bool:
        """Say whether lines begin at the one moment and end at the other."""
        return begin in self._borders[0] and end in self._borders[1]


def spoken(text: Text) -> tuple[Segment, ...]:
    """Return the stretches of a transcript with when they were said."""
    segments: list[Segment] = []
    for start, end, at, until in sorted(_paired(text.points) or _between(text.points, text.text or ""), key=_place):
        if start < end and start >= (segments[-1].end if segments else 0):
            segments.append(Segment(start=start, end=end, start_ms=at, end_ms=until))
    return tuple(segments)


_Timed = tuple[int, int, int | None, int | None]  # start, end, and when it begins and ends (ms)


def _place(timed: _Timed) -> Stretch:
    return timed[0], timed[1]


def _paired(points: Sequence[SyncPoint]) -> list[_Timed]:
    """Return the stretches of a file of ours, which names the end of each."""
    placed = {each.guid: each for each in points if each.position is not None}
    pairs = [(each, placed[end]) for each in placed.values() if (end := end_guid(each.guid)) in placed]
    return [
        (first.position, last.position, first.milliseconds, last.milliseconds)
        for first, last in pairs
        if first.position is not None and last.position is not None
    ]


def _between(points: Sequence[SyncPoint], words: str) -> list[_Timed]:
    """Return what lies between the points of another program, without the blanks at its ends."""
    timed = {p.position: p.milliseconds for p in points if p.position is not None and p.milliseconds is not None}
    places = sorted(timed.items())
    ends: list[tuple[int, int | None]] = [*places[1:], (len(words), None)]
    found: list[_Timed] = []
    for (start, at), (end, until) in zip(places, ends[: len(places)], strict=True):
        said = words[start:end]
        found.append((end - len(said.lstrip()), start + len(said.rstrip()), at, until))
    return found


def clock(ms: int) -> str:
    """Return a moment in hours, minutes, seconds and thousandths."""
    minutes, rest = divmod(max(ms, 0), 60_000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"
