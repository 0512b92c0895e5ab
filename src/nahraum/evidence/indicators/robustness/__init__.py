"""How much a result hangs on choices: many runs over stated alternatives, rank intervals, shares of the variance."""

from nahraum.evidence.indicators.robustness.run import robustness

__all__ = ["robustness"]
