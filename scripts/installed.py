"""Which packages an installation of ``nahraum[site,postgresql]`` holds: the closure of its requirements."""

from __future__ import annotations

from importlib.metadata import distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

EXTRAS = ("site", "postgresql")


def closure(name: str = "nahraum", extras: tuple[str, ...] = EXTRAS) -> set[str]:
    """Return the normalised names of a package and of everything it needs here, with these extras."""
    found: dict[str, set[str]] = {}
    waiting = [(canonicalize_name(name), {"", *extras})]
    while waiting:
        package, wanted = waiting.pop()
        fresh = wanted - found.setdefault(package, set())
        found[package] |= wanted
        for line in distribution(package).requires or [] if fresh else []:
            requirement = Requirement(line)
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": extra}) for extra in fresh):
                waiting.append((canonicalize_name(requirement.name), {"", *requirement.extras}))
    return set(found)
