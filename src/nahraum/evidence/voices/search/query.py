"""The language in which people ask: words, beginnings, phrases, nearness, AND, OR, NOT.

    Bus                     the word, in every spelling (`words.fold`)
    pflege*                 words that begin so
    "kurze Weg*"            words in a row; any of them may be a beginning
    =Weg  ="kurze Wege"     exactly as written
    Bus NEAR/5 Schule       both, in either order, at most 5 words between them
    Bus Schule              both in the same text, as Bus AND Schule
    Bus OR Bahn, Bus NOT (Bahn OR Rad)

NOT and NEAR bind closest, then AND, then OR. The operators are capitals, also in German: UND, ODER, NICHT, NAHE/5; in
quotation marks they are words like any other. A word that holds several (`Welt-Café`, `Bewohner*innen`) is a phrase.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.search.words import fold, form, spans

LONGEST, DEEPEST, FARTHEST = 500, 30, 100
QUOTES = {'"': '"', "„": "“”", "“": "”", "”": "”", "»": "«", "«": "»"}
PARTS = re.compile(r"[()]|=?[" + "".join(QUOTES) + r"]|[^\s()" + "".join(QUOTES) + "]+")
OPERATORS = {"AND": "AND", "UND": "AND", "OR": "OR", "ODER": "OR", "NOT": "NOT", "NICHT": "NOT"}
NEAR = re.compile(r"(?:NEAR|NAHE)(?:/(\d*))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word; ``text`` is its fold, or its form where it must stand ``exactly`` so."""

    text: str
    begins: bool = False
    exactly: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row; one alone is a phrase of one."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Both, not sharing a word, in either order, with at most ``between`` words between them."""

    one: Query
    two: Query
    between: int


@dataclass(frozen=True, slots=True)
class And:
    """Both in the same text."""

    one: Query
    two: Query


@dataclass(frozen=True, slots=True)
class Or:
    """Either."""

    one: Query
    two: Query


@dataclass(frozen=True, slots=True)
class Not:
    """The one in texts without the other."""

    one: Query
    two: Query


