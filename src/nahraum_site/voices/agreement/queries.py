"""Every read of agreement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from nahraum.evidence.voices.agreement.beside import Difference, Mark, Place, places
from nahraum.evidence.voices.agreement.compared import compare, shared
from nahraum.evidence.voices.agreement.levels import lines_of
from nahraum.evidence.voices.agreement.terms import Agreement, Level
from nahraum_site.accounts.models import User
from nahraum_site.voices.agreement import uncoded
from nahraum_site.voices.agreement.models import Decision
from nahraum_site.voices.coding import counting
from nahraum_site.voices.coding.counting import Table
from nahraum_site.voices.coding.models import Coding, Worked
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.models import Text
from nahraum_site.voices.texts.queries import contents_of, listed, texts_of


def compared(study: Study, table: Table, asked: dict[str, Any], chosen: str | None = None) -> Agreement:
    """Return how far coders agree, as a form asked for. One question more where lines count, none otherwise.

    Raises WrongRequest as `compare`.
    """
    level = Level(asked["ebene"])
    coders = [n for n, each in enumerate(table.coders) if str(each.uuid) in asked["wer"]]
    texts = [n for n, each in enumerate(table.texts) if str(each.uuid) in asked.get("text", ())] or None
    lines = None
    if level is Level.LINE:
        wanted = {table.texts[n].pk: n for n in shared(table.coded.codings, coders) if texts is None or n in texts}
        found = [each for each in texts_of(study) if each.pk in wanted]
        said = contents_of(found)
        lines = {wanted[each.pk]: lines_of(said[each.uuid]) for each in found}
    return compare(
        table.coded,
        coders,
        level,
        texts=texts,
        overlap=asked["deckung"] / 100,
        lines=lines,
        main=asked["haupt"],
        chosen=chosen,
    )


def usual(study: Study) -> tuple[Agreement | None, int]:
    """Return how far all coders agree on all texts that two of them coded, character by character, and how many people
    coded; no agreement where that are fewer than two. Nine questions.
    """
    table = counting.table(study, compares=True)
    everybody = range(len(table.coders))
    return (compare(table.coded, everybody, Level.CHARACTER) if len(everybody) > 1 else None), len(everybody)


def working(study: Study, text: Text | None = None) -> dict[int, list[User]]:
    """Return who worked on which text, by primary key, in the order of their names. Three questions."""
    of = {"text": text} if text else {"text__collection__study": study}
    own = Coding.objects.filter(removed_at=None, is_agreed=False, **of).order_by()
    pairs = {*own.values_list("text", "coder").distinct()} | {*Worked.objects.filter(**of).values_list("text", "coder")}
    found: dict[int, list[User]] = {}
    for person in User.objects.filter(pk__in={coder for _text, coder in pairs}).order_by("name", "pk"):
        for key in (key for key, coder in pairs if coder == person.pk):
            found.setdefault(key, []).append(person)
    return found


def places_of(study: Study, one: User, other: User, text: Text | None = None) -> dict[int, tuple[Place, ...]]:
    """Return the places of texts (by primary key) at which two people, or the team, coded something. Two questions."""
    rows = Coding.objects.filter(Q(is_agreed=True) | Q(coder__in=[one, other]), removed_at=None)
    rows = rows.filter(text=text) if text else rows.filter(text__collection__study=study)
    found: dict[int, tuple[list[Mark], list[Mark], list[Mark]]] = {}
    names = ("text", "coder", "is_agreed", "start", "end", "category", "uuid")
    for key, coder, agreed, start, end, category, uuid in rows.values_list(*names):
        marks = found.setdefault(key, ([], [], []))
        marks[2 if agreed else int(coder != one.pk)].append(Mark(start, end, category, str(uuid)))
    left = uncoded.marks(study, text)
    return {key: places(*marks, left.get(key, ())) for key, marks in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Same:
    """Stretches that two people coded alike and that are neither agreed on yet nor agreed to stay uncoded."""

    text: Text
    marks: tuple[Mark, ...]


def same(study: Study, one: User, other: User, text: Text | None = None) -> list[Same]:
    """Return what two people coded alike, text by text; of one text only if it is named. Three questions."""
    texts = {each.pk: each for each in ([text] if text else listed(study))}
    found = []
    for key, here in places_of(study, one, other, text).items():
        alike = [each for each in here if each.difference is Difference.SAME and not each.uncoded]
        marks = {(mark.start, mark.end, mark.category): mark for each in alike for mark in each.one}
        agreed = {(mark.start, mark.end, mark.category) for each in alike for mark in each.agreed}
        if kept := tuple(mark for place, mark in marks.items() if place not in agreed):
            found.append(Same(text=texts[key], marks=kept))
    return found


def last_decision(study: Study, user: User, text: Text | None = None) -> Decision | None:
    """Return somebody's last step of agreed codings of which some still stand, with their ``count``. One question."""
    standing = Q(codings__removed_at=None)
    if text:
        standing &= Q(codings__text=text)
    own = Decision.objects.filter(study=study, by=user, undone_at=None)
    return own.annotate(count=Count("codings", filter=standing)).filter(count__gt=0).last()
