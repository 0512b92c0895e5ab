"""How far coders agree: judgements in, one number per measure out, with the definition beside it.

`ratings` puts judgements together, the coefficients and `alpha` measure them, `intervals` says how sure that is, and
`unitised` compares stretches of a text themselves.
"""

from nahraum.evidence.voices.agreement.coefficients import (
    brennan_prediger,
    cohen,
    conger,
    fleiss,
    gwet_ac1,
    percent,
)
from nahraum.evidence.voices.agreement.intervals import Interval, interval
from nahraum.evidence.voices.agreement.krippendorff import Scale, alpha, unitised
from nahraum.evidence.voices.agreement.ratings import NOTHING, Ratings, ratings

__all__ = [
    "NOTHING",
    "Interval",
    "Ratings",
    "Scale",
    "alpha",
    "brennan_prediger",
    "cohen",
    "conger",
    "fleiss",
    "gwet_ac1",
    "interval",
    "percent",
    "ratings",
    "unitised",
]
