"""The protection rule: from which counts on a number about few people may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from nahraum.base.strict import within


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionRule:
    """Protect a value if its numerator is from 1 to below ``min_numerator`` (or leaves fewer than that to the
    denominator), if its denominator is from 1 to below ``min_denominator``, or if its area has fewer than
    ``min_inhabitants``. On by default.

    ``public``: nothing is protected because every delivered value is already published; must be asked for with a
    reason.
    """

    min_numerator: int = within(3, 2, 1000)  # 1 would protect nobody: that is what `public` is for
    min_denominator: int = within(10, 2, 100_000)
    min_inhabitants: int = within(0, 0, 1_000_000)
    public: bool = False
    reason: str = ""
