"""Pseudonyms before a text is frozen: suggested by rules, decided by a person, reversible only with the key.

`suggest` names what may identify somebody in a collection, a person decides, `pseudonymise` replaces and says how the
positions of imported codings move. `sealed` and `opened` guard the `Key`.
"""

from nahraum.evidence.voices.pseudonyms.key import Entry, Key, opened, sealed
from nahraum.evidence.voices.pseudonyms.replace import Moves, pseudonymise
from nahraum.evidence.voices.pseudonyms.suggest import suggest
from nahraum.evidence.voices.pseudonyms.terms import Decision, Kind, Suggestion, Sure

__all__ = [
    "Decision",
    "Entry",
    "Key",
    "Kind",
    "Moves",
    "Suggestion",
    "Sure",
    "opened",
    "pseudonymise",
    "sealed",
    "suggest",
]
