"""Files become texts to be coded; guides become templates to be filled in, and come back question by question."""

from nahraum.evidence.voices.texts.filled import Filled, filled
from nahraum.evidence.voices.texts.guide import Guide, Questions
from nahraum.evidence.voices.texts.read import read
from nahraum.evidence.voices.texts.survey import Answers, suggested
from nahraum.evidence.voices.texts.templates import docx_template, odt_template
from nahraum.evidence.voices.texts.terms import Segment, Text

__all__ = [
    "Answers",
    "Filled",
    "Guide",
    "Questions",
    "Segment",
    "Text",
    "docx_template",
    "filled",
    "odt_template",
    "read",
    "suggested",
]
