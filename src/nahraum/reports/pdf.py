"""The report as PDF: Typst sets the blocks as PDF/A-3a and PDF/UA-1; the same blocks give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from nahraum.base.language import gettext as _
from nahraum.base.language import language
from nahraum.reports.blocks import Block, Figure, Front, plain
from nahraum.reports.stamp import Stamped, front_words, protection_words, stamp_words

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "templates" / "report.typ"
FONTS = HERE / "fonts"
LETTERS = FONTS / "FiraSans-Regular.ttf"  # its other weights have the same signs
STANDARDS = ["a-3a", "ua-1"]


def pdf_bytes(edition: Stamped, blocks: Iterable[Block], front: Front | None = None) -> bytes:
    """Return the PDF. Words reach Typst as JSON, never as markup; its time stamp is the edition's date."""
    words = {**imprint_words(edition), **_first_page(front or Front()), "blocks": list(_listed(blocks))}
    return typeset(edition, TEMPLATE, words)


def typeset(edition: Stamped, template: Path, words: Mapping[str, Any]) -> bytes:
    """Return what Typst makes of a template that reads ``words``. Nothing is written to a disk: what people said may
    stand in it.
    """
    import typst

    made: Any = typst.compile(
        template.read_bytes(),
        **_given(words),
        pdf_standards=STANDARDS,  # type: ignore[arg-type]
        timestamp=datetime.combine(edition.imprint.date, time(12), tzinfo=UTC),
    )
    assert isinstance(made, bytes)
    return made


def page_count(template: Path, words: Mapping[str, Any]) -> int:
    """Return how many pages a document has; its template marks the number."""
    import typst

    return int(typst.query(template.read_bytes(), "<pages>", field="value", one=True, **_given(words)))


def _given(words: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sys_inputs": {"report": json.dumps(words, ensure_ascii=False)},
        "root": TEMPLATE.parent,
        "font_paths": [FONTS],
        "ignore_system_fonts": True,
    }


def _listed(blocks: Iterable[Block]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        entry = plain(block)
        if isinstance(block, Figure):
            entry["alt"] = block.alt or block.caption
        yield entry


def _first_page(front: Front) -> dict[str, Any]:
    return {"front": front_words(front), **({"title": front.title} if front.title else {})}


def imprint_words(edition: Stamped) -> dict[str, Any]:
    """Return what every document carries: title, city, publisher, date, licence, protection."""
    imprint = edition.imprint
    return {
        "language": language(),
        "title": imprint.title,
        "city": imprint.city,
        "publisher": imprint.publisher,
        "date": stamp_words(edition)[1],
        "licence": imprint.licence,
        "fictional": _("Fictional city: none of these numbers is real.") if imprint.fictional else "",
        "footer": " · ".join(stamp_words(edition)),
        "protection": protection_words(edition),
        "contents": _("Contents"),
        "page": _("Page"),
        "notes": imprint.notes,
        "contact": imprint.contact,
    }
