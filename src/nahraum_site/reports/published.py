"""Published reports as web pages: read from what was kept when they were published, so that they never change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from nahraum_site.reports.models import ReportFile, StoredFile

ENDING = ".json"  # of the file that holds a report's blocks
BELOW = 1  # the page's own heading stands above those of the report
REMEMBERED = 8  # reports whose blocks are kept in memory


@dataclass(frozen=True, kw_only=True)
class Page:
    """A report to read: words of its imprint, blocks for the template, headings for the contents, pictures as SVG."""

    words: Mapping[str, Any]
    blocks: list[dict[str, Any]]
    contents: list[tuple[str, str]]
    pictures: list[str]


def page_of(kept: ReportFile | StoredFile) -> Page | None:
    """Return the page of a kept report; None where its file is gone."""
    path = kept.file.path if isinstance(kept, ReportFile) else settings.FILES / str(kept.edition.uuid) / kept.name
    return _page(path) if path.is_file() else None


@lru_cache(maxsize=REMEMBERED)
def _page(path: Path) -> Page:
    words = json.loads(path.read_text("utf-8"))
    blocks: list[dict[str, Any]] = words.pop("blocks")
    contents, pictures = [], []
    for n, block in enumerate(blocks):
        if block["kind"] == "heading":
            block["tag"] = f"h{min(block['level'] + BELOW, 6)}"
            if block["level"] == 1:
                block["anchor"] = f"abschnitt-{n}"
                contents.append((block["anchor"], block["text"]))
        elif block["kind"] == "figure":
            block["picture"] = len(pictures)
            block["alt"] = block["alt"] or block["caption"]
            pictures.append(block.pop("svg"))
    return Page(words=words, blocks=blocks, contents=contents, pictures=pictures)
