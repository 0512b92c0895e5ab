"""Search in texts: words, beginnings, phrases, nearness - the same hits whatever database stood before.

`Index.of` takes texts apart, `find` answers a query with stretches, `window` shows a hit among its words and
`proposals` says what a code could be given to. `needs` and `folded` let a full-text index of a database pre-filter.
"""

from nahraum.evidence.voices.search.around import Stretch, paragraphs, proposals, sentences, window
from nahraum.evidence.voices.search.file import dumped, load, loaded, save
from nahraum.evidence.voices.search.find import Hits, find
from nahraum.evidence.voices.search.index import Index
from nahraum.evidence.voices.search.query import Query, needs, parse
from nahraum.evidence.voices.search.words import fold, folded

__all__ = [
    "Hits",
    "Index",
    "Query",
    "Stretch",
    "dumped",
    "find",
    "fold",
    "folded",
    "load",
    "loaded",
    "needs",
    "paragraphs",
    "parse",
    "proposals",
    "save",
    "sentences",
    "window",
]
