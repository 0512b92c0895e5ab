"""Texts whose form can do harm are read in a process of its own, with limits of memory and time; others right here.

What harms is a workbook, which holds one word a million times, and a PDF, which is a program. Bytes go there and words
come back by pipes. Only a table lies on the disk while it is read, in a folder that goes with the process.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from nahraum.base import BadInput
from nahraum.evidence.voices.texts import survey
from nahraum.evidence.voices.texts.read import OLE, ZIP, refuse_size
from nahraum.evidence.voices.texts.read import read as read_here
from nahraum.evidence.voices.texts.survey import Answers
from nahraum.evidence.voices.texts.terms import Segment, Text
from nahraum.evidence.voices.texts.told import refused
from nahraum.sources.apart import SAID, SAID_OF_TABLE, SECONDS, SMALL, done_apart, issue_of, plain, serve

WORKBOOKS = (*ZIP, OLE)


def read(name: str, content: bytes, *, answers: Answers | None = None) -> tuple[Text, ...]:
    """Return what ``read`` of the package does. BadInput as there, and where reading was broken off."""
    refuse_size(name, content)
    if not _can_harm(content, table=answers is not None):
        return read_here(name, content, answers=answers)
    found = _asked("read", name, content, SAID_OF_TABLE, answers=asdict(answers) if answers else None)
    return tuple(map(_text_of, found))


def suggested(name: str, content: bytes) -> Answers:
    """Return what ``suggested`` of the package does. BadInput as there, and where reading was broken off."""
    if not _can_harm(content, table=True):
        return survey.suggested(name, content)
    return _answers(_asked("suggested", name, content, SAID))


def columns(name: str, content: bytes, answers: Answers) -> tuple[str, ...]:
    """Return what ``columns`` of the package does. BadInput as there, and where reading was broken off."""
    if not _can_harm(content, table=True):
        return survey.columns(name, content, answers)
    return tuple(_asked("columns", name, content, SAID, answers=asdict(answers)))


def _can_harm(content: bytes, *, table: bool) -> bool:
    return (content.startswith(WORKBOOKS) or len(content) > SMALL) if table else b"%PDF-" in content[:1024]


def _asked(task: str, name: str, content: bytes, most: int, **given: Any) -> Any:
    order = {"task": task, "name": name, "content": base64.b64encode(content).decode(), "given": given}
    said = done_apart(__name__, order, SECONDS, most)
    if said is None:
        raise _broken_off(name)
    return said["found"]


def _broken_off(name: str) -> BadInput:
    return refused(
        "text-broken-off",
        message="Reading the file was broken off: over {seconds} seconds, too much memory, or a damaged file.",
        remedy="Ask where the file comes from. Save the text as DOCX, a table as CSV, and import that copy.",
        file=name,
        seconds=int(SECONDS),
    )


def _read(name: str, content: bytes, *, answers: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    texts = read_here(name, content, answers=_answers(answers) if answers else None)
    return [
        {
            "name": each.name,
            "text": each.text,
            "segments": [asdict(segment) for segment in each.segments],
            "variables": dict(each.variables),
            "issues": [plain(issue) for issue in each.issues],
        }
        for each in texts
    ]


def _suggested(name: str, content: bytes) -> dict[str, Any]:
    return asdict(survey.suggested(name, content))


def _columns(name: str, content: bytes, *, answers: Mapping[str, Any]) -> tuple[str, ...]:
    return survey.columns(name, content, _answers(answers))


def _answers(given: Mapping[str, Any]) -> Answers:
    return Answers(**{**given, "variables": tuple(given["variables"])})


def _text_of(given: Mapping[str, Any]) -> Text:
    segments = tuple(Segment(**each) for each in given["segments"])  # of PDF and tables: no areas, no times
    return Text(**{**given, "segments": segments, "issues": tuple(map(issue_of, given["issues"]))})


TASKS: dict[str, Callable[..., Any]] = {"read": _read, "suggested": _suggested, "columns": _columns}

if __name__ == "__main__":
    serve(lambda order: TASKS[order["task"]](order["name"], base64.b64decode(order["content"]), **order["given"]))
