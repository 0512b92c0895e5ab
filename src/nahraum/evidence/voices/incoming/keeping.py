"""A project that was read, as bytes, so that its file is read once; they repeat its words: to be stored sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from nahraum import __version__
from nahraum.base import Issue, Severity
from nahraum.evidence.voices.exchange.model import Code, User
from nahraum.evidence.voices.incoming.terms import Brought, Group, Incoming, Marks, Remark
from nahraum.evidence.voices.outgoing import About
from nahraum.evidence.voices.texts import Segment, Text

FORM = f"{__version__}-2"  # of what is kept; the last number grows when reading changes within a version
COLUMNS = ("row", "text", "coder", "code", "start", "end", "is_quotation")
UNKNOWN = asdict(Segment(start=0, end=0))


def to_bytes(incoming: Incoming) -> bytes:
    """Return a project as JSON; parameters of issues become words where they are no numbers."""
    marks = incoming.marks
    plain = {
        "name": incoming.name,
        "origin": incoming.origin,
        "texts": [
            [each.name, each.text, list(map(_segment, each.segments)), dict(each.variables)] for each in incoming.texts
        ],
        "codes": list(map(asdict, incoming.codes)),
        "coders": list(map(asdict, incoming.coders)),
        "marks": [*(getattr(marks, name).tolist() for name in COLUMNS), marks.made],
        "remarks": list(map(asdict, incoming.remarks)),
        "groups": {way: list(map(asdict, some)) for way, some in incoming.groups.items()},
        "cases": list(map(asdict, incoming.cases)),
        "sets": list(map(asdict, incoming.sets)),
        "issues": list(map(_issue, incoming.issues)),
        "media": incoming.media,
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def from_bytes(raw: bytes) -> Incoming:
    """Return what `to_bytes` was given in the same ``FORM``."""
    plain = json.loads(raw)
    *columns, made = plain["marks"]
    numbers = (np.array(column, dtype=np.int64) for column in columns)
    return Incoming(
        name=plain["name"],
        origin=plain["origin"],
        texts=tuple(
            Text(name=name, text=words, segments=tuple(map(_segment_of, segments)), variables=variables)
            for name, words, segments, variables in plain["texts"]
        ),
        codes=tuple(Code(**each | {"notes": tuple(each["notes"])}) for each in plain["codes"]),
        coders=tuple(User(**each) for each in plain["coders"]),
        marks=Marks(**dict(zip(COLUMNS, numbers, strict=True)), made=tuple(made)),
        remarks=tuple(Remark(**each | {"about": About(each["about"])}) for each in plain["remarks"]),
        groups={way: _groups(some) for way, some in plain["groups"].items()},
        cases=_groups(plain["cases"]),
        sets=_groups(plain["sets"]),
        issues=tuple(Issue(**each | {"severity": Severity(each["severity"])}) for each in plain["issues"]),
        media=tuple(Brought(*each) for each in plain["media"]),
    )


def _segment(segment: Segment) -> dict[str, Any]:
    return {key: value for key, value in asdict(segment).items() if value != UNKNOWN[key]}


def _segment_of(known: Mapping[str, Any]) -> Segment:
    whole = {**UNKNOWN, **known}
    return Segment(**whole | {"area": whole["area"] and tuple(whole["area"])})


def _groups(some: Sequence[Mapping[str, Any]]) -> tuple[Group, ...]:
    return tuple(Group(**each | {"texts": tuple(each["texts"])}) for each in map(dict, some))


def _issue(issue: Issue) -> dict[str, Any]:
    params = {key: each if isinstance(each, int | float) else str(each) for key, each in issue.params.items()}
    return asdict(issue) | {"severity": int(issue.severity), "params": params}
