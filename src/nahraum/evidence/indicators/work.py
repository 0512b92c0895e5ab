"""What the steps of a recipe hand on while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nahraum.base import AreaSystem, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.evidence.indicators.edition import Classes, LogEntry
from nahraum.evidence.indicators.panel import Floats, Panel
from nahraum.evidence.indicators.recipe import Node, Recipe

OF_PERIOD = {  # what a sentence says of the latest of several periods
    "{count} areas with fewer than {limit} inhabitants are left out.": gettext_noop(
        "{period}: {count} areas with fewer than {limit} inhabitants are left out."
    ),
    "{count} areas are left out because the number of their inhabitants is not known.": gettext_noop(
        "{period}: {count} areas are left out because the number of their inhabitants is not known."
    ),
    "{count} areas have fewer than {limit} inhabitants: they stay in and are flagged.": gettext_noop(
        "{period}: {count} areas have fewer than {limit} inhabitants: they stay in and are flagged."
    ),
    "In {count} areas part of the indicators is missing; the others count there.": gettext_noop(
        "{period}: in {count} areas part of the indicators is missing; the others count there."
    ),
}


@dataclass(kw_only=True)
class Work:
    """What the steps hand on: node id -> P x A, who takes part, what was done."""

    recipe: Recipe
    panel: Panel
    system: AreaSystem
    nodes: dict[str, Floats]
    level: str
    areas: tuple[str, ...]
    included: NDArray[np.bool_]
    small: NDArray[np.bool_]
    left_out: tuple[dict[str, str], ...]  # for each period: area -> reason
    leaf: Floats | None = None
    min_share: float = 1.0
    fill_domain: bool = False
    classes: list[Classes] = field(default_factory=list)
    log: list[LogEntry] = field(default_factory=list)

    def note(self, step: str, message: str, areas: tuple[str, ...] = (), **params: object) -> None:
        """Write down what a step did; ``message`` is an English msgid."""
        self.log.append(LogEntry(step=step, message=message, params=params, areas=areas))

    def note_of_period(self, step: str, message: str, areas: tuple[str, ...], **params: object) -> None:
        """Write down what concerns areas of the latest period; the sentence names it where there are several."""
        if len(self.panel.periods) > 1:
            message, params = OF_PERIOD[message], {"period": self.panel.periods[-1], **params}
        self.note(step, message, areas, count=len(areas), **params)

    def latest(self, cells: NDArray[np.bool_]) -> tuple[str, ...]:
        """Return the areas of the latest period, of which sentences speak, among cells (P x A)."""
        return tuple(self.areas[a] for a in np.flatnonzero(cells[-1]))

    def leaves(self) -> tuple[Node, ...]:
        """Return the recipe's leaves."""
        return self.recipe.tree.at(0)


def groups(over: str, shape: tuple[int, ...]) -> Iterator[tuple[slice | int, ...]]:
    """Yield one index per group of cells that are seen together: each period, or all of them."""
    if over == "all":
        yield (slice(None),)
    elif over == "period":
        for p in range(shape[0]):
            yield (p,)
    else:
        raise WrongRequest(_("over = “{over}” is not possible; possible: period, all.").format(over=over))
