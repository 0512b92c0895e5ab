"""The log as a table for auditors."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from nahraum.base.cells import csv_text
from nahraum_site.records import queries
from nahraum_site.records.models import LogEntry


def lines(entries: QuerySet[LogEntry]) -> Iterator[bytes]:
    """Yield the lines of a CSV file, in words and with the hashes; no cell can be taken for a formula."""
    head = [_("No."), _("When"), _("Who"), _("Action"), _("Thing"), _("Before"), _("After")]
    yield csv_text([[*head, _("Hash of the one before"), _("Hash")]]).encode()
    for row in queries.all_in_words(entries):
        entry = row["entry"]
        cells = [
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
        yield csv_text([cells]).encode()
