"""What follows a change of categories: apps above name here how their codings are counted and led on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from nahraum.evidence.voices.categories import Change
from nahraum_site.accounts.models import User
from nahraum_site.voices.models import Study


class Follower(Protocol):
    """Something whose rows stand at categories. Where they are no codings, only ``follow`` is its own."""

    def counts(self, study: Study, user: User) -> Mapping[str, int]:
        """Return how many codings that somebody may count stand at each category."""
        return {}

    def used(self, study: Study) -> frozenset[str]:
        """Return the categories that codings stand at and that can therefore not be removed."""
        return frozenset()

    def follow(self, study: Study, changes: Sequence[Change]) -> None:
        """Lead the rows on, inside the transaction of the change."""
        ...


followers: list[Follower] = []


def counts(study: Study, user: User) -> dict[str, int]:
    """Return how many codings that somebody may count stand at each category."""
    found: dict[str, int] = {}
    for each in followers:
        for id, count in each.counts(study, user).items():
            found[id] = found.get(id, 0) + count
    return found


def used(study: Study) -> frozenset[str]:
    """Return the categories that something stands at."""
    return frozenset().union(*(each.used(study) for each in followers))


def follow(study: Study, changes: Sequence[Change]) -> None:
    """Lead everything on that stands at categories."""
    for each in followers:
        each.follow(study, changes)
