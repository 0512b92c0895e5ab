"""Whether a period of an index is whole: which of its indicators are due in it and have no value in any area."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nahraum.base import Period, State
from nahraum.base.language import gettext as _
from nahraum.base.language import ngettext
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.recipe import Recipe

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incomplete:
    """One period in which an index is not whole: names of the ``indicators`` that are due and have no value in any
    area, ``of`` how many it has, and of the Lebenslagen (``groups``) in which no indicator has one.
    """

    period: Period
    indicators: tuple[str, ...]
    of: int
    groups: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """Say how much is missing, in the reader's language."""
        words = ngettext(
            "{period}: {count} of {of} indicators has no values yet",
            "{period}: {count} of {of} indicators have no values yet",
            len(self.indicators),
        ).format(period=self.period.label, count=len(self.indicators), of=self.of)
        if not self.groups:
            return _("{words} ({names}).").format(words=words, names=", ".join(self.indicators))
        return _("{words}; without any value: {groups}.").format(words=words, groups=", ".join(self.groups))


def incomplete(recipe: Recipe, panel: Panel) -> tuple[Incomplete, ...]:
    """Return the periods of the panel in which indicators of the recipe are due and have not come yet, in order."""
    return tuple(_incomplete(recipe, panel))


def latest_whole(recipe: Recipe, panel: Panel) -> Period:
    """Return the latest period in which no indicator is missing that is due: the one that is opened first.

    Nothing is due in the first period, so that there always is one.
    """
    broken = {each.period for each in _incomplete(recipe, panel)}
    return max(each for each in panel.periods if each not in broken)


def _incomplete(recipe: Recipe, panel: Panel) -> Iterator[Incomplete]:
    leaves = recipe.tree.at(0)
    there = _there(recipe, panel)
    absent = np.array([_absent(row) for row in there])
    place = {leaf.id: n for n, leaf in enumerate(leaves)}
    for p in np.flatnonzero(absent.any(axis=0)):
        groups = [(node, [place[child.id] for child in node.children]) for node in recipe.tree.at(1)]
        yield Incomplete(
            period=panel.periods[p],
            indicators=tuple(panel.indicators[panel.index_of(leaves[n].id)].name for n in np.flatnonzero(absent[:, p])),
            of=len(leaves),
            groups=tuple(
                node.name or node.id for node, own in groups if absent[own, p].any() and not there[own, p].any()
            ),
        )


def _there(recipe: Recipe, panel: Panel) -> Bools:
    """Return whether any area has a value, L x P; one that is protected is a value that is known."""
    states = panel.state[[panel.index_of(leaf.id) for leaf in recipe.tree.at(0)]]
    found: Bools = np.any(np.isin(states, (State.NUMBER, State.PROTECTED)), axis=2)
    return found


def _absent(there: Bools) -> list[bool]:
    """Return for each period whether an indicator is due in it and has not come yet.

    It is due as soon as the time between its last two values has passed since the last one, so that what is measured
    every second year is never missed in between. Nobody waits for what was not there in most of the earlier periods,
    nor for a year that was left out before a later one.
    """
    known = np.flatnonzero(there)
    if not known.size:
        return [False] * len(there)
    step = known[-1] - known[-2] if len(known) > 1 else 1
    return [bool(p >= known[-1] + step and 2 * len(known) >= p) for p in range(len(there))]
