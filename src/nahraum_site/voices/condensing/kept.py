"""Mayring's chain as it is stored: opened for what one request needs, by the segments that somebody may see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from nahraum.evidence.voices.condensing.chain import Chain, Stage, Step
from nahraum_site.accounts.models import User
from nahraum_site.records.sealing import Destroyed, Seals
from nahraum_site.voices.coding import queries
from nahraum_site.voices.coding.models import Coding
from nahraum_site.voices.condensing.models import Condensed, Sealed
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.models import Deletion, Text
from nahraum_site.voices.texts.queries import listed

FEW = 100  # texts that are named one by one
Place = tuple[int, int, int]  # primary key of a text, start, end


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The chain that somebody sees, and the row of each of its steps.

    Segments are named by their place (``text:start:end``), which also stands for their words: a text never changes.
    ``texts``: by uuid; ``gone``: rows that nobody can open any more, for the texts of a collection were deleted.
    """

    space: UUID  # in which new steps are named
    chain: Chain
    rows: Mapping[str, Condensed]
    texts: Mapping[str, Text]
    gone: tuple[Condensed, ...] = ()
    left: Mapping[str, tuple[Condensed, ...]] = field(default_factory=dict)  # rows that leave a segment out

    @cached_property
    def stale(self) -> Mapping[str, tuple[str, ...]]:
        """Return the steps to be looked at again, with what changed behind them."""
        return self.chain.look_again()

    @cached_property
    def resting(self) -> Mapping[str, tuple[str, ...]]:
        """Return the segments that each step rests on."""
        return self.chain.resting()

    def names(self, behind: str) -> Iterator[UUID]:
        """Yield how steps made from one are named: alike for all who see the same chain."""
        return (uuid5(self.space, f"{behind} {n}") for n in count())

    def owners(self, id: str) -> set[str]:
        """Return the collections that a step rests on; none for what is unknown."""
        if is_place(id):
            text = self.texts.get(text_of(id))
            return {str(text.collection.uuid)} if text else set()
        return set(self.rows[id].owners) if id in self.rows else set()

    def text(self, id: str) -> Text | None:
        """Return the text that a segment, or a step resting on one segment, belongs to."""
        if is_place(id):
            return self.texts.get(text_of(id))
        owner = self.rows[id].text_id if id in self.rows else None
        return next((each for each in self.texts.values() if each.pk == owner), None)


def is_place(id: str) -> bool:
    """Say whether an id is that of a segment."""
    return ":" in id


def text_of(place: str) -> str:
    """Return the uuid of the text in which a segment stands."""
    return place.partition(":")[0]


def stretch_of(place: str) -> tuple[int, int]:
    """Return start and end of a segment."""
    start, end = place.split(":")[1:]
    return int(start), int(end)


def is_blind(study: Study, user: User) -> bool:
    """Say whether somebody codes here without seeing what others coded. Three questions at most."""
    return user.has_perm("voices.code", study) and not queries.is_open(study)


def opened(study: Study, user: User, wanted: Iterable[str] = (), only: Sequence[str] | None = None) -> Kept:
    """Return the chain of a study as somebody sees it; who codes blindly sees the own codings and the own steps only.

    Of segments it holds those behind a step and the ``wanted``, if they are still coded. ``only``: just these steps,
    for a cell that is stored while somebody types the next. Eight questions at most.
    """
    blind = is_blind(study, user)
    texts = {str(each.uuid): each for each in listed(study)}
    wanted = list(wanted)
    found = study.condensed.prefetch_related("changed_by").defer("made_at", "changed_at")
    if only is not None:
        here = Q(stage=Stage.SEGMENT, text__uuid__in=_uuids(map(text_of, wanted)))
        found = found.filter(Q(uuid__in=_uuids(each for each in only if not is_place(each))) | here)
    readable, gone = readable_of(study, found.filter(author=user) if blind else found)
    steps: dict[str, Step] = {}
    rows: dict[str, Condensed] = {}
    left: dict[str, list[tuple[Condensed, str]]] = {}
    for row, said in readable:
        if row.stage == Stage.SEGMENT:
            left.setdefault(said["text"], []).append((row, said["left_out"]))
        else:
            rows[str(row.uuid)] = row
            steps[str(row.uuid)] = Step(id=str(row.uuid), stage=Stage(row.stage), **said)
    behind = {id for step in steps.values() for id in step.behind}
    asked = behind.union(wanted, left)
    coded = _coded(study, user if blind else None, texts, {text_of(each) for each in asked if is_place(each)})
    segments = {
        place: Step(id=place, stage=Stage.SEGMENT, text=place, left_out=_why(place, behind, left))
        for place in coded
        if place in asked
    }
    reasons = {place: tuple(row for row, _why in some) for place, some in left.items()}
    return Kept(
        space=_own_space(study, user) if blind else study.uuid,
        chain=Chain(steps={**segments, **steps}),
        rows=rows,
        texts=texts,
        gone=gone,
        left=reasons,
    )


