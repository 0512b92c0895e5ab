"""A value is a number, missing, not applicable or protected: four different things, everywhere."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum

from nahraum.base.language import gettext as _
from nahraum.base.provenance import Provenance


class State(IntEnum):
    """What stands in a cell. The integers are stored (int8); never renumber them."""

    NUMBER = 0
    MISSING = 1
    NOT_APPLICABLE = 2
    PROTECTED = 3

    @property
    def label(self) -> str:
        """Return the word shown in place of a number (empty for a number)."""
        return {
            State.NUMBER: "",
            State.MISSING: _("no value"),
            State.NOT_APPLICABLE: _("not applicable"),
            State.PROTECTED: _("protected"),
        }[self]

    @property
    def symbol(self) -> str:
        """Return the sign used in official German tables (DIN 55301): ``.`` unknown or secret, ``x`` not applicable.

        Missing is ``...`` (comes later or is not known), protected ``.`` (known but secret).
        """
        return {State.NUMBER: "", State.MISSING: "…", State.NOT_APPLICABLE: "x", State.PROTECTED: "."}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One number about one place, with its state and where it comes from.

    ``number`` is NaN unless ``state`` is ``NUMBER``; ``numerator`` and ``denominator`` are the counts behind a rate,
    or NaN.
    """

    state: State
    number: float = math.nan
    numerator: float = math.nan
    denominator: float = math.nan
    provenance: Provenance | None = None

    def __post_init__(self) -> None:
        if (self.state is State.NUMBER) != math.isfinite(self.number):
            raise AssertionError(f"state {self.state.name} does not go with {self.number!r}")
