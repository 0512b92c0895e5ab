"""Codes of a project as categories of a study: what left here comes back to where it is now, whatever it is called;
else the same name in the same place is the same, and what is new is added.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace

from nahraum.evidence.voices.categories import Add, Category, Change, Describe, Lineage, System
from nahraum.evidence.voices.codebooks import system_of
from nahraum.evidence.voices.exchange.model import Code
from nahraum.evidence.voices.freezing import without
from nahraum.evidence.voices.incoming.terms import Incoming, fit
from nahraum.evidence.voices.outgoing import NO_LONGER


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """``ids``: of the category for each code, by number, empty for our own heading above former ones; ``brought``: the
    system of the file, for a study without one.

    ``changes`` lead from the study's system to one that has all. ``same``: codes that were there; ``other_names``,
    ``other_words``: those of them that the file calls or describes otherwise.
    """

    ids: tuple[str, ...]
    brought: System
    changes: tuple[Change, ...]
    same: int
    other_names: int
    other_words: int


def fitted(
    incoming: Incoming,
    system: System,
    new_id: Callable[[], str],
    stands_for: Mapping[str, str],
    past: Lineage | None = None,
) -> Fitted:
    """Say where each code of a file stands in a system; ``stands_for``: names of people that are replaced in words;
    ``past``: what became of the study's categories, by which a code that left here is known.

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
    fitting = _Fitting(system, past or Lineage(), {first_ids[each.guid]: each for each in codes}, used)
    fitting.fit(brought)
    return Fitted(
        ids=tuple(fitting.ids[first_ids[code.guid]] for code in codes),
        brought=brought,
        changes=tuple(fitting.changes),
        same=fitting.same,
        other_names=fitting.other_names,
        other_words=fitting.other_words,
    )


def lines(system: System, past: Lineage) -> tuple[tuple[str, ...], ...]:
    """Return the names of every category with those above it, as a table of codings that we wrote has them."""
    here: dict[str, tuple[str, ...]] = {}
    for each in system.categories:  # each comes before those under it
        here[each.id] = (*here.get(each.parent or "", ()), each.name)
    return (*((heading, name) for name in past.former(system).values() for heading in NO_LONGER), *here.values())


@dataclass(slots=True)
class _Fitting:
    """Categories of a file (``code``: what each is there) on their way into a system; ``used``: with codings."""

    system: System
    past: Lineage
    code: Mapping[str, Code]
    used: Container[str]
    ids: dict[str, str] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    same: int = 0
    other_names: int = 0
    other_words: int = 0

    def fit(self, brought: System) -> None:
        """Say where each category stands; what is nowhere is added. Those above come first."""
        here = {each.id: each for each in self.system.categories}
        called = {(each.parent, each.name): each.id for each in self.system.categories}
        former = self.past.former(self.system)
        by_name = {name: id for id, name in former.items()}
        names = former | {id: each.name for id, each in here.items()}
        ours = {
            each.parent
            for each in brought.categories
            if each.parent and (self._stands(each) in former or each.name in by_name)
        }
        for each in brought.categories:
            above = self.ids.get(each.parent or "")
            parent = above if above and above not in former else None
            there = self._stands(each) or (by_name.get(each.name) if above == "" else None)
            there = there or called.get((parent, each.name))
            if there:
                self._take(each, there, here.get(there), names[there])
            elif each.id in ours and self._is_heading(each):
                self.ids[each.id] = ""
            else:
                self.ids[each.id] = called[parent, each.name] = each.id
                names[each.id] = each.name
                self.changes.append(Add(category=replace(each, parent=parent)))

    def _stands(self, each: Category) -> str | None:
        return self.past.stands.get(self.code[each.id].guid)

    def _is_heading(self, each: Category) -> bool:
        """Return whether this is what we write above categories that are not in force any more."""
        return each.parent is None and each.id not in self.used and self.code[each.id].name in NO_LONGER

    def _take(self, each: Category, there: str, before: Category | None, name: str) -> None:
        """Take one that is there already; its own name and words stay."""
        self.ids[each.id] = there
        self.same += 1
        self.other_names += name not in (each.name, self.code[each.id].name)
        if before is None:
            return
        self.other_words += bool(each.description) and each.description != before.description
        if each.id in self.used and not before.codable and not before.parts:
            self.changes.append(Describe(id=there, codable=True))