def _own_space(study: Study, user: User) -> UUID:
    """Return in which somebody who codes blind names steps: others who could name them would learn which there are."""
    return UUID(bytes=salted_hmac("condensing", f"{study.uuid} {user.uuid}").digest()[:16])


def _uuids(ids: Iterable[str]) -> set[UUID]:
    """Return those ids that can name something: what a request sends need not."""
    found = set()
    for each in ids:
        with suppress(ValueError):
            found.add(UUID(each))
    return found


def _why(place: str, behind: set[str], left: Mapping[str, list[tuple[Condensed, str]]]) -> str:
    """Return why a segment is left out; left out by one and carried on by another, it is carried on."""
    if place not in left or place in behind:
        return ""
    return " / ".join(dict.fromkeys(why for _row, why in left[place]))


def _coded(study: Study, only: User | None, texts: Mapping[str, Text], touched: set[str]) -> list[str]:
    """Return the places of the segments of the texts touched, in their order. One question."""
    codings = Coding.objects.filter(text__collection__study=study, removed_at=None)
    if len(touched) < FEW:
        codings = codings.filter(text__in=[texts[each].pk for each in touched if each in texts])
    if only is not None:
        codings = codings.filter(coder=only, is_agreed=False)
    return places(codings, texts.values())


def places(codings: QuerySet[Coding], texts: Iterable[Text]) -> list[str]:
    """Return where codings stand, each place once, in the order of the texts. One question."""
    order = {each.pk: (n, each.uuid) for n, each in enumerate(texts)}
    found: set[Place] = set(codings.order_by().values_list("text_id", "start", "end").distinct())
    ordered = sorted((order[text][0], start, end, order[text][1]) for text, start, end in found if text in order)
    return [f"{uuid}:{start}:{end}" for _n, start, end, uuid in ordered]


def readable_of(study: Study, rows: Iterable[Any]) -> tuple[list[tuple[Any, dict[str, Any]]], tuple[Any, ...]]:
    """Return rows with what they say, and those that rest on something deleted. One question, and that for the rows.

    Raises Missing where a key is merely not here, Damaged where a row was changed.
    """
    deleted = Deletion.objects.filter(collection__study=study).values_list("collection__uuid", flat=True)
    dead, seals = set(map(str, deleted)), Seals()
    found: list[tuple[Any, dict[str, Any]]] = []
    gone: list[Any] = []
    for row in rows:
        said = None if dead.intersection(row.owners) else said_by(row, seals)
        if said is None:
            gone.append(row)
        else:
            found.append((row, said))
    return found, tuple(gone)


def said_by(row: Sealed, seals: Seals) -> dict[str, Any] | None:
    """Return what a row says; None where a key was destroyed. Raises as `Seals.open` does."""
    try:
        found: dict[str, Any] = json.loads(seals.open(row.sealed, row.collections, row.place))
    except Destroyed as error:
        if type(error) is not Destroyed:  # the key is merely not here: the administration must put it back
            raise
        return None
    return found


def close(row: Sealed, said: Mapping[str, Any], owners: Iterable[str]) -> None:
    """Put what a row says into it, sealed for as long as all its owners are there.

    What it rested on before stays an owner: its words may repeat that still. Raises as `Seals.close` does.
    """
    row.owners = sorted({*row.owners, *owners})
    raw = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    row.sealed = Seals().close(raw, map(UUID, row.owners), row.place)
