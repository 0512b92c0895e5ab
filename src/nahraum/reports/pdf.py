"""The report as PDF: Typst sets the blocks as PDF/A-3a and PDF/UA-1; the same blocks give the same bytes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
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
    with tempfile.TemporaryDirectory(prefix="nahraum-") as scratch:
        root = Path(scratch)
        words = {**imprint_words(edition), **_first_page(front or Front()), "blocks": list(_listed(blocks, root))}
        return typeset(edition, root, TEMPLATE, words)


def typeset(edition: Stamped, root: Path, template: Path, words: dict[str, Any]) -> bytes:
    """Return what Typst makes of a template that reads ``words`` from report.json; pictures lie in ``root``."""
    import typst

    (root / "report.typ").write_bytes(template.read_bytes())
    (root / "report.json").write_text(json.dumps(words, ensure_ascii=False), "utf-8")
    made = typst.compile(
        root / "report.typ",
        root=root,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        pdf_standards=STANDARDS,  # type: ignore[arg-type]
        timestamp=datetime.combine(edition.imprint.date, time(12), tzinfo=UTC),
    )
    assert isinstance(made, bytes)
    return made


def page_count(root: Path) -> int:
    """Return how many pages the document has that was typeset in ``root``; its template marks the number."""
    import typst

    found = typst.query(
        root / "report.typ", "<pages>", field="value", one=True, root=root, font_paths=[FONTS], ignore_system_fonts=True
    )
    return int(found)


def _listed(blocks: Iterable[Block], root: Path) -> Iterator[dict[str, Any]]:
    for n, block in enumerate(blocks):
        entry = plain(block)
        if isinstance(block, Figure):
            (root / f"{n}.svg").write_text(entry.pop("svg"), "utf-8")
            entry["file"] = f"{n}.svg"
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
