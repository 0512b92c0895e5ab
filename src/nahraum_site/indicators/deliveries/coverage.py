"""How many areas have what: as each delivery was counted when it was confirmed; where several deliver the same, the
database counts what stands, once per process, because no delivery ever changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from nahraum.base import State
from nahraum.evidence.indicators.show.glance import Coverage, Delivered
from nahraum_site.indicators.models import Batch, Value

Counts = dict[tuple[str, str], dict[int, int]]

_counted: dict[Any, Counts] = {}
KEPT = 200  # sets of deliveries whose counts are kept in memory


def delivered(batches: Sequence[Batch], finest: str) -> Delivered:
    """Return what these deliveries hold, each cell as it stands after revisions.

    ``finest``: id of the finest level; tables of another level are marked as coarse. No question, but one the first
    time where deliveries revise others.
    """
    holders: dict[str, list[Batch]] = defaultdict(list)
    counts: Counts = {}
    coarse = set()
    for batch in batches:
        own = _laid(batch.counts)
        for name in {variable for variable, _period in own}:
            holders[name].append(batch)
        coarse |= {name for name, _period in own} if batch.part.get("level", finest) not in ("", finest) else set()
        counts |= own
    twice = sorted(name for name, several in holders.items() if len(several) > 1 and _overlap(several))
    if twice:
        counts |= _standing_once((*sorted(batch.uuid for batch in batches), *twice), batches, twice)
    found: dict[str, dict[str, Coverage]] = defaultdict(dict)
    for (variable, period), states in counts.items():
        found[variable][period] = Coverage(
            numbers=states.get(State.NUMBER, 0),
            protected=states.get(State.PROTECTED, 0),
            not_applicable=states.get(State.NOT_APPLICABLE, 0),
            missing=states.get(State.MISSING, 0),
            coarse=variable in coarse,
        )
    return Delivered(cells=found)


def _overlap(batches: Iterable[Batch]) -> bool:
    return any(batch.revises for batch in batches)


def _standing_once(mark: Any, batches: Sequence[Batch], variables: Sequence[str]) -> Counts:
    if mark not in _counted:
        if len(_counted) >= KEPT:
            _counted.clear()
        _counted[mark] = _standing(batches, variables)
    return _counted[mark]


def _standing(batches: Sequence[Batch], variables: Sequence[str]) -> Counts:
    """Count only the cell that stands: the latest delivery that holds anything there; an empty cell changes nothing."""
    totals = sorted({key for batch in batches for key in batch.part.get("totals", {})}) or [""]

    def holes(things: Sequence[object]) -> str:
        return ", ".join(["%s"] * len(things))

    statement = f"""
        SELECT variable, period, state, COUNT(*) FROM (
            SELECT variable, period, state, ROW_NUMBER() OVER (
                PARTITION BY variable, area, period ORDER BY CASE WHEN text = '' THEN 1 ELSE 0 END, batch_id DESC
            ) AS place
            FROM {Value._meta.db_table}
            WHERE variable IN ({holes(variables)}) AND batch_id IN ({holes(batches)}) AND area NOT IN ({holes(totals)})
        ) AS cells WHERE place = 1 GROUP BY variable, period, state
    """  # noqa: S608 - holes only
    with connection.cursor() as cursor:
        cursor.execute(statement, [*variables, *(batch.pk for batch in batches), *totals])
        return _laid(cursor.fetchall())


def _laid(rows: Iterable[tuple[str, str, int, int]]) -> Counts:
    found: Counts = defaultdict(dict)
    for variable, period, state, areas in rows:
        found[variable, period][state] = areas
    return dict(found)
