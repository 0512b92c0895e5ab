"""Names of persons: found by what announces them, never by being capitalised alone - German writes all nouns so."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nahraum.base.language import gettext_noop as _
from nahraum.evidence.voices.pseudonyms.lists import words
from nahraum.evidence.voices.pseudonyms.reading import NOUN_ENDING, Reader
from nahraum.evidence.voices.pseudonyms.terms import Sure

POINT_AND_BLANK, POINT_OR_BLANK = re.compile(r"\.?[ \t\u00a0]+"), re.compile(r"\.?[ \t\u00a0]*")
COLON, NO_WORD = re.compile(r":[ \t\u00a0]+"), re.compile(r"\W{1,3}")
SEX = {"Frau": "f", "Fr": "f", "Herr": "m", "Herrn": "m", "Hr": "m", "Hrn": "m"}
POSSESSIVE = re.compile(r"(?:mein|dein|sein|ihr|unser|euer|eur)(?:e|em|en|er|es)?", re.IGNORECASE)
ANNOUNCED = re.compile(
    r"\b(?:ich heiße|heiße ich|wir heißen|mein(?:e[nm]?)? (?:\w+ )?namen? ist|zu mir:|name(?: de[rs] \w+)?:)\s+$",
    re.IGNORECASE,
)
I_AM = re.compile(r"\b(?:ich bin|hier ist|hier spricht) (?:die|der|ja )?\s*$", re.IGNORECASE)
# A line that begins so is spoken by somebody.
SPOKEN = re.compile(
    r"(?:Ich|Wir|Ja|Nein|Also|Genau|Na|Äh|Ähm|Hm|Mir|Mich|Uns|Bei|Und|Aber|Das|Doch|Naja|Stimmt|Okay)\b"
)
LABEL = re.compile(
    r"^[ \t]*(?:\[?[\d:.,]+\]?[ \t]+)?([^\W\d_][^\n:]{0,40}?)[ \t]*(?:\([^)\n]{0,40}\))?:[ \t]+(?=\S)", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name that stands at [start, end): given name, family name or both; ``sex``: f or m where a title says it."""

    start: int
    end: int
    given: str = ""
    family: str = ""
    sex: str = ""
    why: str
    sure: Sure


Rule = Callable[[Reader, int], Iterator[Mention]]


def bare(word: str) -> str:
    """Return a first name without its genitive -s, empty if it is none (or one that is also a word)."""
    for each in (word, word[:-1] if word.endswith("s") else ""):
        if each and all(part in words("first_names") for part in each.split("-")) and each not in words("also_words"):
            return each
    return ""


def called_for(word: str) -> tuple[Rule, ...]:
    """Return the rules that a word with a capital calls for by itself: none for most words, so ask once for each."""
    titles, relations = words("titles", "degrees", "offices"), words("relations")
    is_first = _is_first(word.removesuffix("s")) or _is_first(word)
    asked = ((word in titles, _titled), (word in relations, _related), (is_first, _first_name))
    return tuple(rule for holds, rule in asked if holds)


def mentions(reader: Reader, rules: Callable[[str], tuple[Rule, ...]] = called_for) -> Iterator[Mention]:
    """Yield the names that the text itself announces; they may overlap, the surer ones count.

    ``rules``: `called_for`, or what remembers it over many texts.
    """
    text, starts, ends = reader.text, reader.starts, reader.ends
    labels, before_a_name = _labels(text), words("before_a_name")
    for n in reader.capitals:  # a quarter of all words: what most of them are not is seen here, without a call
        start, end = starts[n], ends[n]
        for rule in rules(text[start:end]):
            yield from rule(reader, n)
        before, until = (starts[n - 1], ends[n - 1]) if n else (0, 0)
        if text[before:until].lower() in before_a_name or (text[until] == ":" and reader.follows(n, COLON)):
            yield from _announced(reader, n)
        if start in labels:
            yield from _speaker(reader, n, labels[start])


def _titled(reader: Reader, n: int) -> Iterator[Mention]:
    title = reader.word(n)
    if title in {"Frau", "Herr"} and reader.word(n - 1).lower() in words("before_a_noun") and reader.follows(n):
        return
    n = _past(reader, n + 1, words("offices", "degrees"))
    if not reader.follows(n, POINT_AND_BLANK) or (title not in SEX and reader.word(n) in SEX):
        return
    first, n = n, _past(reader, n, words("particles"))
    is_day = title in SEX and reader.word(n) in words("ordinary")
    if not (reader.is_name(n) or is_day) or NOUN_ENDING.search(reader.word(n)):
        return
    sure = Sure.SURE if title in SEX else Sure.LIKELY
    why = _("Behind a title or an office")
    if title not in SEX and bare(reader.word(n)) and not reader.is_family(n + 1):
        yield _mention(reader, first, n, given=bare(reader.word(n)), why=why, sure=sure)
    elif _is_first(reader.word(n)) and reader.is_family(n + 1):
        yield _mention(reader, first, n + 1, given=reader.word(n), family=reader.word(n + 1), sex=SEX.get(title, ""),
                       why=why, sure=sure)  # fmt: skip
    else:
        family = _without_genitive(reader, n)
        yield _mention(reader, first, n, family=family, sex=SEX.get(title, ""), why=why, sure=sure)


