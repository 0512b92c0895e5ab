"""The report as PDF: Typst sets the blocks as PDF/A-3a and PDF/UA-1; the same blocks give the same bytes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from nahraum.base.language import gettext as _
from nahraum.base.language import language
from nahraum.evidence.indicators.edition import Edition
from nahraum.reports.blocks import Block, Figure
from nahraum.reports.stamp import protection_words, stamp_words

HERE = Path(__file__).resolve().parent
TEMPLATE = HERE / "templates" / "report.typ"
FONTS = HERE / "fonts"
LETTERS = FONTS / "FiraSans-Regular.ttf"  # its other weights have the same signs
STANDARDS = ["a-3a", "ua-1"]


def pdf_bytes(edition: Edition, blocks: Iterable[Block]) -> bytes:
    """Return the PDF. Words reach Typst as JSON, never as markup; its time stamp is the edition's date."""
    import typst

    with tempfile.TemporaryDirectory(prefix="nahraum-") as scratch:
        root = Path(scratch)
        (root / "report.typ").write_bytes(TEMPLATE.read_bytes())
        (root / "report.json").write_text(json.dumps(_document(edition, blocks, root), ensure_ascii=False), "utf-8")
        moment = datetime.combine(edition.imprint.date, time(12), tzinfo=UTC)
        made = typst.compile(
            root / "report.typ",
            root=root,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            pdf_standards=STANDARDS,  # type: ignore[arg-type]
            timestamp=moment,
        )
    assert isinstance(made, bytes)
    return made


def _document(edition: Edition, blocks: Iterable[Block], root: Path) -> dict[str, Any]:
    listed: list[dict[str, Any]] = []
    for n, block in enumerate(blocks):
        entry = {"kind": type(block).__name__.lower(), **asdict(block)}
        if isinstance(block, Figure):
            (root / f"{n}.svg").write_text(entry.pop("svg"), "utf-8")
            entry["file"] = f"{n}.svg"
            entry["alt"] = block.alt or block.caption
        listed.append(entry)
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
        "blocks": listed,
    }
