"""DOCX: what a reader of the final document sees, and what of the file that leaves out."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from typing import Any

from nahraum.base import Issue
from nahraum.evidence.voices.texts.draft import Paragraph
from nahraum.evidence.voices.texts.package import Package, attribute, local
from nahraum.evidence.voices.texts.told import damaged, lost

SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
# Elements that are left out, with what is told of them (nothing where nothing is lost).
LEFT_OUT = {
    "del": "deleted",
    "moveFrom": "deleted",
    "commentReference": "comments",
    "object": "pictures",
    "altChunk": "embedded",
    **dict.fromkeys(("pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sectPr", "instrText"), ""),
}
HEADING = re.compile(r"(?:heading ([1-9])|title)")


def read_word(name: str, content: bytes) -> tuple[list[Paragraph], list[Issue]]:
    """Return paragraphs, cells of tables and notes in reading order, and what was left out.

    Insertions of tracked changes are kept. Notes stand at the end, their number in brackets where they are called.
    Raises BadInput for a package that is damaged, hostile or no DOCX.
    """
    package = Package(name, content)
    main = main_part(package)
    root = package.xml(main)
    body = next((child for child in root if local(child) == "body"), None)
    if body is None:
        raise damaged(name)
    folder = posixpath.dirname(main)
    walk = _Walk(*_styles(package, f"{folder}/styles.xml"))
    walk.blocks(body)
    walk.end()
    notes = {kind: _notes(package, f"{folder}/{kind}s.xml", kind) for kind in {kind for kind, _id in walk.notes}}
    for number, (kind, id) in enumerate(walk.notes, 1):
        walk.note(number, notes[kind].get(id))
    margins = [part for part in package.names if re.fullmatch(rf"{re.escape(folder)}/(header|footer)\d*\.xml", part)]
    walk.lost["margins"] = sum(any(local(each) == "t" for each in package.xml(part).iter()) for part in margins)
    return walk.paragraphs, lost(walk.lost, name)


def main_part(package: Package) -> str:
    """Return the name of the part that holds the document; empty where the package is no office document."""
    if "_rels/.rels" not in package.names:
        return ""
    links = package.xml("_rels/.rels")
    found = (attribute(link, "Target") for link in links if attribute(link, "Type").endswith("/officeDocument"))
    return next(found, "").lstrip("/")


class _Walk:
    """What is gathered on the way through a document."""

    def __init__(self, levels: Mapping[str, int], listed: Set[str]) -> None:
        self.paragraphs: list[Paragraph] = []
        self.lost: Counter[str] = Counter()
        self.notes: dict[tuple[str, str], int] = {}  # kind and id, numbered in the order in which they are called
        self._levels, self._listed = levels, listed
        self._line: list[str] = []
        self._boxes: list[Any] = []
        self._level = 0

    def blocks(self, parent: Any) -> None:
        """Gather the paragraphs of a body, a cell, a text box or whatever else wraps them."""
        for child in parent:
            kind = local(child)
            if kind == "p":
                self._paragraph(child)
            elif kind in LEFT_OUT:
                self._leave_out(kind)
            elif kind == "tr" and _marked(child, "trPr", "del"):
                self.lost["deleted"] += 1
            elif kind == "AlternateContent":
                self.blocks(_alternative(child))
            else:
                self.blocks(child)

    def note(self, number: int, note: Any) -> None:
        """Gather a foot or end note behind everything else."""
        before = len(self.paragraphs)
        if note is not None:
            self.blocks(note)
        words = "\n".join(paragraph.text.strip() for paragraph in self.paragraphs[before:])
        self.paragraphs[before:] = [Paragraph(text=f"[{number}] {words}")]

    def _paragraph(self, element: Any) -> None:
        properties = next((child for child in element if local(child) == "pPr"), ())
        known = {local(child): child for child in properties}
        style = attribute(known["pStyle"], "val") if "pStyle" in known else ""
        level = _outline(known["outlineLvl"]) if "outlineLvl" in known else self._levels.get(style, 0)
        self._level = self._level or level
        self.lost["numbers"] |= "numPr" in known or style in self._listed
        self._inline(element)
        if "rPr" in known and any(local(mark) == "del" for mark in known["rPr"]):
            return  # the end of the paragraph was deleted: the next one continues it
        self.end(always=True)

    def end(self, *, always: bool = False) -> None:
        """End a paragraph, also one whose own end was deleted and that nothing continued."""
        if not (always or self._line):
            return
        self.paragraphs.append(Paragraph(text="".join(self._line), level=self._level))
        self._line, self._level = [], 0
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.blocks(box)

    def _inline(self, parent: Any) -> None:
        for child in parent:
            kind = local(child)
            if kind == "t":
                self._line.append(child.text or "")
            elif kind in SIGNS:
                self._line.append(SIGNS[kind])
            elif kind in LEFT_OUT:
                self._leave_out(kind)
            elif kind == "r" and _marked(child, "rPr", "vanish"):
                self.lost["hidden"] += 1
            else:
                self._special(kind, child)

    def _special(self, kind: str, element: Any) -> None:
        if kind in ("footnoteReference", "endnoteReference"):
            key = (kind.removesuffix("Reference"), attribute(element, "id"))
            self._line.append(f"[{self.notes.setdefault(key, len(self.notes) + 1)}]")
        elif kind == "sym":
            self._line.append("\ufffd")
            self.lost["signs"] += 1
        elif kind in ("drawing", "pict"):
            boxes = list(_boxes(element))
            self._boxes += boxes
            self.lost["pictures"] += not boxes
        else:
            self._inline(_alternative(element) if kind == "AlternateContent" else element)

    def _leave_out(self, kind: str) -> None:
        if LEFT_OUT[kind]:
            self.lost[LEFT_OUT[kind]] += 1


def _alternative(element: Any) -> Any:
    """Return the first of several ways to write the same (the others repeat its words)."""
    return next(iter(element), ())


def _boxes(element: Any) -> Iterator[Any]:
    """Yield the text boxes of a drawing; boxes inside of boxes come with these."""
    for child in element:
        if local(child) == "txbxContent":
            yield child
        else:
            yield from _boxes(_alternative(child) if local(child) == "AlternateContent" else child)


def _marked(element: Any, properties: str, mark: str) -> bool:
    """Say whether an element's properties carry a mark that is not switched off."""
    return any(
        local(each) == mark and attribute(each, "val") not in ("0", "false", "off")
        for child in element
        if local(child) == properties
        for each in child
    )


