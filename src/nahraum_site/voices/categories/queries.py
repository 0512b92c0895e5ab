"""Every read of category systems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nahraum.evidence.voices.categories import Category, Change, Lineage, System, lineage, told
from nahraum.evidence.voices.categories import apply as after
from nahraum.evidence.voices.categories.colours import PALETTE
from nahraum_site.voices.categories import kept
from nahraum_site.voices.categories.models import CategoryChange, CategorySystem
from nahraum_site.voices.models import Study


def row_of(study: Study) -> CategorySystem | None:
    """Return the kept system of a study, or None. One question."""
    return CategorySystem.objects.filter(study=study).first()


def first_of(study: Study) -> System:
    """Return the system of a study that has no categories yet."""
    return System(id=str(study.uuid), name=study.title)


def system_of(study: Study) -> System:
    """Return the system in force. One question."""
    row = row_of(study)
    return kept.system_of(row.current) if row else first_of(study)


def changes_of(study: Study) -> list[Change]:
    """Return every change of a system, in order. One question."""
    rows = CategoryChange.objects.filter(system__study=study).values_list("change", flat=True)
    return [kept.change_of(each) for each in rows]


def lineage_of(study: Study) -> Lineage:
    """Return what became of every category that ever was. Two questions."""
    row = row_of(study)
    return lineage(kept.system_of(row.first), changes_of(study)) if row else Lineage()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A version and how it came about, in the reader's language."""

    version: int
    sentence: str
    by: str
    at: datetime


def history(row: CategorySystem | None, since: int = 0) -> list[Told]:
    """Return the changes after a version as sentences, the newest first. One question."""
    if row is None:
        return []
    system, found = kept.system_of(row.first), []
    for each in row.changes.select_related("made_by"):
        change = kept.change_of(each.change)
        by = str(each.made_by) if each.made_by else ""
        found.append(Told(version=each.version, sentence=told(system, change), by=by, at=each.made_at))
        system = after(system, change)
    return [each for each in found[::-1] if each.version > since]


def stylesheet(system: System) -> str:
    """Return the colours as CSS: the n-th category has the class ``k<n>``."""
    return "".join(f".k{n} {{ --k: {each.colour}; }}\n" for n, each in enumerate(system.categories) if each.colour)


def swatches() -> str:
    """Return the colours to choose from as CSS: the n-th has the class ``f<n>``."""
    return "".join(f".f{n} {{ --k: {colour}; }}\n" for n, colour in enumerate(PALETTE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A category as the tree shows it."""

    category: Category
    label: str
    number: int
    depth: int
    count: int
    in_all: int | None  # with all below it; None where nothing is below
    open: int  # codings that wait until somebody decides which part they go to


def tree(system: System, counts: Mapping[str, int]) -> Sequence[Shown]:
    """Return the categories in order, each with its depth and the codings at it and below. No question."""
    found = []
    lines: dict[str, tuple[Category, ...]] = {}
    in_all = {each.id: counts.get(each.id, 0) for each in system.categories}
    for each in reversed(system.categories):  # in a system each comes before those under it
        if each.parent:
            in_all[each.parent] += in_all[each.id]
    parents = {each.parent for each in system.categories}
    for n, each in enumerate(system.categories):
        lines[each.id] = (*lines.get(each.parent or "", ()), each)
        found.append(
            Shown(
                category=each,
                label=" › ".join(above.name for above in lines[each.id]),
                number=n,
                depth=min(len(lines[each.id]) - 1, 3),
                count=counts.get(each.id, 0),
                in_all=in_all[each.id] if each.id in parents else None,
                open=counts.get(each.id, 0) if each.parts else 0,
            )
        )
    return found
