"""A project becomes part of a study: collections, texts, categories, codings, memos - all of it, or nothing."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Collection as Values
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.categories import Add, Lineage
from nahraum.evidence.voices.freezing import without
from nahraum.evidence.voices.incoming import persons
from nahraum.evidence.voices.incoming.categories import Fitted, fitted
from nahraum.evidence.voices.incoming.media import bytes_of
from nahraum.evidence.voices.incoming.terms import Group, Incoming, Remark
from nahraum.evidence.voices.incoming.twins import twins
from nahraum.evidence.voices.outgoing import About
from nahraum.evidence.voices.pseudonyms import Moves
from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.records.rows import in_chunks, write_rows
from nahraum_site.records.sealing import Seal, Seals
from nahraum_site.shell.overtaken import Overtaken
from nahraum_site.voices.actions import note_collection
from nahraum_site.voices.categories import actions as categories
from nahraum_site.voices.categories import queries as systems
from nahraum_site.voices.coding import memos
from nahraum_site.voices.coding.models import Coding, Memo
from nahraum_site.voices.exchange import queries, receiving
from nahraum_site.voices.exchange.models import Arrival
from nahraum_site.voices.models import Collection, Study
from nahraum_site.voices.texts import reading, vault
from nahraum_site.voices.texts.actions import Twin, held, keep_key, stored
from nahraum_site.voices.texts.models import Pseudonyms, Source, Text

T = TypeVar("T")
ENDINGS = {"photos": ".jpg", "recordings": ""}  # a recording is never sent under its name


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a group of texts goes: into a collection, into a new one (``given``: what it keeps), or nowhere."""

    collection: Collection | None = None
    given: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a person decided about a project.

    ``way``: how its texts are grouped, ``places``: of these groups. ``coders``: who each coder of the file is, and
    whether what they coded is what the team agreed on. ``chosen``: marks of those who are replaced.
    """

    way: str
    places: Sequence[Place]
    coders: Mapping[int, tuple[User, bool]]
    found: persons.Found
    chosen: Values[str]
    open_memos: bool = True


@dataclass(slots=True)
class _Work:
    """An import on its way: for each text of the file its row here; how positions moved; memos of texts, replaced.

    ``past``: what became of the categories here; ``written``: files that go again if it fails.
    """

    arrival: Arrival
    study: Study
    incoming: Incoming
    wanted: Wanted
    user: User
    texts: dict[int, Text] = field(default_factory=dict)
    moves: dict[int, Moves] = field(default_factory=dict)
    said: dict[int, str] = field(default_factory=dict)
    codings: dict[int, uuid.UUID] = field(default_factory=dict)
    past: Lineage = field(default_factory=Lineage)
    counts: Counter[str] = field(default_factory=Counter)
    written: list[Path] = field(default_factory=list)


def store(arrival: Arrival, incoming: Incoming, wanted: Wanted, version: int, user: User) -> dict[str, int]:
    """Import a project; return what was stored. Raises WrongRequest, and stores nothing, if somebody was quicker."""
    work = _Work(arrival=arrival, study=arrival.study, incoming=incoming, wanted=wanted, user=user)
    try:
        with transaction.atomic():
            _store(work, version)
    except BaseException:
        for path in work.written:
            path.unlink(missing_ok=True)
        raise
    return dict(work.counts)


def _store(work: _Work, version: int) -> None:
    arrival, incoming, wanted = work.arrival, work.incoming, work.wanted
    mine = Arrival.objects.filter(pk=arrival.pk, version=version, stage=Arrival.Stage.WAITING)
    if not mine.update(stage=Arrival.Stage.DONE, version=version + 1, about=b"", done_at=timezone.now()):
        raise WrongRequest(_("Somebody else has worked on this project meanwhile. Load the page anew."))
    plain = persons.plain(incoming, wanted.found, wanted.chosen)
    there, tellable = queries.here(work.study, incoming)
    work.texts = {n: there[k] for n, k in twins(incoming, tellable).items()}
    fit = _take_categories(work, plain)
    for collection, texts in _collections(arrival, work, plain).items():
        _freeze(work, collection, texts)
    _code(work, fit)
    _remember(work, fit, plain)
    if incoming.media:
        work.counts["media_left_out"] = len(incoming.media) - work.counts["photos"] - work.counts["recordings"]
    Arrival.objects.filter(pk=arrival.pk).update(counts=work.counts)
    log.write(work.user, "exchange.imported", arrival, after={"study": str(work.study.uuid), **work.counts})
    receiving.forget_later(arrival)


def _take_categories(work: _Work, plain: Mapping[str, str]) -> Fitted:
    """Take the categories: as they are where the study has none, else what is new."""
    row = systems.row_of(work.study)
    system = systems.system_of(work.study)
    work.past = systems.lineage_of(work.study)
    fit = fitted(work.incoming, system, categories.new_id, plain, work.past)
    try:
        if row is None and fit.brought.categories:
            categories.take(work.study, fit.brought, 1, work.user)
        elif fit.changes:
            categories.change(work.study, fit.changes, row.version if row else 1, work.user)
    except Overtaken:
        raise WrongRequest(_("Somebody changed the categories meanwhile. Import once more.")) from None
    work.counts["categories"] = sum(isinstance(each, Add) for each in fit.changes)
    return fit


def _collections(arrival: Arrival, work: _Work, plain: Mapping[str, str]) -> dict[Collection, list[int]]:
    """Return the texts of the file by collection, new and those that are here; new collections are noted.

    Their titles mostly come from the file, so that nobody who is replaced is named in them.
    """
    found: dict[Collection, list[int]] = {}
    for n, row in work.texts.items():
        found.setdefault(row.collection, []).append(n)
    groups: Sequence[Group] = work.incoming.groups.get(work.wanted.way, ())
    for n, (group, place) in enumerate(zip(groups, work.wanted.places, strict=True)):
        new = [text for text in group.texts if text not in work.texts]
        collection = place.collection
        if new and place.given is not None:
            words = {name: without(place.given[name], plain)[:200] for name in ("title", "place")}
            given = {**place.given, **words, "uuid": receiving.collection_id(arrival, n)}
            collection = note_collection(work.study, given, work.user)
            work.counts["collections"] += 1
        if new and collection:
            found.setdefault(collection, []).extend(new)
    return found


def _freeze(work: _Work, collection: Collection, numbers: Sequence[int]) -> None:
    """Store new texts of a collection as they will stay, and replace the same people in memos on any of them."""
    new = [n for n in numbers if n not in work.texts]
    about = [n for n, each in enumerate(work.incoming.remarks) if _text_of(work, each) in set(numbers)]
    if not new and not about:
        return
    here = held(collection)
    seal = vault.seal_of(here)
    kept = Pseudonyms.objects.filter(collection=here).first()
    key = vault.open_key(seal, here, kept)
    done = persons.frozen(work.incoming, work.wanted.found, work.wanted.chosen, new, about, key, work.wanted.way)
    last = here.texts.aggregate(last=Max("position"))["last"] or 0
    rows = {n: Text(collection=collection, position=last + k, made_by=work.user) for k, n in enumerate(new, 1)}
    photos = {each.text: each.entry for each in work.incoming.media if each.is_photo}
    for n, row in rows.items():
        draft = done.texts[n]
        row.name, row.variables = draft.name[:200], dict(draft.variables)
        if n in photos:
            row.source = _photo(work, n, row, photos[n])
        vault.close_text(seal, row, draft.text, draft.segments)
    Text.objects.bulk_create(rows.values(), batch_size=500)
    _lay_beside(work, rows)
    if done.key != key or (new and kept is None):
        keep_key(seal, here, kept, done.key)
    work.texts |= rows
    work.moves |= done.moves
    work.said |= done.remarks
    work.counts["texts"] += len(rows)


def _photo(work: _Work, number: int, text: Text, entry: str) -> Source | None:
    """Store the photograph of a text, for those only who lead the study; None where the collection has it already."""
    id = receiving.source_id(work.arrival, number, entry)
    source = Source(uuid=id, collection=text.collection, kind=reading.PHOTO, made_by=work.user)
    source.stage = Source.Stage.FROZEN
    content = receiving.laid_by(work.arrival, receiving.photo_part(entry))
    answers = {"cards": [], "shown": False}
    return _keep(work, source, text, "photos", answers, lambda seal: vault.close_file(seal, source, content))


def _lay_beside(work: _Work, rows: Mapping[int, Text]) -> None:
    """Store the recordings of texts, for those only who lead the study."""
    there = [each for each in work.incoming.media if each.text in rows and not each.is_photo]
    if not there:
        return
    content = receiving.content_of(work.arrival)
    for each, (_entry, parts) in zip(there, bytes_of(content, [each.entry for each in there]), strict=True):
        text, id = rows[each.text], receiving.source_id(work.arrival, each.text, each.entry)
        source = Source(uuid=id, collection=text.collection, kind=reading.RECORDING, made_by=work.user, beside=text)
        source.stage = Source.Stage.FROZEN
        _keep(work, source, text, "recordings", {"shown": False}, partial(_close, source, parts))


def _close(source: Source, parts: Iterable[bytes], seal: Seal) -> None:
    vault.close_recording(seal, source, parts)


def _keep(
    work: _Work, source: Source, text: Text, kind: str, answers: Mapping[str, Any], close: Callable[[Seal], None]
) -> Source | None:
    source.path.unlink(missing_ok=True)
    work.written.append(source.path)
    try:
        stored(source, close, {"name": f"{text.name}{ENDINGS[kind]}", "answers": answers}, work.user)
    except Twin:
        return None
    work.counts[kind] += 1
    return source


def _text_of(work: _Work, remark: Remark) -> int | None:
    """Return the number of the text that a memo is about or lies in."""
    if remark.about is About.TEXT:
        return remark.number
    return work.incoming.text_of_coding(remark.number) if remark.about is About.CODING else None


def _code(work: _Work, fit: Fitted) -> None:
    """Store the codings; one that is here already, of the same person at the same place, is not stored again.

    One that left here is known by the category it was made with, whatever became of that.
    """
    twin_rows = [row.pk for n, row in work.texts.items() if n not in work.moves]
    there: dict[tuple[Any, ...], uuid.UUID] = {}
    left: dict[tuple[Any, ...], uuid.UUID] = {}
    for some in _parts(twin_rows):
        found = Coding.objects.filter(text__in=some, removed_at=None)
        rows = list(found.values_list("uuid", *PLACE, *MADE))
        there |= {row[1 : 1 + len(PLACE)]: row[0] for row in rows}
        left |= {row[1 + len(PLACE) :]: row[0] for row in rows}
    made, now = [], timezone.now()
    for mark in persons.moved(work.incoming, work.moves):
        if mark.text not in work.texts:
            work.counts["left_out"] += 1
            continue
        (coder, agreed), category = work.wanted.coders[mark.coder], fit.ids[mark.code]
        who, where = (work.texts[mark.text].pk, coder.pk, agreed), (mark.start, mark.end)
        place = (*who, category, *where)
        known = left.get((*who, work.incoming.codes[mark.code].guid, *where)) or there.get(place)
        if known is None:
            known = there[place] = uuid.uuid4()
            made.append((known, *place, category, mark.is_quotation, False, _moment(mark.made, now), now))
        else:
            work.counts["doubles"] += 1
        work.codings[mark.row] = known
    work.counts["codings"] = write_rows(Coding, COLUMNS, in_chunks(made))


PLACE = ("text_id", "coder_id", "is_agreed", "category", "start", "end")
MADE = tuple("made_with" if name == "category" else name for name in PLACE)
COLUMNS = ("uuid", *PLACE, "made_with", "is_quotation", "is_found", "made_at", "changed_at")


def _parts(rows: Sequence[T]) -> list[Sequence[T]]:
    return [rows[n : n + 500] for n in range(0, len(rows), 500)]


def _moment(told: str, now: datetime) -> datetime:
    """Return when something was made; ``now`` where the file does not tell, or tells the future."""
    try:
        found = parse_datetime(told) if told else None
        if found is None:
            return now
        return min(found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC), now)
    except (ValueError, OverflowError):  # a day that no calendar has, or the first one, brought from another zone
        return now


def _remember(work: _Work, fit: Fitted, plain: Mapping[str, str]) -> None:
    """Store the memos: on texts and codings sealed, on the rest without names; one that is here already not again."""
    there = _said_here(work)
    coded = _coded(work)
    seals, made = Seals(), []
    for n, remark in enumerate(work.incoming.remarks):
        memo = _memo(work, fit, remark, coded)
        text = memo.coding.text if memo.coding else memo.text
        if text is None and (remark.about in (About.TEXT, About.CODING) or not work.wanted.open_memos):
            continue  # its text stays outside, or nobody wants memos that lie unsealed
        words = work.said[n] if text else without(remark.words, plain)
        key = (memo.about, memo.category, text.pk if text else None, memo.coding.pk if memo.coding else None, words)
        if key in there:
            continue
        there.add(key)
        if text:
            seal: Seal = seals[text.collection.uuid]
            memo.sealed = seal.close(words.encode(), memo.place)
        else:
            memo.words = words
        made.append(memo)
    Memo.objects.bulk_create(made, batch_size=500)
    work.counts["memos"] = len(made)


def _coded(work: _Work) -> dict[uuid.UUID, Coding]:
    """Return the codings that memos are about."""
    about = {each.number for each in work.incoming.remarks if each.about is About.CODING}
    ids = [id for row, id in work.codings.items() if row in about]
    found = (Coding.objects.filter(uuid__in=some).select_related("text__collection") for some in _parts(ids))
    return {each.uuid: each for some in found for each in some}


def _memo(work: _Work, fit: Fitted, remark: Remark, coded: Mapping[uuid.UUID, Coding]) -> Memo:
    author = work.wanted.coders[remark.author][0]
    memo = Memo(study=work.study, author=author, made_at=_moment(remark.made, timezone.now()), about=Memo.About.STUDY)
    if remark.about is About.CATEGORY and fit.ids[remark.number]:
        memo.about, memo.category = Memo.About.CATEGORY, fit.ids[remark.number]
    elif remark.about is About.TEXT:
        memo.about, memo.text = Memo.About.TEXT, work.texts.get(remark.number)
    elif remark.about is About.CODING:
        memo.about = Memo.About.CODING
        memo.coding = coded[work.codings[remark.number]] if remark.number in work.codings else None
    return memo


def _said_here(work: _Work) -> set[tuple[Any, ...]]:
    kept = list(work.study.memos.select_related("text__collection", "coding__text__collection"))
    said, at = memos.said(kept), work.past.stands
    return {
        (
            m.about,
            at.get(m.category, m.category),
            m.coding.text_id if m.coding else m.text_id,
            m.coding_id,
            said[m.uuid],
        )
        for m in kept
    }
