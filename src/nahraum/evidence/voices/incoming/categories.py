"""Codes of a project as categories of a study: the same name in the same place is the same; what is new is added."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from nahraum.evidence.voices.categories import Add, Change, Describe, System
from nahraum.evidence.voices.codebooks import system_of
from nahraum.evidence.voices.freezing import without
from nahraum.evidence.voices.incoming.terms import Incoming, fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """``ids``: of the category for each code, by number; ``brought``: the system of the file, for a study without one.

    ``changes`` lead from the study's system to one that has all. ``same``: codes that were there; ``other_words``:
    those of them that the file describes otherwise.
    """

    ids: tuple[str, ...]
    brought: System
    changes: tuple[Change, ...]
    same: int
    other_words: int


def fitted(incoming: Incoming, system: System, new_id: Callable[[], str], stands_for: Mapping[str, str]) -> Fitted:
    """Say where each code of a file stands in a system; ``stands_for``: names of people that are replaced in words.

    A category that gathers others only, but holds codings in the file, takes codings from now on.
    """
    codes = [
        replace(
            each,
            name=without(each.name, stands_for),
            description=without(fit(each.description), stands_for),
        )
        for each in incoming.codes
    ]
    brought, first_ids = system_of(codes, id=system.id, name=system.name, new_id=new_id)
    used = {first_ids[codes[n].guid] for n in set(incoming.marks.code.tolist())}
    brought = replace(
        brought, categories=tuple(replace(c, codable=c.codable or c.id in used) for c in brought.categories)
    )
    paths = _paths(brought)
    known = {path: system.categories[n] for n, path in enumerate(_paths(system).values())}
    ids: dict[str, str] = {}
    changes: list[Change] = []
    other_words = 0
    for each in brought.categories:
        there = known.get(paths[each.id])
        ids[each.id] = there.id if there else each.id
        if there is None:
            changes.append(Add(category=replace(each, parent=ids[each.parent] if each.parent else None)))
            continue
        other_words += bool(each.description) and each.description != there.description
        if each.id in used and not there.codable and not there.parts:
            changes.append(Describe(id=there.id, codable=True))
    return Fitted(
        ids=tuple(ids[first_ids[code.guid]] for code in codes),
        brought=brought,
        changes=tuple(changes),
        same=sum(1 for before, after in ids.items() if before != after),
        other_words=other_words,
    )


def _paths(system: System) -> dict[str, tuple[str, ...]]:
    """Return the names from the top down to each category, by its id; a system has parents before children."""
    found: dict[str, tuple[str, ...]] = {}
    for each in system.categories:
        found[each.id] = (*(found[each.parent] if each.parent else ()), each.name)
    return found
