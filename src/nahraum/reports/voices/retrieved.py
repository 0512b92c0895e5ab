"""The passages behind a cell as researchers take them along: where each stands, by whom and as what it was coded.

What is held back stands in no file: its place does, and the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from nahraum.base.language import gettext as _
from nahraum.evidence.voices.evidence import Quotation
from nahraum.evidence.voices.studies.keeping import FEW
from nahraum.reports.blocks import Block, Heading, Paragraph, Quote, Run, Text
from nahraum.reports.stamp import Stamp, day_words
from nahraum.reports.tables import DataTable, Value
from nahraum.reports.voices.condensed import held_back, short
from nahraum.reports.voices.files import table_file
from nahraum.reports.voices.quoting import marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieved:
    """A passage with its words and what it is cited by. ``id``: of its text; ``lines``: the first and the last;
    ``day``: of its collection; ``categories`` with those above them; ``coders`` by name.
    """

    quotation: Quotation
    id: str
    text: str
    collection: str
    method: str
    space: str
    day: date | None
    lines: tuple[int, int]
    categories: tuple[str, ...]
    coders: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Say whether somebody said this, or the protocol says it in words of its own."""
        if self.quotation.is_original:
            return _("Original quotation")
        return _("From the protocol, not marked as a quotation")

    @property
    def place(self) -> str:
        """Name its lines."""
        first, last = self.lines
        if first == last:
            return _("line {line}").format(line=first)
        return _("lines {first}–{last}").format(first=first, last=last)


def passages_file(
    kind: str, passages: Sequence[Retrieved], about: Sequence[str], said: Sequence[str], stamp: Stamp
) -> bytes:
    """Return passages as ``csv``, ``xlsx`` or ``docx``; ``about``: of what, ``said``: whose codings count."""
    words = " · ".join(about)
    return table_file(
        kind,
        retrieved_table(passages, f"{stamp.imprint.title}: {words}"),
        retrieved_blocks(passages, words, said),
        replace(stamp, protection=protection(passages)),
        said,
    )


def protection(passages: Sequence[Retrieved]) -> str:
    """Say which passages are held back, and how many that are here."""
    rule = _(
        "The words of passages are held back where fewer than {few} people could have said them and no releaser "
        "decided, or where few texts share the attributes. Here: {count} of {every} passages."
    )
    count = sum(each.quotation.held_back is not None for each in passages)
    return rule.format(few=FEW, count=count, every=len(passages))


def retrieved_table(passages: Sequence[Retrieved], title: str) -> DataTable:
    """Return a row for each passage."""
    head = (
        _("Space"), _("Method"), _("Day of the collection"), _("Collection"), _("Text"), _("From line"),
        _("Up to line"), _("From sign"), _("Up to sign"), _("Category"), _("Coded by"), _("Passage"),
        _("Original quotation"), _("Held back, because"),
    )  # fmt: skip
    return DataTable(name="textstellen", title=title, head=head, rows=tuple(map(_row, passages)))


def _row(each: Retrieved) -> tuple[Value, ...]:
    said = each.quotation
    if _is_singled(each):  # beside its place in another file, without this limit, stand its words
        why = said.held_back.sentence if said.held_back else None
        return (each.space, each.method, *[None] * 7, "; ".join(each.categories), None, _words(each), None, why)
    return (
        each.space, each.method, each.day.isoformat() if each.day else None, each.collection, each.text, *each.lines,
        said.start, said.end, "; ".join(each.categories), "; ".join(each.coders), _words(each),
        _("yes") if said.is_original else _("no"), said.held_back.sentence if said.held_back else None,
    )  # fmt: skip


def _is_singled(each: Retrieved) -> bool:
    held = each.quotation.held_back
    return held is not None and held.code == "quotations-singled-out"


def _words(each: Retrieved) -> str:
    return held_back() if each.quotation.held_back else short(each.quotation.words)


def retrieved_blocks(passages: Sequence[Retrieved], title: str, said: Sequence[str]) -> Iterator[Block]:
    """Yield the passages for a document, each with its source below it."""
    yield Heading(text=title)
    yield Paragraph(text=" ".join(said), note=True)
    for each in passages:
        words = held_back() if each.quotation.held_back else marked(each.quotation)
        lines = (Text(runs=(Run(text=line),)) for line in words.split("\n") if line.strip())
        yield Quote(blocks=(*lines, Text(runs=(Run(text=_source(each), italic=True),))))


def _source(each: Retrieved) -> str:
    if _is_singled(each):
        return ", ".join((each.method, each.space, *each.categories))
    day = _("without date") if each.day is None else day_words(each.day)
    parts = (
        f"{each.text}, {each.place}",
        ", ".join((each.collection, each.method, each.space, day)),
        "; ".join(each.categories),
        ", ".join(each.coders),
        each.kind,
    )
    return f"({' · '.join(parts)})"
