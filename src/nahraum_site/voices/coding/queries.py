"""Every read of codings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from nahraum.evidence.voices.categories import System
from nahraum_site.accounts.models import User
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.coding.models import Coding, Openness, Step, Worked
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.models import Text

OVERLAP = timedelta(seconds=20)  # a transaction may be committed later than another that began after it
COLUMNS = ("uuid", "category", "start", "end", "coder_id", "is_quotation", "removed_at", "pk")
Row = list[Any]


def is_open(study: Study) -> bool:
    """Say whether coders see each other's codings. One question."""
    return Openness.objects.filter(study=study, is_open=True).exists()


def seen_by(user: User, text: Text, *, sees_all: bool) -> QuerySet[Coding]:
    """Return the coders' own codings of a text that somebody sees, those taken back included."""
    found = Coding.objects.filter(text=text, is_agreed=False)
    return found if sees_all else found.filter(coder=user)


def rows(codings: QuerySet[Coding] | Iterable[Coding], user: User) -> list[Row]:
    """Return codings as a page knows them: uuid, category, start, end, coder, quotation, removed. One question.

    Own codings have no coder: 0.
    """
    if isinstance(codings, QuerySet):
        values: Iterable[Sequence[Any]] = codings.values_list(*COLUMNS)
    else:
        values = [[getattr(each, name) for name in COLUMNS] for each in codings]
    return [
        [str(uuid), category, start, end, 0 if coder == user.pk else coder, int(quotation), int(removed is not None)]
        for uuid, category, start, end, coder, quotation, removed, _pk in values
    ]


def coders(found: Iterable[Row]) -> dict[int, str]:
    """Return the names of the other coders in rows. One question if there are any."""
    others = {row[4] for row in found} - {0}
    return dict(User.objects.filter(pk__in=others).values_list("pk", "name")) if others else {}


def can_undo(text: Text, user: User) -> tuple[bool, bool]:
    """Say whether there is something to undo, and something to do again. One question."""
    undone = set(Step.objects.filter(text=text, coder=user).order_by().values_list("is_undone", flat=True).distinct())
    return False in undone, True in undone


def since(moment: str) -> datetime:
    """Return from when on a page must be told again what changed; long ago for what is no moment."""
    try:
        found = parse_datetime(moment)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 2000 <= found.year < 9000:  # beyond, zones lead out of the calendar
        return datetime.min.replace(year=2000, tzinfo=timezone.get_current_timezone())
    return found - OVERLAP


def choices(system: System, former: dict[str, str]) -> list[dict[str, Any]]:
    """Return the categories as a page offers them, in order; then those that are not in force any more."""
    here = [
        {
            "id": each.category.id,
            "name": each.category.name,
            "label": each.label,
            "depth": each.depth,
            "codable": each.category.codable,
            "hint": each.category.rule or each.category.description,
        }
        for each in categories.tree(system, {})
    ]
    gone = [
        {"id": id, "name": name, "label": name, "depth": 0, "codable": False, "hint": ""} for id, name in former.items()
    ]
    return here + gone


def labels(study: Study, system: System, ids: Iterable[str]) -> dict[str, str]:
    """Return the categories in force with those above them, and the names of former ones among ``ids``.

    Two questions if there are former ones.
    """
    return {each.id: system.label(each.id) for each in system.categories} | former(study, system, ids)


def former(study: Study, system: System, ids: Iterable[str]) -> dict[str, str]:
    """Return the names of categories that codings still stand at and that are not in force. Two questions if any."""
    missing = set(ids) - {each.id for each in system.categories}
    names = categories.lineage_of(study).names if missing else {}
    return {id: names.get(id, id) for id in sorted(missing)}


def counted(study: Study, user: User, *, sees_all: bool) -> dict[int, int]:
    """Return how many codings that somebody sees each text has, by primary key. One question."""
    found = Coding.objects.filter(text__collection__study=study, removed_at=None, is_agreed=False)
    found = found if sees_all else found.filter(coder=user)
    return dict(found.order_by().values_list("text").annotate(count=Count("pk")).values_list("text", "count"))


def coded_through(study: Study, user: User) -> frozenset[int]:
    """Return the texts, by primary key, that somebody coded through. One question."""
    return frozenset(Worked.objects.filter(text__collection__study=study, coder=user).values_list("text", flat=True))


def is_through(text: Text, user: User) -> bool:
    """Say whether somebody coded a text through. One question."""
    return Worked.objects.filter(text=text, coder=user).exists()
