"""Files become texts to be coded; guides become templates to be filled in, and come back question by question.

Left out on purpose: the older DOC (saved again as DOCX); the words in pictures and scans (no text recognition here);
columns of a PDF are read in the order that the file gives; comments, headers and footers are told, not kept; speakers
are found in SRT and WebVTT only; fonts of RTF that change the code page are not followed (programs write such letters
as Unicode).
"""

from nahraum.evidence.voices.texts.filled import Filled, filled
from nahraum.evidence.voices.texts.guide import Guide, Questions
from nahraum.evidence.voices.texts.read import read
from nahraum.evidence.voices.texts.survey import Answers, columns, suggested
from nahraum.evidence.voices.texts.templates import docx_template, odt_template
from nahraum.evidence.voices.texts.terms import Segment, Text

__all__ = [
    "Answers",
    "Filled",
    "Guide",
    "Questions",
    "Segment",
    "Text",
    "columns",
    "docx_template",
    "filled",
    "odt_template",
    "read",
    "suggested",
]
