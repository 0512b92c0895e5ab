"""Every write of texts: atomic, logged by ids and counts, and each file undone whose row is not stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices import freezing
from nahraum.evidence.voices.pseudonyms import Decision, Key
from nahraum.evidence.voices.texts import Card
from nahraum.evidence.voices.texts import Text as Draft
from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.records.sealing import Seal
from nahraum_site.voices.actions import changed_row
from nahraum_site.voices.models import Collection, Study
from nahraum_site.voices.texts import queries, reading, vault
from nahraum_site.voices.texts.models import Pseudonyms, Source, Text


class Twin(WrongRequest):
    """The same is there already."""


def take_file(study: Study, chosen: Collection | None, name: str, content: bytes, user: User) -> Source:
    """Take a file in, sealed, to be confirmed; a filled template goes to the collection that it names.

    Raises BadInput where it cannot be read, WrongRequest without a collection, Twin if the collection has this file.
    """
    found = reading.look(name, content)
    collection = _named(study, found.collection) if found.collection else chosen
    if collection is None:
        raise WrongRequest(_("Please choose the collection of this file: only filled templates name it themselves."))
    source = Source(collection=collection, kind=found.kind, made_by=user)
    about = {"name": name, "answers": found.answers}
    return stored(source, lambda seal: vault.close_file(seal, source, found.content), about, user)


def stored(source: Source, close: Callable[[Seal], None], about: Mapping[str, Any], user: User) -> Source:
    """Store a file once ``close`` has written it sealed; undone where its row is not stored. Raises Twin."""
    collection = source.collection
    try:
        with transaction.atomic():
            seal = vault.seal_of(held(collection))
            close(seal)
            if Source.objects.filter(collection=collection, sha256=source.sha256).exists():
                raise Twin(_("This file is in the collection “{name}” already.").format(name=collection))
            source.about = vault.close_about(seal, source.uuid, about)
            source.save(force_insert=True)
            after = {"collection": str(collection.uuid), "kind": source.kind, "size": source.size}
            log.write(user, "source.taken", source, after=after)
    except BaseException:
        source.path.unlink(missing_ok=True)
        raise
    return source


def _named(study: Study, code: str) -> Collection:
    try:
        return study.collections.get(uuid=UUID(code))
    except (ValueError, Collection.DoesNotExist):
        raise WrongRequest(
            _("The template belongs to a collection that is not in this study. Import it in its own study.")
        ) from None


def held(collection: Collection) -> Collection:
    """Return the collection, held until the end of the transaction: nobody deletes its texts meanwhile."""
    return Collection.objects.select_for_update().get(pk=collection.pk)


@transaction.atomic
def read_table(source: Source, answers: Mapping[str, Any], version: int) -> None:
    """Store how a survey table is to be read. Raises BadInput where it cannot be, Overtaken as `changed_row` does."""
    seal = Seal(source.collection.uuid)
    about = vault.open_about(seal, source)
    answers = {**about["answers"], **answers}
    reading.drafts(source.kind, about["name"], vault.open_file(seal, source), answers)
    changed_row(Source.objects, source.pk, {}, version)
    Source.objects.filter(pk=source.pk).update(
        about=vault.close_about(seal, source.uuid, {**about, "answers": answers})
    )


@transaction.atomic
def type_cards(source: Source, cards: Sequence[Card], version: int, *, shown: bool) -> None:
    """Store what was typed of a photograph's cards, and whether the team sees it. Raises Overtaken as `changed_row`."""
    seal = Seal(source.collection.uuid)
    about = vault.open_about(seal, source)
    about["answers"] = {"cards": [asdict(each) for each in cards], "shown": shown}
    changed_row(Source.objects, source.pk, {}, version)
    Source.objects.filter(pk=source.pk).update(about=vault.close_about(seal, source.uuid, about))


def lay_beside(text: Text, name: str, chunks: Iterable[bytes], user: User, *, shown: bool) -> Source:
    """Take the recording of a text, sealed. Raises Twin if its collection has this file, WrongRequest once deleted."""
    source = Source(collection=text.collection, kind=reading.RECORDING, made_by=user, beside=text)
    source.stage = Source.Stage.FROZEN
    about = {"name": name, "answers": {"shown": shown}}
    return stored(source, lambda seal: vault.close_recording(seal, source, chunks), about, user)


