"""Uploaded projects until they are decided: taken in sealed, opened, set aside, swept when nobody decides."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.incoming import persons
from nahraum.evidence.voices.incoming.categories import lines
from nahraum.evidence.voices.incoming.groups import MOST
from nahraum.evidence.voices.incoming.keeping import FORM, from_bytes, to_bytes
from nahraum.evidence.voices.incoming.media import bytes_of
from nahraum.evidence.voices.incoming.read import read, without_photos
from nahraum.evidence.voices.incoming.terms import Incoming
from nahraum.evidence.voices.pseudonyms import Suggestion
from nahraum.evidence.voices.texts import cleaned
from nahraum_site.accounts.models import User
from nahraum_site.records import jobs, log, sealing
from nahraum_site.records.sealing import Seal
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.exchange.models import Arrival
from nahraum_site.voices.models import Collection, Study
from nahraum_site.voices.texts.models import folder_of
from nahraum_site.voices.texts.queries import contents_of, texts_of

LARGEST_MB = 200
KEPT = timedelta(days=14)  # for which a project waits
ARRIVING = timedelta(days=1)  # for which one may be on its way
READ = f"read-{FORM}"  # what was read of a file lies beside it under this name
Stage = Arrival.Stage


def take(study: Study, name: str, content: bytes, user: User, language: str) -> Arrival:
    """Take a project in, sealed, to be read by a job. The same file again is the one that is here already.

    The row comes first: whatever is interrupted afterwards, the nights find what was left of it.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    same = study.arrivals.filter(sha256=sha256)
    if there := same.filter(stage__in=(Stage.READING, Stage.WAITING)).first():
        return there
    for each in same.filter(stage=Stage.REFUSED):
        discard(each, user)
    arrival = Arrival.objects.create(study=study, size=len(content), sha256=sha256, made_by=user)
    try:
        seal = sealing.make(arrival.uuid)
        arrival.path.parent.mkdir(parents=True, mode=0o700)
        sealing.write_new(arrival.path, seal.close(content, _place(arrival, "file")))
        with transaction.atomic():
            tell(arrival, seal, {"name": name})
            arrival.save()
            read_later(arrival, user, language)
            log.write(user, "exchange.arrived", arrival, after={"study": str(study.uuid), "size": len(content)})
    except BaseException:
        _forget(arrival)
        Arrival.objects.filter(pk=arrival.pk).delete()
        raise
    return arrival


@transaction.atomic
def read_later(arrival: Arrival, user: User, language: str) -> None:
    """Have a project read by the worker."""
    params = {"arrival": str(arrival.uuid), "language": language}
    arrival.job = jobs.ask("exchange.read", params, key=f"exchange-{arrival.uuid}", owner=user)
    arrival.stage = Stage.READING
    arrival.save(update_fields=["job", "stage"])


def lay_by(arrival: Arrival, part: str, content: bytes) -> None:
    """Lay something beside the file of a project, sealed as it is; what a killed job left there goes."""
    path = arrival.path.with_name(part)
    sealed = Seal(arrival.uuid).close(content, _place(arrival, part))
    path.unlink(missing_ok=True)
    sealing.write_new(path, sealed)


def laid_by(arrival: Arrival, part: str) -> bytes:
    """Return what lies beside the file of a project. Raises as `opened`."""
    return _open(arrival, Seal(arrival.uuid), arrival.path.with_name(part), part)


def tell(arrival: Arrival, seal: Seal, about: Mapping[str, Any]) -> None:
    """Put what is known of a project, sealed, into its row."""
    arrival.about = seal.close(json.dumps(about).encode(), _place(arrival, "about"))


def told(arrival: Arrival) -> dict[str, Any]:
    """Return what is known of a project. Raises as `opened`."""
    found: dict[str, Any] = json.loads(Seal(arrival.uuid).open(arrival.about, _place(arrival, "about")))
    return found


def photo_part(entry: str) -> str:
    """Return what the photograph of an entry is called beside its project."""
    return f"photo-{hashlib.sha256(entry.encode()).hexdigest()}"


def content_of(arrival: Arrival) -> bytes:
    """Return the file of a project that waits. Raises as `opened`."""
    return _open(arrival, Seal(arrival.uuid), arrival.path, "file")


def _open(arrival: Arrival, seal: Seal, path: Path, part: str) -> bytes:
    try:
        return seal.open(path.read_bytes(), _place(arrival, part))
    except FileNotFoundError:
        raise sealing.Damaged from None


def words_by_name(study: Study) -> Mapping[str, str]:
    """Return what texts say, by name, for tables of codings; names that stand twice tell nothing."""
    texts = list(texts_of(study))
    names = [each.name for each in texts]
    said = contents_of(texts)
    return {each.name: said[each.uuid] for each in texts if names.count(each.name) == 1}


