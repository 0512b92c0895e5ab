"""Check the site: database, links between rows, every file against its hash, the log's chain."""

from __future__ import annotations

from django.db import IntegrityError, connection

from nahraum.base.language import gettext as _
from nahraum_site.config.holdings import holdings, unapplied
from nahraum_site.records import log, signs


def check_site() -> list[str]:
    """Return a sentence for everything that is not as it was stored."""
    if unapplied():
        return [_("The database is older than the program: run `nahraum prepare` once.")]
    faults = [*_database(), *filter(None, (holding.fault() for holding in holdings()))]
    verdict = log.verify()
    signs.give("chain", entries=verdict.entries, broken_at=verdict.broken_at)
    if verdict.broken_at:
        faults.append(_("The log's chain is broken at entry {number}.").format(number=verdict.broken_at))
    return faults


def _database() -> list[str]:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            found = cursor.execute("PRAGMA integrity_check(5)").fetchall()
        if found != [("ok",)]:
            return [_("The database file is damaged: {what}").format(what=str(row[0])) for row in found]
    try:
        connection.check_constraints()
    except IntegrityError as error:
        return [_("A row points to one that is not there: {what}").format(what=str(error))]
    return []
