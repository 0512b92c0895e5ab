"""A category system as other programs know it: a codebook of REFI-QDA (.qdc), which has one text for each code."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

from nahraum.base import Issue
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.categories import Category, Kind, System
from nahraum.evidence.voices.exchange.codebook import codebook_xml, read_codebook
from nahraum.evidence.voices.exchange.model import Code

ANCHOR = ("Anchor example", "Ankerbeispiel")
RULE = ("Coding rule", "Kodierregel")
PART = re.compile(rf"(?:^|\n\n)(?P<head>{'|'.join(ANCHOR + RULE)}): ")


def as_qdc(system: System) -> bytes:
    """Return the system as .qdc; anchor example and coding rule stand under the description, each with its heading.

    Ids must be GUIDs. Raises WrongRequest for a system without categories: the standard knows none.
    """
    return codebook_xml(codes_of(system))


def from_qdc(
    path: Path, *, id: str, name: str, new_id: Callable[[], str], file: str = ""
) -> tuple[System, list[Issue]]:
    """Return the system of a .qdc and what is remarkable in it. Raises BadInput where it cannot be read at all.

    What differs only in its place keeps it; a second category of the same name in one place gets a number.
    """
    project, issues = read_codebook(path, file)
    return system_of(project.codes, id=id, name=name, new_id=new_id)[0], list(issues)


def codes_of(system: System) -> tuple[Code, ...]:
    """Return the categories as codes, as `as_qdc` writes them. Ids must be GUIDs."""
    return tuple(
        Code(
            guid=each.id,
            name=each.name,
            parent=each.parent or "",
            description=_told(each),
            color=each.colour,
            is_codable=each.codable,
        )
        for each in system.categories
    )


def system_of(codes: Sequence[Code], *, id: str, name: str, new_id: Callable[[], str]) -> tuple[System, dict[str, str]]:
    """Return codes as a category system with ids of its own, and the id that each code's GUID has got.

    A second category of the same name in one place gets a number.
    """
    ids = {code.guid: new_id() for code in codes}
    taken: set[tuple[str | None, str]] = set()
    found = []
    for code in codes:
        parent = ids.get(code.parent)
        name_here = _free(" ".join("".join(c if c.isprintable() else " " for c in code.name).split()), parent, taken)
        taken.add((parent, name_here))
        words = _split(code.description)
        found.append(
            Category(
                id=ids[code.guid],
                name=name_here,
                parent=parent,
                colour=_six(code.color),
                kind=Kind.DEDUCTIVE,
                codable=code.is_codable,
                description=words["description"],
                anchor=words["anchor"],
                rule=words["rule"],
            )
        )
    return System(id=id, name=name, categories=tuple(found)), ids


def renewed(system: System, new_id: Callable[[], str]) -> System:
    """Return the same system with ids that nobody gave before: whose file it was does not matter then."""
    ids = {each.id: new_id() for each in system.categories}
    fresh = (
        replace(each, id=ids[each.id], parent=ids[each.parent] if each.parent else None, parts=())
        for each in system.categories
    )
    return replace(system, categories=tuple(fresh), gone=frozenset())


def _told(category: Category) -> str:
    parts = [category.description]
    if category.anchor:
        parts.append(f"{_('Anchor example')}: {category.anchor}")
    if category.rule:
        parts.append(f"{_('Coding rule')}: {category.rule}")
    return "\n\n".join(part for part in parts if part)


def _split(description: str) -> dict[str, str]:
    """Take a description apart at the headings that `as_qdc` writes; parts with the same heading belong together."""
    found = {"description": description, "anchor": "", "rule": ""}
    heads = list(PART.finditer(description))
    ends = [head.start() for head in heads[1:]] + [len(description)]
    if heads:
        found["description"] = description[: heads[0].start()]
    for head, end in zip(heads, ends, strict=False):
        name, words = "anchor" if head["head"] in ANCHOR else "rule", description[head.end() : end]
        found[name] = f"{found[name]}\n\n{words}" if found[name] else words
    return found


def _six(color: str) -> str:
    """Return a colour with six digits; the standard allows three, each for two of the same."""
    found = re.fullmatch("#(?:([0-9a-f]{6})|([0-9a-f])([0-9a-f])([0-9a-f]))", color.lower())
    return "#" + (found[1] or "".join(digit * 2 for digit in found.groups()[1:])) if found else ""


def _free(name: str, parent: str | None, taken: set[tuple[str | None, str]]) -> str:
    name = name or _("without name")
    candidates = chain((name,), (f"{name} ({n})" for n in count(2)))
    return next(each for each in candidates if (parent, each) not in taken)