def _outline(element: Any) -> int:
    """Return the level of a heading; Word counts from 0, and 9 is the body."""
    value = attribute(element, "val")
    return int(value) + 1 if value in tuple("012345678") else 0


def _styles(package: Package, part: str) -> tuple[dict[str, int], set[str]]:
    """Return the level of every style that makes a heading, also by what it is based on, and the styles of lists."""
    own: dict[str, int] = {}
    base: dict[str, str] = {}
    listed: set[str] = set()
    for style in package.xml(part) if part in package.names else ():
        id = attribute(style, "styleId")
        for child in style.iter():
            kind, value = local(child), attribute(child, "val")
            if kind == "basedOn":
                base[id] = value
            elif kind == "outlineLvl":
                own[id] = _outline(child)
            elif kind == "numPr":
                listed.add(id)
            elif kind == "name" and (found := HEADING.fullmatch(value.lower())):
                own.setdefault(id, int(found[1] or 1))
    return _inherited(own, base), listed


def _inherited(own: dict[str, int], base: Mapping[str, str]) -> dict[str, int]:
    for id in base:
        above, seen = id, {id}
        while above not in own and base.get(above, id) not in seen:
            above = base[above]
            seen.add(above)
        own |= dict.fromkeys(seen, own.get(above, 0))  # all on the way, so that no chain is gone through twice
    return own


def _notes(package: Package, part: str, kind: str) -> dict[str, Any]:
    if part not in package.names:
        return {}
    return {attribute(note, "id"): note for note in package.xml(part) if local(note) == kind}
