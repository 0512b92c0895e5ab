"""What a word is: the one tokenisation that every search counts on, whatever database stood before it.

A word is a run of letters, digits and their combining marks. A hyphen, a gender star, colon or underscore and the signs
inside dates and numbers part words: "Welt-Café" holds "Welt" and "Café", "19.11.2020" can be found by its year, and a
query with such a sign is a phrase. An apostrophe between letters belongs to the word and does not count: "geht's" is
"gehts". Soft hyphens and joiners are invisible and do not count either.

Two words are alike when their folds are: no case, ß as ss, ä ö ü as ae oe ue (DIN 5007-2, the way Germans write
without umlauts, so that "Öffnung" finds "oeffnung"; not as a o u, for "schon" is not "schön"), other marks left out
("Café" finds "cafe", "Yılmaz" finds "Yilmaz").
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import chain, groupby

import numpy as np
import numpy.typing as npt

Kinds = npt.NDArray[np.uint8]
Places = npt.NDArray[np.intp]

INVISIBLE = "\u00ad\u200c\u200d\u2060\ufeff"
APOSTROPHES = "'\u2019\u02bc"
LEFT_OUT = dict.fromkeys(map(ord, INVISIBLE + APOSTROPHES))
# Letters that Unicode does not take apart.
PLAIN = str.maketrans({"ı": "i", "ł": "l", "ø": "oe", "đ": "d", "æ": "ae", "œ": "oe"})
UMLAUT = re.compile("([aou])\u0308")
# What a sign is to a word. ``RARE``: marks and what is invisible, of which only the pattern knows whether they belong.
LETTER, DIGIT, CAPITAL, APOSTROPHE, HYPHEN, RARE = (1 << n for n in range(6))
LAST = 0x1FFFF  # above, no letter is a capital and no sign a digit


@cache
def pattern() -> re.Pattern[str]:
    """Return the pattern of a word; built on first use, for `re` knows no class of combining marks."""
    letters, usual_ends = r"[^\W_]", r"\s\-.,;:!?"
    going_on = rf"[{_marks()}]+|[{INVISIBLE}]+(?={letters})|[{APOSTROPHES}](?=[^\W\d_])"
    # Looking out for the usual ends first halves the time: the class of all marks is long.
    return re.compile(rf"{letters}+(?:(?=[^{usual_ends}])(?:{going_on}){letters}*)*")


def _marks() -> str:
    """Return the combining marks as the ranges of a character class; between the planes there are none."""
    points = chain(range(0x300, 0x20000), range(0xE0100, 0xE01F0))
    found = (n for n in points if unicodedata.category(chr(n)).startswith("M"))
    runs = ([n for _, n in run] for _, run in groupby(enumerate(found), lambda pair: pair[1] - pair[0]))
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)


def spans(text: str) -> list[tuple[int, int]]:
    """Return start and end of every word, in code points."""
    starts, ends = runs(text, kinds(text))
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def kinds(text: str) -> Kinds:
    """Return what each sign of a text is: ``LETTER``, ``DIGIT`` and so on, added up."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return _table()[np.minimum(codes, LAST)]


def runs(text: str, signs: Kinds, *, hyphened: bool = False) -> tuple[Places, Places]:
    """Return starts and ends of all words, (n,) each, what `pattern` finds; ``hyphened``: "Welt-Café" is one.

    ``signs``: see `kinds`. Where a text holds nothing rare, words are runs in an array: a million take a tenth of a
    second instead of one.
    """
    if (signs & RARE).any():
        found = [match.span() for match in (_hyphened() if hyphened else pattern()).finditer(text)]
        starts, ends = np.array(found, np.intp).reshape(-1, 2).T
        return starts, ends
    inside = (signs & (LETTER | DIGIT)) != 0
    within = inside.copy()
    within[1:-1] |= ((signs[1:-1] & APOSTROPHE) != 0) & inside[:-2] & ((signs[2:] & LETTER) != 0)
    if hyphened:
        within[1:-1] |= ((signs[1:-1] & HYPHEN) != 0) & inside[:-2] & inside[2:]
    edges = np.flatnonzero(np.diff(within, prepend=False, append=False))
    return edges[::2], edges[1::2]


@cache
def _hyphened() -> re.Pattern[str]:
    word = pattern().pattern
    return re.compile(rf"{word}(?:-{word})*")


@cache
def _table() -> Kinds:
    """Return the kind of every sign up to ``LAST``, the last one standing for all that follow."""
    return np.frombuffer(bytes([*map(_kind, map(chr, range(LAST))), RARE]), np.uint8)


def _kind(sign: str) -> int:
    if sign.isalnum():
        return DIGIT if sign.isdecimal() else LETTER | (CAPITAL if sign.isupper() else 0)
    if sign in INVISIBLE or unicodedata.category(sign).startswith("M"):
        return RARE
    return APOSTROPHE if sign in APOSTROPHES else HYPHEN if sign == "-" else 0


def form(word: str) -> str:
    """Return a word as an exact search sees it: as written, without what is invisible and without apostrophes."""
    return unicodedata.normalize("NFC", word.translate(LEFT_OUT))


def fold(word: str) -> str:
    """Return what all spellings of a word have in common; never empty for a word."""
    if word.isascii() and word.isalnum():  # most words: all that follows would change nothing else
        return word.lower()
    parts = unicodedata.normalize("NFKD", word.translate(LEFT_OUT))
    parts = UMLAUT.sub(r"\1e", unicodedata.normalize("NFKD", parts.casefold()).translate(PLAIN))
    return "".join(sign for sign in parts if sign.isalnum() or unicodedata.category(sign) == "Mc") or word


def folded(text: str) -> str:
    """Return the words of a text, folded, with blanks between: what a full-text index is given to pre-filter."""
    return " ".join(fold(text[start:end]) for start, end in spans(text))
