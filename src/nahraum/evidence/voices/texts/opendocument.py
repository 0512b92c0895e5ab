"""ODT: what a reader of the final document sees, and what of the file that leaves out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from nahraum.base import Issue
from nahraum.evidence.voices.texts.draft import Paragraph
from nahraum.evidence.voices.texts.package import Package, attribute, local
from nahraum.evidence.voices.texts.told import damaged, lost, protected

BLANKS = re.compile(r"[ \t\r\n]+")
MOST_BLANKS = 1000  # that one element may stand for
DRAWING = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
LEFT_OUT = {
    "annotation": "comments",
    **dict.fromkeys(("annotation-end", "forms", "sequence-decls", "variable-decls", "user-field-decls"), ""),
}


def read_opendocument(name: str, content: bytes) -> tuple[list[Paragraph], list[Issue]]:
    """Return paragraphs, cells of tables and notes in reading order, and what was left out.

    Insertions of tracked changes are kept. Notes stand at the end, their number in brackets where they are called.
    Raises BadInput for a package that is damaged, hostile, protected or no ODT.
    """
    package = Package(name, content)
    manifest = "META-INF/manifest.xml"
    if manifest in package.names and b"encryption-data" in package.raw(manifest):
        raise protected(name)
    root = package.xml("content.xml")
    body = next((each for part in root if local(part) == "body" for each in part if local(each) == "text"), None)
    if body is None:
        raise damaged(name)
    walk = _Walk()
    walk.blocks(body)
    for number, note in enumerate(walk.notes, 1):
        walk.note(number, note)
    walk.lost["margins"] = int("styles.xml" in package.names and _has_margins(package.xml("styles.xml")))
    return walk.paragraphs, lost(walk.lost, name)


class _Walk:
    """What is gathered on the way through a document."""

    def __init__(self) -> None:
        self.paragraphs: list[Paragraph] = []
        self.lost: Counter[str] = Counter()
        self.notes: list[Any] = []
        self._line: list[str] = []
        self._boxes: list[Any] = []
        self._after_blank = True  # blanks in the file count as one, and as none at the start of a paragraph

    def blocks(self, parent: Any) -> None:
        """Gather the paragraphs of a body, a list, a cell or whatever else wraps them."""
        for child in parent:
            kind = local(child)
            if kind in ("p", "h"):
                self._paragraph(child, _level(child) if kind == "h" else 0)
            elif kind == "tracked-changes":
                self.lost["deleted"] += sum(local(each) == "deletion" for each in child.iter())
            elif kind in LEFT_OUT:
                self._leave_out(kind)
            elif child.tag.startswith(DRAWING) and not _has_words(child):
                self.lost["pictures"] += 1
            else:
                self.lost["numbers"] |= kind == "list-item"
                self.blocks(child)

    def note(self, number: int, note: Any) -> None:
        """Gather a foot or end note behind everything else."""
        before = len(self.paragraphs)
        self.blocks(note)
        words = "\n".join(paragraph.text.strip() for paragraph in self.paragraphs[before:])
        self.paragraphs[before:] = [Paragraph(text=f"[{number}] {words}")]

    def _paragraph(self, element: Any, level: int) -> None:
        self._line, self._after_blank = [], True
        self._inline(element)
        self.paragraphs.append(Paragraph(text="".join(self._line), level=level))
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.blocks(box)

    def _inline(self, element: Any) -> None:
        self._words(element.text)
        for child in element:
            kind = local(child)
            if kind in SIGNS:
                self._line.append(SIGNS[kind](child))
                self._after_blank = False
            elif kind == "note":
                self.notes += [each for each in child if local(each) == "note-body"]
                self._line.append(f"[{len(self.notes)}]")
                self._after_blank = False
            elif child.tag.startswith(DRAWING) and kind != "a":
                self._boxes.append([child])
            elif kind in LEFT_OUT:
                self._leave_out(kind)
            else:
                self._inline(child)
            self._words(child.tail)

    def _words(self, text: str | None) -> None:
        words = BLANKS.sub(" ", text or "")
        words = words.removeprefix(" ") if self._after_blank else words
        if words:
            self._line.append(words)
            self._after_blank = words.endswith(" ")

    def _leave_out(self, kind: str) -> None:
        if LEFT_OUT[kind]:
            self.lost[LEFT_OUT[kind]] += 1


def _blanks(element: Any) -> str:
    count = attribute(element, "c")
    return " " * (min(int(count), MOST_BLANKS) if count.isdecimal() and len(count) < 9 else 1)


SIGNS: dict[str, Callable[[Any], str]] = {
    "s": _blanks,
    "tab": lambda _element: "\t",
    "line-break": lambda _element: "\n",
}


def _has_words(shape: Any) -> bool:
    return any(local(each) in ("p", "h") for each in shape.iter())


def _level(element: Any) -> int:
    level = attribute(element, "outline-level")
    return int(level) if level.isdecimal() and len(level) < 3 else 1


def _has_margins(styles: Any) -> bool:
    return any(
        local(each) in ("header", "footer") and any(word.strip() for word in each.itertext())
        for page in styles.iter()
        if local(page) == "master-page"
        for each in page
    )