def _past(reader: Reader, n: int, passed: frozenset[str]) -> int:
    """Return the number of the word behind at most three of some words."""
    for _each in range(3):
        if not (reader.word(n) in passed and reader.follows(n, POINT_OR_BLANK) and reader.follows(n + 1, NO_WORD)):
            break
        n += 1
    return n


def _without_genitive(reader: Reader, n: int) -> str:
    """Return the family name; in "Frau Aydıns Tochter" the s is grammar (a name in -s takes an apostrophe)."""
    word = reader.word(n)
    owns = word.endswith("s") and len(word) > 3 and reader.follows(n + 1) and reader.is_capital(n + 1)
    return word[:-1] if owns else word


def _related(reader: Reader, n: int) -> Iterator[Mention]:
    """Yield "meine Tochter Leyla": with a name not in the list only behind "meine", "ihr" and so on."""
    if reader.word(n) == "Frau" and not POSSESSIVE.fullmatch(reader.word(n - 1)):
        return
    known = bare(reader.word(n + 1))
    owned = bool(POSSESSIVE.fullmatch(reader.word(n - 1)))
    if not reader.is_name(n + 1) or not reader.follows(n + 1) or not (known or owned) or _titles(reader.word(n + 1)):
        return
    if NOUN_ENDING.search(reader.word(n + 1)) or (reader.word(n + 1).endswith(("er", "erin")) and not known):
        return
    listed = _is_first(reader.word(n + 1))
    yield _mention(reader, n + 1, n + 1, given=known or reader.word(n + 1), why=_("Behind a relation"),
                   sure=Sure.LIKELY if listed else Sure.DOUBTFUL)  # fmt: skip


def _first_name(reader: Reader, n: int) -> Iterator[Mention]:
    word = reader.word(n)
    if reader.word(n - 1) in {"Sankt", "St"} or not (bare(word) or _is_first(word)):
        return
    last = n + 1
    while last < n + 3 and _is_first(reader.word(last)) and reader.follows(last) and reader.is_family(last + 1):
        last += 1
    last = _past(reader, last, words("particles"))
    has_family = _is_first(word) and reader.is_family(last) and not _titles(reader.word(last))
    if reader.is_namesake(last if has_family else n):
        return
    if has_family:
        family = _without_genitive(reader, last)
        yield _mention(
            reader, n, last, given=word, family=family, why=_("A first name and a family name"), sure=Sure.LIKELY
        )
    elif bare(word):
        yield _mention(reader, n, n, given=bare(word), why=_("A common first name"), sure=Sure.LIKELY)


def _announced(reader: Reader, n: int) -> Iterator[Mention]:
    before = reader.text[max(0, reader.starts[n] - 60) : reader.starts[n]]
    i_am = bool(I_AM.search(before)) and _is_first(reader.word(n))
    if not (ANNOUNCED.search(before) or i_am) or not reader.is_name(n) or _titles(reader.word(n)):
        return
    last = n
    while last < n + 2 and reader.is_family(last + 1):
        last += 1
    family = reader.word(last) if last > n else ""
    yield _mention(
        reader, n, last, given=reader.word(n), family=family, why=_("Somebody says their name"), sure=Sure.SURE
    )


def _labels(text: str) -> dict[int, Sure]:
    """Return where labels of speakers begin; a label that comes once must be followed by spoken words."""
    found = list(LABEL.finditer(text))
    often = Counter(match[1] for match in found)
    return {
        match.start(1): Sure.LIKELY if often[match[1]] > 1 else Sure.DOUBTFUL
        for match in found
        if often[match[1]] > 1 or SPOKEN.match(text, match.end())
    }


def _speaker(reader: Reader, n: int, sure: Sure) -> Iterator[Mention]:
    """Yield the name that a line of a transcript begins with; roles and short marks (I, B1) are none."""
    end = reader.text.find(":", reader.starts[n])
    last = n
    while reader.follows(last + 1) and reader.ends[last + 1] <= end:
        last += 1
    names = [reader.word(k) for k in range(n, last + 1)]
    if len(names) > 3 or not all(reader.is_name(k) and len(reader.word(k)) > 2 for k in range(n, last + 1)):
        return
    if set(names) & words("roles", "offices", "titles") or NOUN_ENDING.search(names[-1]):
        return
    given = names[0] if len(names) > 1 or _is_first(names[0]) else ""
    family = names[-1] if len(names) > 1 or not given else ""
    yield _mention(reader, n, last, given=given, family=family, why=_("The label of a speaker"), sure=sure)


def _is_first(word: str) -> bool:
    names = words("first_names", "also_words")
    return word in names or ("-" in word and all(part in names for part in word.split("-")))


def _titles(word: str) -> bool:
    return word in words("titles", "degrees", "offices")


def _mention(
    reader: Reader, first: int, last: int, *, given: str = "", family: str = "", sex: str = "", why: str, sure: Sure
) -> Mention:
    """Return a mention from word to word; a genitive -s stays outside, so that "[Person 1]s Tochter" can be read."""
    end = reader.ends[last] - len(reader.word(last)) + len(family or given)
    return Mention(start=reader.starts[first], end=end, given=given, family=family, sex=sex, why=why, sure=sure)
