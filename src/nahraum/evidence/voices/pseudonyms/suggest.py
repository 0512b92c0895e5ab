"""Suggestions for a whole collection: what identifies somebody, and which mentions mean the same person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from itertools import chain
from typing import TypeVar

from nahraum.base.language import gettext_noop as _
from nahraum.evidence.voices.pseudonyms.lists import words
from nahraum.evidence.voices.pseudonyms.numbers import numbers
from nahraum.evidence.voices.pseudonyms.persons import Mention, called_for, mentions
from nahraum.evidence.voices.pseudonyms.reading import Reader
from nahraum.evidence.voices.pseudonyms.terms import Kind, Suggestion, Sure
from nahraum.evidence.voices.search.words import fold

Found = TypeVar("Found", Mention, Suggestion)


def suggest(texts: Sequence[str], known: Iterable[str] = ()) -> list[list[Suggestion]]:
    """Return for each text of a collection what may identify somebody, in order and without overlap.

    ``known``: identities from earlier texts of the collection (`Key.identities`); a family name that stands alone is
    suggested as soon as any text, or an earlier one, names the person fully. Nothing is replaced here: a person
    confirms, rejects or adds.
    """
    readers = [Reader(text) for text in texts]
    taken = [bytearray(len(text)) for text in texts]
    fixed = [_apart(numbers(text), here) for text, here in zip(texts, taken, strict=True)]
    rules = cache(called_for)  # a word that comes a thousand times is asked, and folded, once
    found = [
        _apart(sorted(mentions(reader, rules), key=_surest), here) for reader, here in zip(readers, taken, strict=True)
    ]
    people = _People([*map(_known, known), *chain.from_iterable(found)])
    families, givens = people.alone()
    named = cache(partial(_named, names=families | givens))
    for reader, some, here in zip(readers, found, taken, strict=True):
        some += _apart(_again(reader, families, named), here)
    return [
        sorted([*numbered, *map(people.suggestion, named)], key=lambda each: each.start)
        for numbered, named in zip(fixed, found, strict=True)
    ]


def _surest(each: Mention) -> tuple[int, int, int]:
    return -each.sure, each.start - each.end, each.start


def _apart(found: Iterable[Found], taken: bytearray) -> list[Found]:
    """Keep what overlaps nothing that came before, and note the signs it takes."""
    kept = []
    for each in found:
        if not any(taken[each.start : each.end]):
            taken[each.start : each.end] = b"\1" * (each.end - each.start)
            kept.append(each)
    return kept


class _People:
    """Who is who: full names gather the mentions by family name or by given name alone, where only one fits."""

    def __init__(self, mentions: list[Mention]) -> None:
        self.full: dict[str, set[tuple[str, str]]] = defaultdict(set)  # family or given name -> full names
        self.sexes: dict[str, set[str]] = defaultdict(set)  # family name -> titles it was seen with
        self.families: dict[str, str] = {}
        self.givens: dict[str, str] = {}
        for each in mentions:
            given, family = fold(each.given), fold(each.family)
            if each.family:
                self.families.setdefault(each.family, family)
                self.sexes[family] |= {each.sex} - {""}
            if each.given and not each.family:
                self.givens.setdefault(each.given, given)
            if each.given and each.family:
                self.givens.setdefault(each.given, given)
                for name in (given, family):
                    self.full[name].add((given, family))

    def alone(self) -> tuple[set[str], set[str]]:
        """Return the family names and the given names, folded, that tell somebody where they stand alone."""
        return (
            {fold(name) for name in self.families} - {fold(word) for word in words("ordinary")},
            {fold(name) for name in self.givens} - {fold(word) for word in words("also_words", "ordinary")},
        )

    def suggestion(self, each: Mention) -> Suggestion:
        return Suggestion(start=each.start, end=each.end, kind=Kind.PERSON, identity=self._identity(each), why=each.why,
                          sure=each.sure)  # fmt: skip

    def _identity(self, each: Mention) -> str:
        """Return "given|family|sex" as far as known; "Herr Meier" and "Frau Meier" are never one."""
        given, family = fold(each.given), fold(each.family)
        if given and family:
            return f"{given}|{family}|"
        full = self.full[family or given]
        if len(full) == 1 and (not family or len(self.sexes[family]) <= 1):
            return "|".join([*next(iter(full)), ""])
        if not family:
            return f"{given}||"
        sexes = self.sexes[family]
        return f"|{family}|{each.sex or (next(iter(sexes)) if len(sexes) == 1 else '')}"


def _known(identity: str) -> Mention:
    """Return a person of the key; an identity that a person made up is not looked for."""
    given, family, sex = identity.title().split("|") if identity.count("|") == 2 else ("", "", "")
    return Mention(start=0, end=0, given=given, family=family, sex=sex.lower(), why="", sure=Sure.SURE)


def _named(word: str, names: set[str]) -> str:
    """Return what of a word is one of the names: all, all but a genitive -s, or nothing."""
    return next((each for each in (word, word.removesuffix("s")) if fold(each) in names), "")


def _again(reader: Reader, families: set[str], named: Callable[[str], str]) -> Iterable[Mention]:
    """Yield names that stand alone once they are known from elsewhere in the collection, also with a genitive -s."""
    text, starts, ends = reader.text, reader.starts, reader.ends
    for n in reader.capitals:
        name = named(text[starts[n] : ends[n]])
        if not name or reader.is_namesake(n):
            continue
        is_family = fold(name) in families
        after_article = reader.word(n - 1).lower() in words("articles") and reader.follows(n)
        yield Mention(
            start=starts[n],
            end=starts[n] + len(name),
            family=name if is_family else "",
            given="" if is_family else name,
            why=_("The name of somebody who is named in this collection"),
            sure=Sure.DOUBTFUL if after_article else Sure.LIKELY,
        )
