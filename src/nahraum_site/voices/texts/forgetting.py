"""Deleting texts so that nothing is left of them, and what the nights do about what was interrupted.

Rows go first; the key follows once that is certain, and with it every copy in backups, free pages and write-ahead logs
(ADR 0015). A key or file that this database knows nothing of is never touched: it may belong to another database.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.db import transaction

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.models import User
from nahraum_site.records import log, sealing
from nahraum_site.records.models import LogEntry
from nahraum_site.voices.models import Collection
from nahraum_site.voices.texts import searching
from nahraum_site.voices.texts.actions import held
from nahraum_site.voices.texts.models import Deletion, Pseudonyms, Source, Text, folder_of

followers: list[Callable[[Collection], None]] = []  # apps above: what else may repeat the words of a collection
GONE = ("texts.deleted", "collection.removed", "exchange.discarded", "exchange.swept")  # whose keys are not needed
UNSURE = 24 * 3600  # seconds for which a file may be on its way to its row


@transaction.atomic
def delete_texts(collection: Collection, typed: str, user: User) -> int:
    """Delete texts, files and pseudonyms of a collection for good; return how many texts there were.

    ``typed``: the collection's name, which says that this one is meant. Raises WrongRequest where it is another.
    """
    here = held(collection)
    if not is_named(str(here), typed):
        raise WrongRequest(_("That is not the name of the collection. Nothing was deleted."))
    texts = remove_rows(here)
    Deletion.objects.get_or_create(collection=here, defaults={"texts": texts, "by": user})
    log.write(user, "texts.deleted", here, before={"texts": texts})
    transaction.on_commit(lambda: remove_traces(here.uuid))
    return texts


def is_named(name: str, typed: str) -> bool:
    """Say whether somebody typed a name; blanks and capitals do not matter."""
    return " ".join(typed.split()).casefold() == " ".join(name.split()).casefold()


def remove_rows(collection: Collection) -> int:
    """Remove the rows of texts, files and pseudonyms, and what follows them; return how many texts there were."""
    for follow in followers:
        follow(collection)
    count = Text.objects.filter(collection=collection).count()
    for model in (Text, Source, Pseudonyms):
        model._base_manager.filter(collection=collection).delete()
    return count


def remove_traces(collection: UUID) -> None:
    """Destroy the key first: whatever is interrupted afterwards, nobody can read it."""
    sealing.destroy(collection)
    shutil.rmtree(folder_of(collection), ignore_errors=True)
    searching.forget()


def sweep() -> int:
    """Remove what was left of deleted texts; return how many things.

    Keys whose texts this database says are deleted; rows that were restored from a backup without their key; files of
    imports that were killed.
    """
    keys = sealing.sweep(deleted())
    rows = sum(map(_sweep_rows, Collection.objects.filter(uuid__in=sealing.destroyed(), deletion=None)))
    return keys + rows + _sweep_files()


def deleted() -> set[UUID]:
    """Return everything of which this database says that it was deleted, so that no key of it is needed."""
    told = LogEntry.objects.filter(action__in=GONE).values_list("thing", flat=True)
    return {*Deletion.objects.values_list("collection__uuid", flat=True), *map(UUID, told)}


@transaction.atomic
def _sweep_rows(collection: Collection) -> int:
    texts = remove_rows(held(collection))
    Deletion.objects.create(collection=collection, texts=texts)
    log.write(None, "texts.swept", collection, before={"texts": texts})
    return 1


def _sweep_files() -> int:
    known = {str(each) for each in Source.objects.values_list("uuid", flat=True)}
    ours = {str(each) for each in Collection.objects.values_list("uuid", flat=True)}
    count = 0
    for folder in settings.SEALED.glob("*"):
        owner = sealing.owner_of(folder.name)
        if owner is None:
            continue  # not ours: lost+found, what a file manager left
        if sealing.is_destroyed(owner):
            shutil.rmtree(folder, ignore_errors=True)
            count += 1
        elif folder.name in ours:
            old = [each for each in folder.iterdir() if each.stat().st_mtime < time.time() - UNSURE]
            for path in old:
                if path.name not in known:
                    path.unlink(missing_ok=True)
                    count += 1
    return count
