"""Categories and the tree they form: one version of a category system.

A category's id is for ever: a merge redirects it, a split maps it, and an id that left the tree never comes back
(`System.gone`), so that every coding can be followed through all versions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _

COLOUR = re.compile(r"#[0-9a-f]{6}")
DEEPEST = 20  # levels of a tree; what people code with has five


class Kind(StrEnum):
    """Where a category comes from: prior thought, or the material."""

    DEDUCTIVE = "deductive"
    INDUCTIVE = "inductive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category with what coders need to apply it alike.

    ``colour``: ``#rrggbb`` or empty. ``codable``: False for one that only gathers others. ``parts``: what it was split
    into; its codings are being shared out among them, and no new ones are made with it.
    """

    id: str
    name: str
    parent: str | None = None
    description: str = ""
    anchor: str = ""
    rule: str = ""
    colour: str = ""
    kind: Kind = Kind.INDUCTIVE
    codable: bool = True
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One version of a category system: its categories as a tree, each before those under it.

    Raises WrongRequest if they form no tree, if that has more than ``DEEPEST`` levels, or if two under one parent have
    the same name.
    """

    id: str
    name: str
    version: int = 1
    categories: tuple[Category, ...] = ()
    gone: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        _refuse_doubles(self)
        ordered = tuple(_preorder(self))
        if len(ordered) < len(self.categories):
            reached = {category.id for category in ordered}
            lost = next(category for category in self.categories if category.id not in reached)
            raise WrongRequest(
                _("“{name}” hangs on no main category: what lies above it is unknown or lies under it.").format(
                    name=lost.name
                )
            )
        _refuse_deep(ordered)
        object.__setattr__(self, "categories", ordered)

    def find(self, id: str) -> Category | None:
        """Return the category with this id, or None."""
        return next((category for category in self.categories if category.id == id), None)

    def get(self, id: str) -> Category:
        """Return the category with this id; raises WrongRequest where there is none."""
        found = self.find(id)
        if found is None:
            raise WrongRequest(
                _("There is no category “{id}” in version {version} of “{system}”.").format(
                    id=id, version=self.version, system=self.name
                )
            )
        return found

    def under(self, parent: str | None) -> tuple[Category, ...]:
        """Return the categories right under one (None: the main categories), in order."""
        return tuple(category for category in self.categories if category.parent == parent)

    def called(self, name: str, parent: str | None) -> Category | None:
        """Return the category with this name right under one, or None; capitals and ways to write ä do not count."""
        return next((each for each in self.under(parent) if _alike(each.name) == _alike(name)), None)

    def line(self, id: str) -> tuple[Category, ...]:
        """Return a category with all above it, the main category first."""
        known = {category.id: category for category in self.categories}
        found = [self.get(id)]
        while (parent := found[-1].parent) is not None:
            found.append(known[parent])
        return tuple(reversed(found))

    def label(self, id: str) -> str:
        """Return a category as a sentence names it: equal names may stand under different parents."""
        return " › ".join(category.name for category in self.line(id))


def _alike(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _preorder(system: System) -> Iterator[Category]:
    """Yield categories from the top, each before those under it; what lies in a circle or on nothing never comes."""
    below: dict[str | None, list[Category]] = {}
    for category in system.categories:
        below.setdefault(category.parent, []).append(category)
    waiting = below.get(None, [])[::-1]
    while waiting:
        category = waiting.pop()
        yield category
        waiting += below.get(category.id, [])[::-1]


def _refuse_deep(ordered: Iterable[Category]) -> None:
    """Raise WrongRequest for a tree of more levels than anybody reads; every category comes after the one above it."""
    level: dict[str | None, int] = {None: 0}
    for category in ordered:
        level[category.id] = level[category.parent] + 1
        if level[category.id] > DEEPEST:
            raise WrongRequest(
                _("“{name}” would lie on level {level}; a category system has at most {most} levels.").format(
                    name=category.name[:80], level=level[category.id], most=DEEPEST
                )
            )


def _refuse_doubles(system: System) -> None:
    ids: set[str] = set()
    names: set[tuple[str | None, str]] = set()
    for category in system.categories:
        refuse_unfit(category)
        if category.id in ids or category.id in system.gone:
            raise WrongRequest(
                _("The id “{id}” was given to a category before; a new one needs a new id.").format(id=category.id)
            )
        if (category.parent, category.name) in names:
            raise WrongRequest(
                _("There are two categories “{name}” in the same place. Rename one, or merge them.").format(
                    name=category.name
                )
            )
        ids.add(category.id)
        names.add((category.parent, category.name))


def refuse_unfit(category: Category) -> None:
    """Raise WrongRequest for a name that cannot be shown in one line or a colour that is none."""
    if not category.name or category.name != category.name.strip() or not category.name.isprintable():
        raise WrongRequest(
            _("“{name}” cannot be the name of a category: write one line, without blanks around it.").format(
                name=category.name
            )
        )
    if category.colour and not COLOUR.fullmatch(category.colour):
        raise WrongRequest(
            _("“{colour}” is not a colour. Write it as # with six digits, such as #1a7f37.").format(
                colour=category.colour
            )
        )
