"""Files become texts to be coded; guides become templates to be filled in, and come back question by question."""

from nahraum.evidence.voices.texts.read import read
from nahraum.evidence.voices.texts.survey import Answers, suggested
from nahraum.evidence.voices.texts.terms import Segment, Text

__all__ = ["Answers", "Segment", "Text", "read", "suggested"]
