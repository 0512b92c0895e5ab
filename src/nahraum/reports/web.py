"""The report as data for a web page: the very blocks that PDF and DOCX set, with what the first page says."""

from __future__ import annotations

import json
from collections.abc import Iterable

from nahraum.reports.blocks import Block, Front, plain
from nahraum.reports.pdf import imprint_words
from nahraum.reports.stamp import Stamped, front_words


def web_bytes(edition: Stamped, blocks: Iterable[Block], front: Front | None = None) -> bytes:
    """Return the report as JSON: words of the imprint, lines of the first page, blocks as ``blocks.plain`` gives them.

    Equal input gives equal bytes. Whoever shows it escapes the words.
    """
    front = front or Front()
    words = {**imprint_words(edition), "front": front_words(front), "blocks": [plain(block) for block in blocks]}
    if front.title:
        words["title"] = front.title
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()
