"""Every read of texts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from nahraum.base import WrongRequest
from nahraum.evidence.voices.pseudonyms import Key
from nahraum.evidence.voices.studies import keeping
from nahraum.evidence.voices.texts import Card, Segment
from nahraum.evidence.voices.texts import Text as Draft
from nahraum.evidence.voices.texts.elsewhere import columns
from nahraum_site.records.sealing import Destroyed, Seal, Seals
from nahraum_site.voices.models import Collection, Study
from nahraum_site.voices.texts import reading, vault
from nahraum_site.voices.texts.models import Deletion, Pseudonyms, Source, Text

SEALED = ("content", "structure")


def texts_of(study: Study) -> QuerySet[Text]:
    """Return the texts of a study with their collections, still sealed: `contents_of` opens those that are wanted."""
    found = Text.objects.filter(collection__study=study).select_related("collection")
    return found.order_by(F("collection__day").asc(nulls_last=True), "collection_id", "position")


def listed(study: Study) -> QuerySet[Text]:
    """Return the same without what is sealed, for lists."""
    return texts_of(study).defer(*SEALED)


def content_of(text: Text) -> str:
    """Return what a text says. Raises Destroyed where its key is gone, Damaged where it was changed. No question."""
    return vault.open_content(Seal(text.collection.uuid), text)


def structure_of(text: Text) -> tuple[Segment, ...]:
    """Return what is known of the stretches of a text: speakers, times, questions, rows, pages. No question."""
    return vault.open_structure(Seal(text.collection.uuid), text)


def contents_of(texts: Iterable[Text]) -> dict[UUID, str]:
    """Return what many texts say, by their uuid; the key of each collection is read once.

    Texts come with their collections (`texts_of`), else each asks a question. Raises as `content_of`.
    """
    seals = Seals()
    return {text.uuid: vault.open_content(seals[text.collection.uuid], text) for text in texts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photograph: its name as it came, what was typed of its cards, and whether the whole team sees it."""

    name: str
    cards: tuple[Card, ...]
    shown: bool


def photo_of(source: Source) -> Photo:
    """Return what is known of a photograph. No question."""
    about = vault.open_about(Seal(source.collection.uuid), source)
    cards = tuple(map(reading.card_of, about["answers"]["cards"]))
    return Photo(name=about["name"], cards=cards, shown=about["answers"]["shown"])


