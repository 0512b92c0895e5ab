"""Transcripts with times: SRT, and WebVTT as the W3C describes it. One cue is one line of the text."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator

from nahraum.base import Issue, Severity
from nahraum.evidence.voices.texts.draft import Draft
from nahraum.evidence.voices.texts.plain import decoded
from nahraum.evidence.voices.texts.terms import Text
from nahraum.evidence.voices.texts.told import told

CLOCK = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
TIMES = re.compile(rf"[ \t]*{CLOCK}[ \t]*-->[ \t]*{CLOCK}(?:[ \t].*)?")
VOICE = re.compile(r"<v(?:\.[^ \t<>]*)?[ \t]+([^<> \t][^<>]*)>")  # blanks fit in one place only, or it takes hours
TAG = re.compile(r"</?(?:[ibucv]|lang|ruby|rt|font)(?:[. \t][^<>]*)?>|<\d[\d:.]*>|\{\\[^{}]*\}", re.IGNORECASE)
# "Name: ...": at most four words, so that a sentence with a colon is no speaker.
SPEAKER = re.compile(r"((?:[^\W\d_][\w.'’-]*|\([^()\n]{1,30}\))(?: (?:[\w.'’-]+|\([^()\n]{1,30}\))){0,3}):[ \t]+(?=\S)")
LONGEST_NAME = 60
FAULTS = {
    "backwards": Issue(
        code="text-times-backwards",
        severity=Severity.WARNING,
        message="Passages end before they begin; their times were left out ({count}).",
        remedy="Correct the times in the program that wrote the transcript if they matter.",
    ),
    "untimed": Issue(
        code="text-times-missing",
        severity=Severity.WARNING,
        message="Passages have no readable time; their words are kept without ({count}).",
        remedy="A time is written as 00:01:02,500 --> 00:01:04,000.",
    ),
    "notes": Issue(
        code="text-remarks-left-out",
        severity=Severity.NOTICE,
        message="Remarks of the transcribing program (NOTE, STYLE, REGION) were left out ({count}).",
    ),
}


def is_transcript(text: str) -> bool:
    """Say whether a text begins as SRT or WebVTT does."""
    lines = [line for line in re.split(r"[\r\n]+", text) if line.strip()][:2]
    return bool(re.match(r"WEBVTT([ \t\r\n]|$)", text)) or any(map(TIMES.fullmatch, lines))


def read_transcript(name: str, content: bytes) -> Text:
    """Read SRT or WebVTT; segments carry times and speaker, written ``Name: ...`` or ``<v Name>``.

    A speaker of WebVTT is written before the words, as in SRT. Several speakers in a cue are lines of their own.
    """
    text, issues = decoded(name, content)
    draft, counts = Draft(name=name, issues=issues), Counter[str]()
    rows: dict[str, int] = {}
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    is_vtt = text.startswith("WEBVTT")
    for row, block in _blocks(text):
        if is_vtt and re.match(r"(WEBVTT|NOTE|STYLE|REGION)([ \t]|$)", block[0]) and not TIMES.fullmatch(block[0]):
            fault = "" if block[0].startswith("WEBVTT") else "notes"
        else:
            fault = _cue(draft, block, is_vtt=is_vtt)
        if fault:
            counts[fault] += 1
            rows.setdefault(fault, row)
    draft.issues += [told(FAULTS[fault], name, row=rows[fault], count=count) for fault, count in counts.items()]
    return draft.finish()


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines between blank ones, with the row of the first."""
    block: list[str] = []
    for row, line in enumerate((*text.split("\n"), ""), 1):
        if line.strip():
            block.append(line)
        elif block:
            yield row - len(block), block
            block = []


def _cue(draft: Draft, block: list[str], *, is_vtt: bool) -> str:
    """Add the words of a cue; return the fault of its times, if there is one."""
    at = next((n for n, line in enumerate(block[:2]) if TIMES.fullmatch(line)), None)
    words = block if at is None else block[at + 1 :]
    start, end = _times(block[at]) if at is not None else (None, None)
    fault = "untimed" if at is None else ""
    if start is not None and end is not None and end < start:
        start, end, fault = None, None, "backwards"
    for speaker, said in _voices(words) if is_vtt else _named(words):
        draft.add(said, speaker=speaker, start_ms=start, end_ms=end)
    return fault


def _times(line: str) -> tuple[int, int]:
    found = TIMES.fullmatch(line)
    assert found, line
    return _ms(*found.groups()[:4]), _ms(*found.groups()[4:])


def _ms(hours: str | None, minutes: str, seconds: str, fraction: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))


def _voices(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield speaker and words of a WebVTT cue; without voices, as in SRT."""
    parts = VOICE.split(" ".join(lines))
    if len(parts) == 1:
        yield from ((speaker, html.unescape(said)) for speaker, said in _named(lines))
        return
    for speaker, said in zip(["", *parts[1::2]], parts[0::2], strict=True):
        speaker, said = html.unescape(speaker).strip(), html.unescape(TAG.sub("", said)).strip()
        if said:
            yield speaker, f"{speaker}: {said}" if speaker else said


def _named(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield speaker and words; a line that names a speaker begins a new one, any other continues."""
    said: list[tuple[str, list[str]]] = []
    for line in (TAG.sub("", line).strip() for line in lines):
        found = SPEAKER.match(line[:LONGEST_NAME])
        if found or not said:
            said.append((found[1] if found else "", [line]))
        else:
            said[-1][1].append(line)
    yield from ((speaker, " ".join(lines)) for speaker, lines in said if any(lines))
