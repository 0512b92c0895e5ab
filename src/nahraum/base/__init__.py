"""Nouns that everybody uses: values, areas, periods, where a number comes from, issues and errors."""

from nahraum.base.areas import Area, AreaSystem, Level
from nahraum.base.errors import BadInput, Interrupted, NahraumError, WrongRequest
from nahraum.base.issues import Issue, Severity, worst
from nahraum.base.periods import Period, PeriodKind
from nahraum.base.provenance import Cell, Provenance, place_of
from nahraum.base.values import State, Value

__all__ = [
    "Area",
    "AreaSystem",
    "BadInput",
    "Cell",
    "Interrupted",
    "Issue",
    "Level",
    "NahraumError",
    "Period",
    "PeriodKind",
    "Provenance",
    "Severity",
    "State",
    "Value",
    "WrongRequest",
    "place_of",
    "worst",
]