def is_shown(source: Source) -> bool:
    """Return whether the whole team sees a photograph or hears a recording. No question."""
    return bool(vault.open_about(Seal(source.collection.uuid), source)["answers"]["shown"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What lies beside a text and may be seen and heard by who asks; ``shown``: what the whole team may (uuids)."""

    photo: Source | None
    recordings: tuple[Source, ...]
    shown: frozenset[UUID]

    def __bool__(self) -> bool:
        """Return whether anything does."""
        return self.photo is not None or bool(self.recordings)


def beside(text: Text, *, leads: bool) -> Beside:
    """Return what lies beside a text for somebody of the team; ``leads``: who leads the study. Two questions.

    Raises as `content_of`.
    """
    photo = Source.objects.filter(pk=text.source_id, kind=reading.PHOTO).select_related("collection").first()
    recordings = Source.objects.filter(beside=text).select_related("collection")
    every = [*([photo] if photo else []), *recordings]
    shown = frozenset(each.uuid for each in every if is_shown(each))
    return Beside(
        photo=photo if photo and (leads or photo.uuid in shown) else None,
        recordings=tuple(each for each in recordings if leads or each.uuid in shown),
        shown=shown,
    )


def key_of(collection: Collection) -> Key:
    """Return who stands behind the pseudonyms of a collection. One question."""
    kept = Pseudonyms.objects.filter(collection=collection).first()
    return vault.open_key(Seal(collection.uuid), collection, kept) if kept else Key()


def key_version(collection: Collection) -> int:
    """Return how often the pseudonyms of a collection were changed. One question."""
    return Pseudonyms.objects.filter(collection=collection).values_list("version", flat=True).first() or 0


def columns_of(source: Source) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return the columns of a survey table that waits, and how it is read now. No question."""
    seal = Seal(source.collection.uuid)
    about = vault.open_about(seal, source)
    answers = reading.answers_of(about["answers"])
    return columns(about["name"], vault.open_file(seal, source), answers), about["answers"]


def waiting(study: Study) -> list[tuple[Source, str]]:
    """Return the files that wait to be confirmed, with their names. One question."""
    found = Source.objects.filter(collection__study=study, stage=Source.Stage.WAITING)
    return [(each, _name_or_none(each)) for each in found.select_related("collection", "made_by")]


def _name_or_none(source: Source) -> str:
    try:
        return name_of(source)
    except WrongRequest:  # its key is not here
        return "–"


def name_of(source: Source) -> str:
    """Return the name of a file as it came: it may name people, so that only who imports sees it."""
    return str(vault.open_about(Seal(source.collection.uuid), source)["name"])


def drafts_of(source: Source) -> tuple[Draft, ...]:
    """Return the texts of a file that waits, not yet pseudonymised. Raises BadInput where it cannot be read so."""
    seal = Seal(source.collection.uuid)
    about = vault.open_about(seal, source)
    return reading.drafts(source.kind, about["name"], vault.open_file(seal, source), about["answers"])


def collections_of(study: Study) -> QuerySet[Collection]:
    """Return the collections of a study, how many texts each has, and whether they were deleted. One question."""
    waits = Q(sources__stage=Source.Stage.WAITING)
    return study.collections.annotate(
        text_count=Count("texts", distinct=True),
        waiting_count=Count("sources", filter=waits, distinct=True),
        is_deleted=Exists(Deletion.objects.filter(collection=OuterRef("pk"))),
    )


def open_to(study: Study) -> list[Collection]:
    """Return the collections that take texts: those whose texts were deleted take no more. One question."""
    return [each for each in collections_of(study) if not each.is_deleted]  # type: ignore[attr-defined]


def twins(study: Study, digests: Sequence[str]) -> list[Text]:
    """Return the texts of a study that say exactly what has one of these SHA-256. Questions as `known_of`."""
    found = list(listed(study))
    known = known_of(found, digests)
    return [each for each in found if each.uuid in known]


def known_of(texts: Iterable[Text], digests: Iterable[str]) -> dict[UUID, str]:
    """Return which of these SHA-256 texts have, by their uuid; none for a text whose key is not here. One question
    where there are texts without a mark.
    """
    by_collection: dict[UUID, list[Text]] = {}
    for text in texts:
        by_collection.setdefault(text.collection.uuid, []).append(text)
    wanted, found, bare = set(digests), {}, []
    for collection, some in by_collection.items() if wanted else ():
        try:
            seal = Seal(collection)
        except Destroyed:
            continue
        marks = {seal.mark(each): each for each in wanted}
        found |= {text.uuid: marks[text.sha256] for text in some if text.sha256 in marks}
        bare += [text.pk for text in some if not text.sha256]
    if bare:
        opened = contents_of(Text.objects.filter(pk__in=bare).select_related("collection"))
        said = {uuid: hashlib.sha256(words.encode()).hexdigest() for uuid, words in opened.items()}
        found |= {uuid: digest for uuid, digest in said.items() if digest in wanted}
    return found


def variables_of(texts: Iterable[Text]) -> dict[str, list[str]]:
    """Return the variables of texts with their values, both in alphabetical order. No question."""
    found: dict[str, set[str]] = {}
    for text in texts:
        for name, value in text.variables.items():
            found.setdefault(name, set()).add(value)
    return {name: sorted(found[name]) for name in sorted(found)}


def narrowed(texts: Iterable[Text], *, space: str = "", method: str = "", variable: str = "") -> list[Text]:
    """Return the texts of a space, a method and with a variable's value ("name=value"); empty asks for all."""
    name, _equals, value = variable.partition("=")
    return [
        each
        for each in texts
        if space in ("", each.collection.space or "-")
        and method in ("", each.collection.method)
        and (not variable or each.variables.get(name) == value)
    ]


def neighbours(text: Text) -> tuple[Any, Any]:
    """Return the texts before and after in the same collection, without what is sealed. Two questions."""
    here = Text.objects.filter(collection=text.collection_id).defer(*SEALED)
    before = here.filter(position__lt=text.position).order_by("-position").first()
    return before, here.filter(position__gt=text.position).order_by("position").first()


def to_delete(
    collections: Iterable[Any], today: date
) -> tuple[list[tuple[Collection, keeping.Due]], list[tuple[Collection, date]]]:
    """Return what must go now, and what must go within the reminder, of `collections_of`. No question."""
    holding = {str(each.uuid): each for each in collections if each.text_count or each.waiting_count}
    nouns = [each.noun for each in holding.values()]
    due = [(holding[each.collection.id], each) for each in keeping.due(nouns, today)]
    gone = {each.pk for each, _due in due}
    soon = [
        (each, each.delete_on)
        for each in holding.values()
        if each.delete_on and each.pk not in gone and any(day <= today for day in keeping.reminders(each.noun))
    ]
    return due, soon
