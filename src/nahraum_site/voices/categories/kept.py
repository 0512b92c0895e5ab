"""The core's nouns as JSON and back: category systems and what changed them."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any, get_args

from nahraum.evidence.voices.categories import Category, Change, Kind, System

KINDS = {kind.__name__: kind for kind in get_args(Change)}


def of_system(system: System) -> dict[str, Any]:
    """Return a version of a system as JSON."""
    return {**asdict(system), "gone": sorted(system.gone)}


def system_of(kept: dict[str, Any]) -> System:
    """Return the version of a system that was kept."""
    given = {
        **kept,
        "categories": tuple(_category(each) for each in kept["categories"]),
        "gone": frozenset(kept["gone"]),
    }
    return System(**given)


def of_change(change: Change) -> dict[str, Any]:
    """Return a change as JSON."""
    given = {field.name: getattr(change, field.name) for field in fields(change)}
    for name, value in given.items():
        if isinstance(value, System):
            given[name] = of_system(value)
        elif isinstance(value, Category):
            given[name] = asdict(value)
        elif name == "parts":
            given[name] = [asdict(each) for each in value]
        elif name == "decided":
            given[name] = {str(coding): part for coding, part in value.items()}
    return {"what": type(change).__name__, **given}


def change_of(kept: dict[str, Any]) -> Change:
    """Return the change that was kept."""
    given = {name: value for name, value in kept.items() if name != "what"}
    for name, value in given.items():
        if name == "new":
            given[name] = system_of(value)
        elif name == "category":
            given[name] = _category(value)
        elif name == "parts":
            given[name] = tuple(_category(each) for each in value)
        elif name == "decided":
            given[name] = {int(coding): part for coding, part in value.items()}
        elif name == "kind" and value:
            given[name] = Kind(value)
    made: Change = KINDS[kept["what"]](**given)
    return made


def _category(kept: dict[str, Any]) -> Category:
    return Category(**{**kept, "kind": Kind(kept["kind"]), "parts": tuple(kept["parts"])})
