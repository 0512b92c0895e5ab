"""Every read of the deliveries, in a counted number of questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Round

from nahraum.base import State
from nahraum_site.indicators.models import Batch, Indicator, Project, Value

PAGE = 50
LOOKED_AT = 100  # wrong values of which one may still stand


def batches() -> QuerySet[Batch]:
    """Return every delivery, the latest first, with its file and the people concerned."""
    return Batch.objects.select_related("file", "confirmed_by", "withdrawn_by").order_by("-pk")


def active() -> list[Batch]:
    """Return the deliveries that count, in the order in which they came. One question."""
    return list(Batch.objects.filter(withdrawn_at=None).select_related("file", "confirmed_by"))


def names_of_variables(project: Project | None, batches: Iterable[Batch]) -> dict[str, str]:
    """Return variable -> words for readers: those of the report, otherwise the header of the column."""
    found = {name: str(header) for batch in batches for name, header in batch.part.get("variables", {}).items()}
    return found | dict(project.parts.get("report", {}).get("labels", {}) if project else {})


def words_of_variables(names: Iterable[str], project: Project | None, batches: Iterable[Batch]) -> dict[str, str]:
    """Return variable -> words with its short name behind them, as every list to choose from shows it."""
    known = names_of_variables(project, batches)
    return {name: f"{known[name]} ({name})" if known.get(name, name) != name else name for name in names}


def no_count(variable: str) -> Value | None:
    """Return a standing value of a variable that cannot count people, negative or broken; None if there is none."""
    standing = Value.objects.filter(variable=variable, batch__withdrawn_at=None)
    wrong = standing.filter(Q(value__lt=0) | ~Q(value=Round("value")), state=State.NUMBER)
    for value in wrong.select_related("batch__file").order_by("pk")[:LOOKED_AT]:
        # two standing deliveries hold one cell only where the later one corrects the earlier one
        later = standing.filter(area=value.area, period=value.period, batch_id__gt=value.batch_id)
        if not later.exclude(state=State.MISSING, text="").exists():
            return value
    return None


def revisers(batches: Iterable[Batch]) -> dict[str, list[Batch]]:
    """Return key of a delivery -> the deliveries that revise it, and still count."""
    found: dict[str, list[Batch]] = {}
    for batch in batches:
        for key in batch.revises if batch.withdrawn_at is None else ():
            found.setdefault(key, []).append(batch)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of values with what leads on; ``after`` and ``before`` are marks for the next and the former one."""

    values: list[Value]
    after: int | None
    before: int | None


def window(values: QuerySet[Value], *, after: int = 0, before: int = 0) -> Window:
    """Return fifty values in the order of delivery, beside a mark: as quick on page 20,000 as on the first."""
    if before:
        found = list(values.filter(pk__lt=before).order_by("-pk")[: PAGE + 1])
        more, found = len(found) > PAGE, found[:PAGE][::-1]
        leads = (found[-1].pk if found else None, found[0].pk if more and found else None)
    else:
        found = list(values.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        more, found = len(found) > PAGE, found[:PAGE]
        leads = (found[-1].pk if more else None, found[0].pk if after and found else None)
    return Window(values=found, after=leads[0], before=leads[1])


def values_of(
    batch: Batch, *, variable: str = "", area: str = "", period: str = "", state: str = ""
) -> QuerySet[Value]:
    """Return a delivery's values that fit; an area is found through the index over all variables."""
    found: QuerySet[Value] = batch.values.all()  # knows its delivery: no question for each value
    if variable:
        found = found.filter(variable=variable)
    elif area:
        found = found.filter(variable__in=variables_of(batch))
    for field, wanted in (("area", area), ("period", period)):
        if wanted:
            found = found.filter(**{field: wanted})
    return found.filter(state=int(state)) if state in {"0", "1", "2", "3"} else found


def variables_of(batch: Batch) -> list[str]:
    """Return the variables that a delivery's table names."""
    return sorted(batch.part.get("variables", {}))


def touched(batch: Batch) -> list[Indicator]:
    """Return the indicators in whose formula a variable of this delivery stands. One question."""
    own = set(variables_of(batch))
    return [each for each in Indicator.objects.filter(retired_at=None) if own & set(variables_in(each.part))]


def variables_in(part: Mapping[str, Any]) -> list[str]:
    """Return the variables of an indicator's section, numerator first, without signs, each once."""
    names = [part.get("value", ""), *part.get("numerator", ()), *part.get("denominator", ()), part.get("weight", "")]
    return list(dict.fromkeys(name.lstrip("-") for name in names if name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """A cell that a later delivery changed."""

    variable: str
    area: str
    period: str
    old_state: int
    old_value: float | None
    old_batch: Batch
    new_state: int
    new_value: float | None
    new_batch: Batch


def revised_cells(variables: Sequence[str], batches: Sequence[Batch], *, first: int = 0) -> list[Revised]:
    """Return cells that a later delivery changed, latest delivery first: what stood there before and what came.

    ``batches``: the deliveries that count. One question, fifty-one cells from the ``first`` on.
    """
    known = {batch.pk: batch for batch in batches}
    later = [batch.pk for batch in batches if batch.revises]
    if not later or not variables:
        return []
    table = Value._meta.db_table
    holes = lambda things: ", ".join(["%s"] * len(things))  # noqa: E731 - three times in one statement
    statement = f"""
        SELECT new.variable, new.area, new.period, old.state, old.value, old.batch_id,
               new.state, new.value, new.batch_id
        FROM {table} AS new JOIN {table} AS old
          ON old.variable = new.variable AND old.area = new.area AND old.period = new.period
        WHERE new.batch_id IN ({holes(later)}) AND new.variable IN ({holes(variables)}) AND new.text <> ''
          AND old.batch_id IN ({holes(known)}) AND old.batch_id = (
            SELECT MAX(former.batch_id) FROM {table} AS former
            WHERE former.variable = new.variable AND former.area = new.area AND former.period = new.period
              AND former.batch_id < new.batch_id AND former.text <> '' AND former.batch_id IN ({holes(known)}))
          AND (old.state <> new.state OR old.value <> new.value)
        ORDER BY new.batch_id DESC, new.id LIMIT {PAGE + 1} OFFSET %s
    """  # noqa: S608 - holes only
    with connection.cursor() as cursor:
        cursor.execute(statement, [*later, *variables, *known, *known, first])
        rows = cursor.fetchall()
    return [
        Revised(
            variable=row[0],
            area=row[1],
            period=row[2],
            old_state=row[3],
            old_value=row[4],
            old_batch=known[row[5]],
            new_state=row[6],
            new_value=row[7],
            new_batch=known[row[8]],
        )
        for row in rows
    ]


def standing(values: Sequence[Value], batches: Iterable[Batch]) -> dict[int, Value]:
    """Return for values that a later delivery changed the value that stands instead, by primary key. One question."""
    later = [batch.pk for batch in batches if batch.revises]
    if not values or not later:
        return {}
    cells = Q()
    for each in values:
        cells |= Q(variable=each.variable, area=each.area, period=each.period)
    found: dict[tuple[str, str, str], Value] = {}
    news = Value.objects.filter(cells, batch__in=later).exclude(text="").select_related("batch").order_by("batch_id")
    for new in news:
        found[new.variable, new.area, new.period] = new
    return {
        each.pk: new
        for each in values
        if (new := found.get((each.variable, each.area, each.period))) and new.batch_id > each.batch_id
    }