@transaction.atomic
def state(source: Source, user: User, *, shown: bool) -> None:
    """Store that somebody stated that the whole team may see a photograph or hear a recording, or no longer."""
    seal = Seal(source.collection.uuid)
    here = Source.objects.select_for_update().get(pk=source.pk)
    about = vault.open_about(seal, here)
    about["answers"] = {**about["answers"], "shown": shown}
    Source.objects.filter(pk=here.pk).update(about=vault.close_about(seal, here.uuid, about))
    after = {"collection": str(source.collection.uuid), "shown": shown}
    log.write(user, "source.stated", source, after=after)


@transaction.atomic
def take_away(recording: Source, user: User) -> None:
    """Remove the recording of a text; its file goes once that is certain."""
    log.write(user, "recording.removed", recording, before={"collection": str(recording.collection.uuid)})
    path = recording.path
    recording.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person decided about a file: a name for its texts, variables for all of them, what is replaced in each."""

    name: str
    variables: Mapping[str, str]
    decisions: Sequence[Sequence[Decision]]
    although_there: bool = False  # imported although the same text is in the study


@transaction.atomic
def freeze(source: Source, drafts: Sequence[Draft], wanted: Wanted, version: int, user: User) -> list[Text]:
    """Store the texts of a file as they will stay. Nothing is stored unless everything is.

    Raises Twin where the study has the same text, WrongRequest if somebody was quicker or stretches overlap.
    """
    collection = held(source.collection)
    mine = Source.objects.filter(pk=source.pk, version=version, stage=Source.Stage.WAITING)
    if not mine.update(stage=Source.Stage.FROZEN, version=version + 1):
        raise WrongRequest(_("Somebody else has worked on this file meanwhile. Load the page anew."))
    seal = vault.seal_of(collection)
    kept = Pseudonyms.objects.filter(collection=collection).first()
    key = vault.open_key(seal, collection, kept)
    made, digests, last = [], [], collection.texts.aggregate(last=Max("position"))["last"] or 0
    for n, (draft, decisions) in enumerate(zip(drafts, wanted.decisions, strict=True), 1):
        done, key = freezing.frozen(draft, decisions, key)
        text = Text(collection=collection, source=source, position=last + n, made_by=user)
        text.name = _name(wanted.name, done)
        text.variables = {**wanted.variables, **done.variables}
        vault.close_text(seal, text, done.text, done.segments)
        made.append(text)
        digests.append(done.sha256)
    if source.kind != reading.SURVEY and not wanted.although_there:
        _refuse_twins(collection.study, digests)
    Text.objects.bulk_create(made, batch_size=500)
    keep_key(seal, collection, kept, key)
    counts = {"texts": len(made), "replaced": sum(map(len, wanted.decisions))}
    log.write(user, "texts.frozen", source, after={"collection": str(collection.uuid), **counts})
    return made


def _name(name: str, draft: Draft) -> str:
    row = draft.segments[0].row if draft.segments else 0
    return f"{name[:185]}, {row}" if row else name


def _refuse_twins(study: Study, digests: Sequence[str]) -> None:
    there = queries.twins(study, digests)
    if there:
        message = _("The same text is in this study already: “{name}”. Tick the box if it is to stand there twice.")
        raise Twin(message.format(name=there[0].name))


def keep_key(seal: Seal, collection: Collection, kept: Pseudonyms | None, key: Key) -> None:
    """Store who stands behind the pseudonyms of a collection now."""
    sealed = vault.close_key(seal, collection, key)
    if kept:
        Pseudonyms.objects.filter(pk=kept.pk).update(sealed=sealed, version=kept.version + 1)
    else:
        Pseudonyms.objects.create(collection=collection, sealed=sealed)


@transaction.atomic
def discard(source: Source, user: User) -> None:
    """Set a file aside that waits; it is removed once that is certain."""
    if not Source.objects.filter(pk=source.pk, stage=Source.Stage.WAITING).delete()[0]:
        raise WrongRequest(_("Its texts are imported already."))
    log.write(user, "source.discarded", source, before={"collection": str(source.collection.uuid)})
    transaction.on_commit(lambda: source.path.unlink(missing_ok=True))


@transaction.atomic
def describe(text: Text, given: Mapping[str, Any], version: int, user: User) -> None:
    """Change name and variables of a text. Raises Overtaken if somebody else did since ``version``."""
    changed = changed_row(Text.objects, text.pk, given, version)
    log.write(user, "text.changed", text, after={"changed": changed})