def opened(arrival: Arrival) -> tuple[str, Incoming, list[list[Suggestion]]]:
    """Return name and content of a project that waits, and whom the rules found in it.

    Raises WrongRequest where key or file are gone.
    """
    incoming, named = from_bytes(laid_by(arrival, READ)), json.loads(laid_by(arrival, "named"))
    return str(told(arrival)["name"]), incoming, persons.rules_of(named)


def is_read(arrival: Arrival) -> bool:
    """Return whether a project was read by this version of the program."""
    return arrival.path.with_name(READ).exists()


def _lines(study: Study) -> tuple[tuple[str, ...], ...]:
    return lines(categories.system_of(study), categories.lineage_of(study))


def read_file(arrival: Arrival) -> Incoming:
    """Read the file of a project, and keep what was read beside it. Raises BadInput, and as `opened`."""
    content = content_of(arrival)
    here = partial(words_by_name, arrival.study), partial(_lines, arrival.study)
    incoming = read(content, str(told(arrival)["name"]), *here)
    incoming = without_photos(incoming, _keep_photos(arrival, content, incoming))
    lay_by(arrival, READ, to_bytes(incoming))
    return incoming


def _keep_photos(arrival: Arrival, content: bytes, incoming: Incoming) -> set[str]:
    """Keep the photographs as they will be stored: that takes long, and tells which of them (entries) are damaged."""
    damaged = set()
    for entry, parts in bytes_of(content, {each.entry: None for each in incoming.media if each.is_photo}):
        try:
            lay_by(arrival, photo_part(entry), cleaned(entry, b"".join(parts)))
        except BadInput:
            damaged.add(entry)
    return damaged


def name_of(arrival: Arrival) -> str:
    """Return the name of the file; a dash where its key is not here."""
    try:
        return str(told(arrival)["name"])
    except WrongRequest:
        return "–"


def _place(arrival: Arrival, part: str) -> str:
    return f"voices_exchange.arrival {arrival.uuid} {part}"


@transaction.atomic
def discard(arrival: Arrival, user: User | None, action: str = "exchange.discarded") -> None:
    """Set a project aside that waits: its file and key go once that is certain."""
    if not Arrival.objects.filter(pk=arrival.pk).exclude(stage=Stage.DONE).delete()[0]:
        raise WrongRequest(_("This project is imported already."))
    log.write(user, action, arrival, before={"study": str(arrival.study.uuid)})
    forget_later(arrival)


def set_aside_all(collection: Collection) -> None:
    """Set aside what waits in the study of a collection whose texts are deleted."""
    for each in Arrival.objects.filter(study=collection.study_id).exclude(stage=Stage.DONE).select_related("study"):
        discard(each, None)


def forget_later(arrival: Arrival) -> None:
    """Destroy file and key of a project once the transaction is through."""
    transaction.on_commit(lambda: _forget(arrival))


def _forget(arrival: Arrival) -> None:
    sealing.destroy(arrival.uuid)
    shutil.rmtree(arrival.path.parent, ignore_errors=True)
    for each in _half_made(arrival):
        sealing.destroy(each)
        shutil.rmtree(folder_of(each), ignore_errors=True)


def collection_id(arrival: Arrival, group: int) -> UUID:
    """Return what the collection of a group is called: always the same, so that a killed import leaves no riddles."""
    return uuid5(arrival.uuid, str(group))


def source_id(arrival: Arrival, text: int, entry: str) -> UUID:
    """Return what a photograph or recording beside a text is called: what a killed import left is written over."""
    return uuid5(arrival.uuid, f"{text} {entry}")


def _half_made(arrival: Arrival) -> set[UUID]:
    """Return collections that an import of this project gave keys and files, and was killed before it stored them."""
    keys = sealing.kept() & {collection_id(arrival, n) for n in range(MOST)}
    return keys - set(Collection.objects.filter(uuid__in=keys).values_list("uuid", flat=True))


def sweep() -> int:
    """Remove projects that nobody decided about, and what a killed process left of others; return how many."""
    now = timezone.now()
    old = Q(made_at__lt=now - KEPT) | Q(stage=Stage.ARRIVING, made_at__lt=now - ARRIVING)
    waited = list(Arrival.objects.filter(old).exclude(stage=Stage.DONE).select_related("study"))
    for each in waited:
        discard(each, None, "exchange.swept")
    keys = sealing.kept()
    left = [each for each in Arrival.objects.filter(stage=Stage.DONE) if each.uuid in keys]
    for each in left:
        _forget(each)
    return len(waited) + len(left)
