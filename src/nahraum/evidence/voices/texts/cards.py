"""Photographed cards: what a camera wrote beside the picture goes, and what stands on each card is typed in.

Each card is a line of the text that knows where it lies in the picture. So an area of the picture is coded with its
line, and counts in every table as any other coding does.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image, ImageOps

from nahraum.base import BadInput
from nahraum.evidence.voices.texts.draft import Draft
from nahraum.evidence.voices.texts.terms import WHOLE, Area, Text
from nahraum.evidence.voices.texts.told import refused

FORMATS = ("JPEG", "PNG", "WEBP")
BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
MOST_PIXELS = 120_000_000  # what the largest cameras of telephones take
MOST_WHOLE = 50_000_000  # of pictures that open whole only: PNG, WebP, JPEG in passes; twice 200 MB
LONGER_SIDE = 3000  # pixels: handwriting on fifty cards stays readable
QUALITY = 85
JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
JFIF, TABLES, FRAME, HUFFMAN, SCAN = (bytes((0xFF, each)) for each in (0xE0, 0xDB, 0xC0, 0xC4, 0xDA))
BARE = (JFIF, TABLES, FRAME, HUFFMAN, SCAN)  # segments of a JPEG that say how to draw it, and no more
JFIF_LENGTH = 16
ORIENTATION, LYING = 0x0112, 5  # of Exif: from 5 on, width and height are exchanged

_one_at_a_time = threading.Lock()  # a large picture opened takes hundreds of megabytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands on a card, and where it lies in the picture; None: not said."""

    words: str
    area: Area | None = None


def is_picture(content: bytes) -> bool:
    """Say whether a file begins as a picture that is taken does: JPEG, PNG, WebP."""
    return content.startswith(BEGINNINGS) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")


def cleaned(name: str, content: bytes) -> bytes:
    """Return a photograph as JPEG, upright, at most 3,000 pixels wide or high, without what the camera wrote beside it.

    Place, time and device of a photograph tell who was there. The same file gives the same bytes, and what was cleaned
    once stays as it is. Raises BadInput for what is no picture, damaged, or larger than any camera takes.
    """
    try:
        with _one_at_a_time, Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            whole = picture.format in ("PNG", "WEBP") or "progressive" in picture.info
            most = MOST_WHOLE if whole else MOST_PIXELS
            if picture.width * picture.height > most:
                raise refused(
                    "picture-too-large",
                    message="The picture has more than {most} million pixels.",
                    remedy="Save a smaller copy and upload that.",
                    file=name,
                    most=most // 1_000_000,
                )
            if max(picture.size) <= LONGER_SIDE and picture.mode == "RGB" and _is_bare(content):
                picture.load()
                return content
            return _small(picture)
    except (BadInput, MemoryError):
        raise
    except Exception as error:  # whatever a damaged picture makes the library stumble over
        raise refused(
            "picture-damaged",
            message="The picture cannot be opened.",
            remedy="Take or save it again as JPEG, PNG or WebP.",
            file=name,
        ) from error


def _is_bare(content: bytes) -> bool:
    """Say whether a JPEG holds a picture and nothing else: no segment of applications, no comment, nothing behind."""
    at = len(JPEG_START)
    while (marker := content[at : at + 2]) in BARE:
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == JFIF and length != JFIF_LENGTH:  # a small picture lies in it
            return False
        at += 2 + length
        if marker == SCAN:
            return content.startswith(JPEG_START) and content.find(JPEG_END, at) == len(content) - len(JPEG_END)
    return False


def size_of(content: bytes) -> tuple[int, int] | None:
    """Return width and height of a picture as it stands upright, from its beginning; None where it is not taken."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            width, height = picture.size
            exif = Image.Exif()
            exif.load(picture.info.get("exif", b""))  # `getexif` of a PNG would open the whole picture
            lies = exif.get(ORIENTATION, 1) >= LYING
    except Exception:  # as above
        return None
    if not 0 < width * height <= MOST_PIXELS:
        return None
    return (height, width) if lies else (width, height)


def _small(picture: Image.Image) -> bytes:
    """Return a picture as it is kept. It is made small before anything else, so that no second one of its size is."""
    share = min(LONGER_SIDE / max(picture.size), 1)
    # A large JPEG is opened at half, a quarter or an eighth of its size.
    picture.draft(None, (max(int(picture.width * share), 1), max(int(picture.height * share), 1)))
    picture.thumbnail((LONGER_SIDE, LONGER_SIDE))
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    found = io.BytesIO()
    plain.save(found, "JPEG", quality=QUALITY)
    return found.getvalue()


def cards_text(name: str, cards: Iterable[Card]) -> Text:
    """Return the cards as a text, a line for each in their order. Raises BadInput where nothing was typed."""
    draft = Draft(name=name)
    for card in cards:
        draft.add(" ".join(card.words.split()), begins=True, area=card.area)
    return draft.finish()


def area_of(left: int, top: int, width: int, height: int) -> Area | None:
    """Return the part of an area that lies in the picture, in thousandths of it; None where nothing of it does."""
    left, right = (min(max(at, 0), WHOLE) for at in (left, left + width))
    top, bottom = (min(max(at, 0), WHOLE) for at in (top, top + height))
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None
