"""Files become texts to be coded; guides become templates to be filled in, and come back question by question.

Left out on purpose: the older DOC (saved again as DOCX); the words in scans (no text recognition here: what
stands on photographed cards is typed in); columns of a PDF are read in the order that the file gives; comments, headers
and footers are told, not kept; speakers are found in SRT and WebVTT only; fonts of RTF that change the code page are
not followed (programs write such letters as Unicode).
"""

from nahraum.evidence.voices.texts.cards import Card, area_of, cards_text, cleaned, is_picture
from nahraum.evidence.voices.texts.filled import Filled, filled
from nahraum.evidence.voices.texts.guide import Guide, Questions
from nahraum.evidence.voices.texts.read import read
from nahraum.evidence.voices.texts.survey import Answers, columns, suggested
from nahraum.evidence.voices.texts.templates import docx_template, odt_template
from nahraum.evidence.voices.texts.terms import Area, Segment, Text

__all__ = [
    "Answers",
    "Area",
    "Card",
    "Filled",
    "Guide",
    "Questions",
    "Segment",
    "Text",
    "area_of",
    "cards_text",
    "cleaned",
    "columns",
    "docx_template",
    "filled",
    "is_picture",
    "odt_template",
    "read",
    "suggested",
]
