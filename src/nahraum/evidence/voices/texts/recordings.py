"""What a recording is: its content decides, not its name."""

from __future__ import annotations

LONGEST_BEGINNING = 16
BEGINNINGS = (
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf2", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftyp", "audio/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "audio/webm"),
)

ENDINGS = {
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
    "audio/wav": "wav",
    "audio/mp4": "m4a",
    "audio/webm": "webm",
}


def sound_of(beginning: bytes) -> str:
    """Return the media type of a recording that browsers play, from its first 16 bytes; empty for anything else.

    MP3, AAC, Ogg, FLAC, WAV, MP4 (M4A) and WebM. Of films, the sound alone is played.
    """
    return next((kind for at, sign, kind in BEGINNINGS if beginning[at:].startswith(sign)), "")