Query = Phrase | Near | And | Or | Not


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what was written: an operator, a bracket, a phrase, or the end (``kind`` "")."""

    kind: str
    at: int
    text: str = ""
    phrase: Phrase | None = None
    between: int = 0


def parse(written: str) -> Query:
    """Return what was asked for. Raises WrongRequest that names the place (counted from 1) and how to mend it."""
    if len(written) > LONGEST:
        raise _wrong(_("The query is longer than {count} characters. Shorten it.").format(count=LONGEST), LONGEST)
    reader = _Reader(_parts(written))
    query = reader.either(0)
    left = reader.next
    if left.kind:
        raise _wrong(_("There is no opening bracket for this “)”. Delete it or add “(” before."), left.at)
    return query


def needs(query: Query) -> tuple[frozenset[Word], ...]:
    """Return what a text must hold to come into question: of each set at least one word.

    For a database that pre-filters (FTS5, tsvector) over `words.folded`; words are folded, exactness comes later.
    """
    match query:
        case Phrase(words):
            return tuple(frozenset([Word(text=fold(word.text), begins=word.begins)]) for word in words)
        case And(one, two) | Near(one, two, _):
            return needs(one) + needs(two)
        case Or(one, two):
            return (min(needs(one), key=len) | min(needs(two), key=len),)
        case Not(one, _):
            return needs(one)


class _Reader:
    """Reads the parts from left to right; one method per step of precedence."""

    def __init__(self, parts: list[Part]) -> None:
        self._parts, self._at = parts, 0

    @property
    def next(self) -> Part:
        return self._parts[self._at]

    def _take(self) -> Part:
        self._at += 1
        return self._parts[self._at - 1]

    def either(self, depth: int) -> Query:
        query = self._both(depth)
        while self.next.kind == "OR":
            self._take()
            query = Or(query, self._both(depth))
        return query

    def _both(self, depth: int) -> Query:
        query = self._without(depth)
        while self.next.kind in {"AND", "(", "PHRASE"}:
            if self.next.kind == "AND":
                self._take()
            # "a AND NOT b" says the same as "a NOT b"
            query = self._left_out(query, depth) if self.next.kind == "NOT" else And(query, self._without(depth))
        return query

    def _without(self, depth: int) -> Query:
        return self._left_out(self._near(depth), depth)

    def _left_out(self, query: Query, depth: int) -> Query:
        while self.next.kind == "NOT":
            self._take()
            query = Not(query, self._near(depth))
        return query

    def _near(self, depth: int) -> Query:
        at, query = self.next.at, self._one(depth)
        while self.next.kind == "NEAR":
            operator = self._take()
            right = self.next.at
            query = Near(_place(query, at), _place(self._one(depth), right), operator.between)
        return query

    def _one(self, depth: int) -> Query:
        part = self._take()
        if part.phrase is not None:
            return part.phrase
        if part.kind == "(" and depth < DEEPEST:
            query = self.either(depth + 1)
            if self._take().kind != ")":
                raise _wrong(_("This bracket is not closed. Add “)” or delete it."), part.at)
            return query
        raise _wrong(_missing(part), part.at)


def _missing(part: Part) -> str:
    if part.kind == "(":
        return _("More than {count} brackets lie in each other. Ask more simply.").format(count=DEEPEST)
    if part.kind == ")":
        return _("A word or a phrase is missing before this “)”.")
    if part.kind:
        return _("“{operator}” stands between two words or phrases; one is missing before it. Add it, or put "
                 "“{operator}” in quotation marks to search for the word.").format(operator=part.text)  # fmt: skip
    return _("The query ends where a word or a phrase is missing. Add it.")


def _place(query: Query, at: int) -> Query:
    """Return what NEAR can measure from: a place in the text, not a property of the text."""
    inner = query
    while isinstance(inner, Or):
        _place(inner.two, at)
        inner = inner.one
    if isinstance(inner, And | Not):
        raise _wrong(_("NEAR joins words and phrases (also several with OR), not AND or NOT."), at)
    return query


def _parts(written: str) -> list[Part]:
    found, at = [], 0
    while match := PARTS.search(written, at):
        part, at = _part(written, match)
        found.append(part)
    return [*found, Part("", len(written))]


def _part(written: str, match: re.Match[str]) -> tuple[Part, int]:
    text, at = match[0], match.start()
    if text in {"(", ")"}:
        return Part(text, at), match.end()
    if text[-1] in QUOTES:
        end = next((n for n in range(match.end(), len(written)) if written[n] in QUOTES[text[-1]]), -1)
        if end < 0:
            raise _wrong(_("This quotation mark is not closed. Add one at the end of the phrase."), at)
        inside = written[match.end() : end]
        return Part("PHRASE", at, phrase=_phrase(inside, at, exactly=text[0] == "=")), end + 1
    if near := NEAR.fullmatch(text):
        if not near[1] or not 0 <= int(near[1]) <= FARTHEST:
            raise _wrong(
                _("NEAR needs how many words may lie between, 0 to {count}: NEAR/5.").format(count=FARTHEST), at
            )
        return Part("NEAR", at, text, between=int(near[1])), match.end()
    if text in OPERATORS:
        return Part(OPERATORS[text], at, text), match.end()
    return Part("PHRASE", at, phrase=_phrase(text, at, exactly=text[0] == "=")), match.end()


def _phrase(text: str, at: int, *, exactly: bool) -> Phrase:
    words, ends = [], {end for _start, end in spans(text)}
    for n, sign in enumerate(text):
        if sign == "*" and n not in ends:
            raise _wrong(_("A “*” stands at the end of the beginning of a word: pflege*."), at)
    for start, end in spans(text):
        begins = text[end : end + 1] == "*" and not text[end + 1 : end + 2].isalnum()  # a gender star only parts words
        spelt = form(text[start:end]) if exactly else fold(text[start:end])
        words.append(Word(text=spelt, begins=begins, exactly=exactly))
    if not words:
        raise _wrong(_("There is no word in “{text}”; only letters and digits can be found.").format(text=text), at)
    return Phrase(tuple(words))


def _wrong(message: str, at: int) -> WrongRequest:
    return WrongRequest(_("Character {place}: {message}").format(place=at + 1, message=message), str(at + 1))
