"""What a team can do to a category system: each change is a noun that can be stored, read as a sentence, and followed.

A version plus a change is the next version (`apply`). Nothing is lost on the way: a merge redirects codings, a split
keeps those it has not decided yet visible at the split category, and only what no coding uses can be removed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import ngettext, quoted
from nahraum.evidence.voices.categories.terms import Category, Kind, System


@dataclass(frozen=True, slots=True, kw_only=True)
class Add:
    """A new category, before one of its siblings or (None) after all of them."""

    category: Category
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """Another name for the same thing."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Describe:
    """Other words for the coders; what is None stays as it is."""

    id: str
    description: str | None = None
    anchor: str | None = None
    rule: str | None = None
    colour: str | None = None
    kind: Kind | None = None
    codable: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Another place in the tree, with all that lies under it."""

    id: str
    parent: str | None
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """``id`` becomes part of ``into``: its codings and what lies under it go there."""

    id: str
    into: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A category becomes several new ones; ``decided``: by a person, which coding (its id) goes to which part."""

    id: str
    parts: tuple[Category, ...]
    decided: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """More codings of a split category find their part."""

    id: str
    decided: Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """A category goes that no coding uses."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Another system takes over; the codings of the old one stay and are recoded by people (see `recoding`)."""

    new: System


Change = Add | Rename | Describe | Move | Merge | Split | Decide | Remove | Replace


def apply(system: System, change: Change, *, used: Collection[str] = frozenset()) -> System:
    """Return the next version of the system.

    ``used``: ids of categories that codings stand at; a removal needs it. Raises WrongRequest, with the way to mend it,
    for unknown ids, equal names in one place, circles, and what would lose codings.
    """
    match change:
        case Add():
            return _next(system, _placed(system, system.categories, change.category, change.before))
        case Rename():
            renamed = replace(system.get(change.id), name=change.name)
            return _next(system, _instead(system.categories, renamed))
        case Describe():
            return _next(system, _instead(system.categories, _described(system, change)))
        case Move():
            return _moved(system, change)
        case Merge():
            return _merged(system, change)
        case Split():
            return _split(system, change)
        case Decide():
            _refuse_strangers(system.get(change.id), change.decided)
            return _next(system, system.categories)
        case Remove():
            return _removed(system, change, used)
        case Replace():
            return _replaced(system, change)


def _next(system: System, categories: tuple[Category, ...], gone: frozenset[str] = frozenset()) -> System:
    return replace(system, version=system.version + 1, categories=categories, gone=system.gone | gone)


def _instead(categories: tuple[Category, ...], new: Category) -> tuple[Category, ...]:
    return tuple(new if category.id == new.id else category for category in categories)


def _placed(
    system: System, categories: tuple[Category, ...], category: Category, before: str | None
) -> tuple[Category, ...]:
    if category.parent is not None:
        system.get(category.parent)
    if before is None:
        return (*categories, category)
    if before == category.id or system.get(before).parent != category.parent:
        raise WrongRequest(
            _("“{name}” cannot stand before “{before}”, which lies elsewhere. Name one of its new neighbours.").format(
                name=category.name, before=system.label(before)
            )
        )
    at = next(n for n, each in enumerate(categories) if each.id == before)
    return (*categories[:at], category, *categories[at:])


def _described(system: System, change: Describe) -> Category:
    category = system.get(change.id)
    if change.codable and category.parts:
        raise WrongRequest(
            _("“{name}” was split; code with one of its parts instead.").format(name=system.label(change.id))
        )
    names = ("description", "anchor", "rule", "colour", "kind", "codable")
    given = {name: getattr(change, name) for name in names if getattr(change, name) is not None}
    return replace(category, **given)


def _moved(system: System, change: Move) -> System:
    category = system.get(change.id)
    if change.parent is not None:
        _refuse_below(system, change.id, change.parent)
    moved = replace(category, parent=change.parent)
    rest = tuple(each for each in system.categories if each.id != change.id)
    return _next(system, _placed(system, rest, moved, change.before))


def _refuse_below(system: System, id: str, target: str) -> None:
    """Refuse a target that is the category itself or lies under it."""
    if id in (category.id for category in system.line(target)):
        raise WrongRequest(
            _("“{name}” cannot go into “{target}”, which is itself or lies under it. Move that one out first.").format(
                name=system.get(id).name, target=system.label(target)
            )
        )


