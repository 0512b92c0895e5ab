"""The protection rule: from which counts on a number about few people may be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nahraum.base.strict import within

LIMITS = ("min_numerator", "min_denominator", "min_inhabitants")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLimits:
    """Limits of one indicator or one level in place of the general ones; ``reason`` is needed to go below those."""

    min_numerator: int | None = within(None, 2, 1000)
    min_denominator: int | None = within(None, 2, 100_000)
    min_inhabitants: int | None = within(None, 0, 1_000_000)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionRule:
    """Protect a value if its numerator is from 1 to below ``min_numerator`` (or leaves fewer than that to the
    denominator), if its denominator is from 1 to below ``min_denominator``, or if its area has fewer than
    ``min_inhabitants``. On by default.

    ``indicators``, ``levels``: limits of their own by id of the indicator or of the areas' level. ``public``: nothing
    is protected because every delivered value is already published; must be asked for with a reason.
    """

    min_numerator: int = within(3, 2, 1000)  # 1 would protect nobody: that is what `public` is for
    min_denominator: int = within(10, 2, 100_000)
    min_inhabitants: int = within(0, 0, 1_000_000)
    public: bool = False
    reason: str = ""
    indicators: Mapping[str, OwnLimits] = field(default_factory=dict)
    levels: Mapping[str, OwnLimits] = field(default_factory=dict)

    def at(self, level: str, indicator: str = "") -> ProtectionRule:
        """Return the limits that hold for an indicator on a level; the strictest where both have their own."""
        own = [given for given in (self.levels.get(level), self.indicators.get(indicator)) if given]
        found = {
            name: max(values)
            for name in LIMITS
            if (values := [value for given in own if (value := getattr(given, name)) is not None])
        }
        return replace(self, indicators={}, levels={}, **found)

    def looser(self) -> list[tuple[str, OwnLimits]]:
        """Return the own limits (id of the indicator or level, limits) of which one lies below the general one."""
        return [
            (name, own)
            for name, own in (*self.indicators.items(), *self.levels.items())
            if any((value := getattr(own, limit)) is not None and value < getattr(self, limit) for limit in LIMITS)
        ]
