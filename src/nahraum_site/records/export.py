"""The log as a table for auditors."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from nahraum.reports.open_data import FORMULA_SIGNS
from nahraum_site.records import queries
from nahraum_site.records.models import LogEntry


def lines(entries: QuerySet[LogEntry]) -> Iterator[bytes]:
    """Yield the lines of a CSV file, in words and with the hashes; no cell can be taken for a formula."""
    head = [_("No."), _("When"), _("Who"), _("Action"), _("Thing"), _("Before"), _("After")]
    yield line([*head, _("Hash of the one before"), _("Hash")])
    for row in queries.all_in_words(entries):
        entry = row["entry"]
        yield line(
            [
                str(entry.number),
                timezone.localtime(entry.at).isoformat(timespec="seconds"),
                row["who"] or entry.actor,
                row["what"],
                " ".join(filter(None, (row["kind"], row["thing"] or entry.thing))),
                "; ".join(row["before"]),
                "; ".join(row["after"]),
                entry.previous,
                entry.digest,
            ]
        )


def line(cells: Iterable[str]) -> bytes:
    """Return one line of a CSV file that no spreadsheet takes for a formula."""
    stream = io.StringIO()
    harmless = [f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell for cell in cells]
    csv.writer(stream, delimiter=";", lineterminator="\n").writerow(harmless)
    return stream.getvalue().encode()