def _merged(system: System, change: Merge) -> System:
    category, into = system.get(change.id), system.get(change.into)
    _refuse_below(system, change.id, change.into)
    if (category.codable or category.parts) and not into.codable:
        raise WrongRequest(
            _("“{into}” takes no codings, so “{name}” cannot be merged into it. Allow coding with it first.").format(
                into=system.label(into.id), name=category.name
            )
        )
    kept = tuple(
        replace(
            each,
            parent=into.id if each.parent == category.id else each.parent,
            parts=tuple(dict.fromkeys(into.id if part == category.id else part for part in each.parts)),
        )
        for each in system.categories
        if each.id != category.id
    )
    return _next(system, kept, frozenset({category.id}))


def _split(system: System, change: Split) -> System:
    category = system.get(change.id)
    if category.parts or not category.codable:
        raise WrongRequest(
            _("“{name}” takes no codings, so there is nothing to split.").format(name=system.label(change.id))
        )
    if len(change.parts) < 2:
        raise WrongRequest(_("“{name}” is split into two parts at least.").format(name=category.name))
    emptied = replace(category, codable=False, parts=tuple(part.id for part in change.parts))
    _refuse_strangers(emptied, change.decided)
    return _next(system, (*_instead(system.categories, emptied), *change.parts))


def _refuse_strangers(category: Category, decided: Mapping[int, str]) -> None:
    if not category.parts:
        raise WrongRequest(_("“{name}” was not split; there is nothing to decide.").format(name=category.name))
    strangers = sorted(set(decided.values()) - set(category.parts))
    if strangers:
        raise WrongRequest(
            _("“{name}” was not split into {parts}.").format(name=category.name, parts=quoted(strangers))
        )


def _removed(system: System, change: Remove, used: Collection[str]) -> System:
    label = system.label(change.id)
    if system.under(change.id):
        raise WrongRequest(_("Categories lie under “{name}”. Move or remove them first.").format(name=label))
    if change.id in used:
        raise WrongRequest(
            _("Codings stand at “{name}”. Merge it into another category, or recode them first.").format(name=label)
        )
    kept = tuple(
        replace(each, parts=tuple(part for part in each.parts if part != change.id))
        for each in system.categories
        if each.id != change.id
    )
    return _next(system, kept, frozenset({change.id}))


def _replaced(system: System, change: Replace) -> System:
    known = system.gone | {category.id for category in system.categories}
    again = sorted(known & {category.id for category in change.new.categories})
    if again or change.new.id == system.id:
        raise WrongRequest(
            _("A new system needs ids of its own; known already: {ids}.").format(ids=quoted(again or [system.id]))
        )
    return change.new


def told(system: System, change: Change) -> str:
    """Say what a change did to this version of the system, as one sentence of its history."""
    match change:
        case Add():
            return _("“{name}” was added.").format(name=_place(system, change.category))
        case Rename():
            return _("“{old}” is now called “{new}”.").format(old=system.label(change.id), new=change.name)
        case Describe():
            return _("“{name}” was described anew.").format(name=system.label(change.id))
        case Move():
            target = _("the top") if change.parent is None else system.label(change.parent)
            return _("“{name}” was moved to: {target}.").format(name=system.label(change.id), target=target)
        case Merge():
            return _("“{name}” was merged into “{into}”; its codings follow.").format(
                name=system.label(change.id), into=system.label(change.into)
            )
        case Split():
            parts = quoted(_place(system, part) for part in change.parts)
            head = _("“{name}” was split into {parts}.").format(name=system.label(change.id), parts=parts)
            return f"{head} {_told_decided(change.decided)}"
        case Decide():
            return f"{quoted([system.label(change.id)])}: {_told_decided(change.decided)}"
        case Remove():
            return _("“{name}” was removed; no coding used it.").format(name=system.label(change.id))
        case Replace():
            return _("“{old}” was replaced by “{new}”; its codings stay and are recoded.").format(
                old=system.name, new=change.new.name
            )


def _told_decided(decided: Mapping[int, str]) -> str:
    count = len(decided)
    return ngettext("{count} coding found its part.", "{count} codings found their part.", count).format(count=count)


def _place(system: System, category: Category) -> str:
    above = f"{system.label(category.parent)} › " if category.parent is not None else ""
    return above + category.name
