"""Deleting a whole study so that nothing of it is left, and again where a backup brought it back.

As in `texts.forgetting`, rows go first and keys follow. A study has no key of its own; that one is known as destroyed
tells this installation, and every file of keys, that the study must not come back.
"""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import connection, transaction

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.models import User
from nahraum_site.records import log, sealing
from nahraum_site.records.models import LogEntry
from nahraum_site.voices.coding.models import Coding
from nahraum_site.voices.exchange import receiving
from nahraum_site.voices.exchange.models import Arrival
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts import forgetting
from nahraum_site.voices.texts.models import Source, Text

PATIENCE = 500  # ms for which SQLite waits for readers


def going(study: Study) -> dict[str, int]:
    """Return how many things go with a study, by what they are called in the log. Nine questions."""
    return {
        "collections": study.collections.count(),
        "texts": Text.objects.filter(collection__study=study).count(),
        "sources": Source.objects.filter(collection__study=study).count(),
        "codings": Coding.objects.filter(text__collection__study=study, removed_at=None).count(),
        "memos": study.memos.count(),
        "summaries": study.condensed.count() + study.summaries.count(),
        "chapters": study.chapters.exclude(words="").count(),
        "contacts": study.contacts.count(),
    }


@transaction.atomic
def delete_study(study: Study, typed: str, user: User) -> None:
    """Delete a study with everything in it for good. ``typed``: its title; raises WrongRequest where it is another."""
    here = Study.objects.select_for_update().get(pk=study.pk)
    if not forgetting.is_named(here.title, typed):
        raise WrongRequest(_("That is not the title of the study. Nothing was deleted."))
    log.write(user, "study.deleted", here, before=going(here))
    _remove(here, user)


@transaction.atomic
def _sweep(study: Study) -> None:
    log.write(None, "study.swept", study, before=going(study))
    _remove(study, None)


def sweep() -> int:
    """Remove studies that were deleted and came back with a backup, and finish what was interrupted; return how many
    came back.
    """
    told = LogEntry.objects.filter(action="study.deleted").values_list("thing", flat=True)
    for uuid in {UUID(each) for each in told} - sealing.destroyed():
        sealing.destroy(uuid)
    back = list(Study.objects.filter(uuid__in=sealing.destroyed()))
    for each in back:
        _sweep(each)
    return len(back)


def _remove(study: Study, user: User | None) -> None:
    for arrival in Arrival.objects.filter(study=study).select_related("study"):
        if arrival.stage == Arrival.Stage.DONE:
            receiving.forget_later(arrival)
        else:
            receiving.discard(arrival, user)
    for collection in study.collections.select_for_update():
        forgetting.remove_rows(collection)
        log.write(user, "collection.removed", collection, before={"study": str(study.uuid)})
        transaction.on_commit(partial(forgetting.remove_traces, collection.uuid))
    transaction.on_commit(partial(sealing.destroy, study.uuid))
    transaction.on_commit(_settle)
    study.delete()


def _settle() -> None:
    """Take what was removed out of SQLite's write-ahead log; its file was overwritten (PRAGMA secure_delete).

    While somebody reads for long, the next checkpoint does it.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
            cursor.execute(f"PRAGMA busy_timeout={PATIENCE}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            cursor.execute(f"PRAGMA busy_timeout={before}")
