"""Check the site: database, links between rows, every file against its hash, the log's chain, the keys."""

from __future__ import annotations

from django.db import IntegrityError, connection

from nahraum.base.language import gettext as _
from nahraum.base.language import ngettext
from nahraum_site.config.holdings import holdings, unapplied
from nahraum_site.records import log, signs
from nahraum_site.voices.texts import vault

NAMED = 5  # collections; of more the number says enough


def check_site() -> list[str]:
    """Return a sentence for everything that is not as it was stored, or cannot be opened."""
    if unapplied():
        return [_("The database is older than the program: run `nahraum prepare` once.")]
    return [*check_stored(), *_keys()]


def check_stored() -> list[str]:
    """Return a sentence for everything that is not as it was stored. Keys are not asked for: no backup holds them."""
    faults = [*_database(), *filter(None, (holding.fault() for holding in holdings()))]
    verdict = log.verify()
    signs.give("chain", entries=verdict.entries, broken_at=verdict.broken_at)
    if verdict.broken_at:
        faults.append(_("The log's chain is broken at entry {number}.").format(number=verdict.broken_at))
    return faults


def _keys() -> list[str]:
    missing = vault.keyless()
    if not missing:
        return []
    return [
        ngettext(
            "The key of {count} collection is missing, so that nobody can open its texts: {ids}. "
            "Put it back: `nahraum restore-keys`.",
            "The keys of {count} collections are missing, so that nobody can open their texts: {ids}. "
            "Put them back: `nahraum restore-keys`.",
            len(missing),
        ).format(count=len(missing), ids=", ".join([*map(str, missing[:NAMED]), *["…"][: len(missing) > NAMED]]))
    ]


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
