"""Tables as pages show them: every cell that counts something leads to what stands behind it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from urllib.parse import quote

from django.utils.safestring import SafeString, mark_safe

from nahraum.evidence.voices.behind import SPACE, TEXT
from nahraum.reports.voices.counted import Counted
from nahraum_site.voices.coding.counting import Table

AT_ONCE = 50  # rows of a table of texts on one page


def rows(table: Counted, found: Table, address: str, first: int = 0, most: int | None = None) -> Iterator[SafeString]:
    """Yield rows of a table as HTML: a table has ten thousand cells, for which templates are too slow.

    ``address``: of what stands behind a cell, to which row and column are added.
    """
    keys = [str(found.texts[int(key)].uuid) for key in table.row_keys] if table.kind == TEXT else table.row_keys
    columns = [f"&amp;spalte={quote(key, safe='')}" for key in table.column_keys]
    silent = set(found.coded.silent) if table.kind == SPACE else set()
    unheard = [key in silent for key in table.column_keys]
    here, last = escape(address), None if most is None else first + most
    for name, key, counts in list(zip(table.rows, keys, table.counts.tolist(), strict=True))[first:last]:
        row = f"{here}&amp;zeile={quote(key, safe='')}"
        cells = (
            f'<td class="num"><a href="{row}{column}">{count}</a></td>' if count
            else '<td class="num">–</td>' if nobody else '<td class="num">0</td>'
            for count, column, nobody in zip(counts, columns, unheard, strict=True)
        )  # fmt: skip
        yield mark_safe(f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>')  # noqa: S308 all is escaped
