"""Photographs and recordings that leave a study beside their texts, in the terms of REFI-QDA.

Coordinates count pixels of the picture as it leaves: in one of at least 1,000 pixels a place comes back to the
thousandth, in a smaller one at most half a pixel away. GUIDs of regions and moments follow from the text's, so that
whoever reads the project again knows which line and which stretch they are of.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from nahraum.evidence.voices.exchange.archive import INTERNAL
from nahraum.evidence.voices.exchange.model import Held, Kind, Medium, Region, SyncPoint, Value
from nahraum.evidence.voices.texts import Area, Segment, area_of
from nahraum.evidence.voices.texts.terms import WHOLE

Pixels = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What lies beside a text (its id). ``ending`` of its file; ``pixels``: width and height; None: a recording."""

    id: str
    text: str
    ending: str
    content: Held
    pixels: Pixels | None = None


def file_of(beside: Beside) -> str:
    """Return the path of its file in a project."""
    return f"{INTERNAL}{beside.id}.{beside.ending}"


def medium_of(beside: Beside, name: str, values: tuple[Value, ...]) -> Medium:
    """Return it under the name of its text: its own may name people. A recording holds the values of its text."""
    kind = Kind.PICTURE if beside.pixels else Kind.AUDIO
    return Medium(guid=beside.id, kind=kind, name=name, path=file_of(beside), values=() if beside.pixels else values)


def regions_of(
    text: str, words: str, segments: Sequence[Segment], medium: int, pixels: Pixels | None
) -> Iterator[Region]:
    """Yield where the cards of a text (its GUID) lie in its photograph, each with the words of its line."""
    for each in segments:
        if each.area and pixels:
            yield Region(
                guid=region_guid(text, each.start, each.end),
                medium=medium,
                place=place_of(each.area, pixels),
                description=words[each.start : each.end],
            )


def region_guid(text: str, start: int, end: int) -> str:
    """Return the GUID of the region in which the line [start, end) of a text lies."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"nahraum region {text} {start} {end}"))


def place_of(area: Area, pixels: Pixels) -> tuple[int, ...]:
    """Return left, top, right, bottom in pixels, right and bottom not included."""
    left, top, width, height = area
    x, right = _span(left, width, pixels[0])
    y, bottom = _span(top, height, pixels[1])
    return x, y, right, bottom


def _span(at: int, length: int, size: int) -> Pixels:
    first, last = round(at * size / WHOLE), round((at + length) * size / WHOLE)
    return (first, last) if first < last else (min(first, size - 1), min(first, size - 1) + 1)


def area_at(place: Sequence[int], pixels: Pixels | None) -> Area | None:
    """Return the area of two corners in any order; None where the size of the picture is not known, or outside."""
    if not pixels:
        return None
    (left, right), (top, bottom) = (sorted(pair) for pair in (place[::2], place[1::2]))
    x, until = (round(at * WHOLE / pixels[0]) for at in (left, right))
    y, below = (round(at * WHOLE / pixels[1]) for at in (top, bottom))
    return area_of(x, y, until - x, below - y)


def points_of(text: str, segments: Sequence[Segment]) -> tuple[SyncPoint, ...]:
    """Return where the stretches with a time begin and end in a text (its GUID)."""
    return tuple(
        point
        for each in segments
        if (each.start_ms, each.end_ms) != (None, None)
        for point in _ends(str(uuid.uuid5(uuid.NAMESPACE_URL, f"nahraum moment {text} {each.start} {each.end}")), each)
    )


def _ends(guid: str, each: Segment) -> tuple[SyncPoint, SyncPoint]:
    return (
        SyncPoint(guid=guid, milliseconds=each.start_ms, position=each.start),
        SyncPoint(guid=end_guid(guid), milliseconds=each.end_ms, position=each.end),
    )


def end_guid(start: str) -> str:
    """Return the GUID of the moment at which the stretch ends that begins at a moment."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"nahraum moment until {start}"))


def leaves_whole(segment: Segment, pixels: Pixels | None) -> bool:
    """Say whether all that is known of a stretch leaves beside its text."""
    bare = Segment(start=segment.start, end=segment.end)
    told = replace(segment, area=None) if pixels else replace(segment, start_ms=None, end_ms=None)
    return told == bare
