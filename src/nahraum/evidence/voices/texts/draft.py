"""A text in the making: lines are only added, so that no position ever moves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nahraum.base import Issue, Severity
from nahraum.evidence.voices.texts.terms import Segment, Text
from nahraum.evidence.voices.texts.told import refused, told

# PostgreSQL cannot store NUL, UTF-8 no half of a surrogate pair. U+FFFD in their place moves nothing.
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
REPLACED = Issue(
    code="text-signs-replaced",
    severity=Severity.WARNING,
    message="Characters that cannot be stored (NUL, halves of a character) became “\ufffd” ({count}).",
    remedy="Look at the place: the file may be damaged.",
)
MARKS = Issue(
    code="text-marks-removed",
    severity=Severity.NOTICE,
    message="Byte order marks inside of the text, which nobody sees, were taken out ({count}).",
)


@dataclass(kw_only=True)
class Draft:
    """What a reader has gathered of one text so far."""

    name: str
    issues: list[Issue] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _lines: int = 0
    _known: dict[str, Any] | None = None  # of the last segment, as long as nothing stands behind it
    _faults: dict[str, tuple[Issue, int, int]] = field(default_factory=dict)  # by code: first row and number

    def add(self, text: str, *, begins: bool = False, **known: Any) -> None:
        """Add one or more lines; ``known``: fields of ``Segment``.

        Neighbours of which the same is known are one segment, unless something ``begins`` here.
        """
        text = self._storable(text)
        known = {name: storable(value) if isinstance(value, str) else value for name, value in known.items()}
        start = self._length + bool(self._pieces)
        self._pieces.append(text)
        self._lines += text.count("\n") + 1
        self._length = start + len(text)
        if known == self._known and not begins:
            self.segments[-1] = replace(self.segments[-1], end=self._length)
        elif text and any(value not in ("", 0, None) for value in known.values()):
            self.segments.append(Segment(start=start, end=self._length, **known))
            self._known = known
        else:
            self._known = None

    def finish(self, variables: Mapping[str, str] | None = None) -> Text:
        """Return the text; raises BadInput where nothing can be read in it."""
        text = "\n".join(self._pieces)
        if not text.strip():
            raise refused(
                "text-empty",
                message="The file holds no text.",
                remedy="Check whether it is the right file.",
                file=self.name,
            )
        faults = [told(issue, self.name, row=row, count=count) for issue, row, count in self._faults.values()]
        return Text(
            name=self.name,
            text=text,
            segments=tuple(self.segments),
            variables=variables or {},
            issues=(*self.issues, *faults),
        )

    def _storable(self, text: str) -> str:
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if "\ufeff" in text:
            text = self._without(text, re.compile("\ufeff"), MARKS, "")
        return self._without(text, UNSTORABLE, REPLACED, "\ufffd")

    def _without(self, text: str, signs: re.Pattern[str], issue: Issue, instead: str) -> str:
        first = signs.search(text)
        if first is None:
            return text
        row = self._lines + text.count("\n", 0, first.start()) + 1
        text, count = signs.subn(instead, text)
        _issue, row, before = self._faults.get(issue.code, (issue, row, 0))
        self._faults[issue.code] = (issue, row, before + count)
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph of a document; ``level``: of a heading, 0 for others."""

    text: str
    level: int = 0


def under_headings(name: str, paragraphs: Iterable[Paragraph], issues: Iterable[Issue]) -> Text:
    """Return the text of a document; a segment is all that stands under one heading, with it."""
    draft, heading = Draft(name=name, issues=list(issues)), ""
    for paragraph in paragraphs:
        if paragraph.level and paragraph.text.strip():
            heading = " ".join(paragraph.text.split())
        draft.add(paragraph.text, begins=paragraph.level > 0, heading=heading)
    return draft.finish()


def storable(text: str) -> str:
    """Return a name or value without line ends and signs that cannot be stored."""
    return " ".join(UNSTORABLE.sub("", text).replace("\ufeff", "").split())
