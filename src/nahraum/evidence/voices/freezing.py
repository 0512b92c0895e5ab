"""From a draft to a text that no longer changes: what may identify somebody is suggested, what was decided replaced.

Texts and pseudonyms do not know each other; here they meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from nahraum.base.language import gettext_noop as _
from nahraum.evidence.voices.pseudonyms import Decision, Key, Kind, Moves, Suggestion, Sure, pseudonymise, suggest
from nahraum.evidence.voices.search.words import fold
from nahraum.evidence.voices.texts import Text

MARKED = _("Marked by you")


def suggestions(
    drafts: Sequence[Text], known: Iterable[str] = (), *, persons: Iterable[str] = (), others: Iterable[str] = ()
) -> list[list[Suggestion]]:
    """Return for each draft what may identify somebody: what the rules find, and what a person marked.

    ``persons``, ``others``: words that somebody marked; they count wherever they stand, also with a genitive -s. Of
    stretches that overlap the longer one stays, of equals the marked one.
    """
    return with_marked(drafts, suggest([draft.text for draft in drafts], known), persons=persons, others=others)


def with_marked(
    drafts: Sequence[Text],
    by_rules: Sequence[list[Suggestion]],
    *,
    persons: Iterable[str] = (),
    others: Iterable[str] = (),
) -> list[list[Suggestion]]:
    """Return the same where it is known what the rules find, which takes long in many texts."""
    marked = [(Kind.PERSON, words) for words in persons] + [(Kind.OTHER, words) for words in others]
    return [
        _apart([*_marked(draft.text, marked), *found], len(draft.text)) if marked else found
        for draft, found in zip(drafts, by_rules, strict=True)
    ]


def known_again(
    drafts: Sequence[Text], decided: Sequence[Sequence[Suggestion]], known: Iterable[str]
) -> list[list[Suggestion]]:
    """Return what was decided, with persons whom the key knows as it knows them: the same pseudonym for the same
    person, also where whoever decided may not see the key and marked a name by hand.
    """
    there = frozenset(known)
    if not there:
        return [list(some) for some in decided]
    found = suggest([draft.text for draft in drafts], sorted(there))
    places = [{(one.start, one.end): one for one in by_rules if one.identity in there} for by_rules in found]
    return [[_as_known(each, at) for each in some] for some, at in zip(decided, places, strict=True)]


def _as_known(decided: Suggestion, there: Mapping[tuple[int, int], Suggestion]) -> Suggestion:
    found = there.get((decided.start, decided.end))
    if found is None or (found.kind, decided.kind) != (Kind.PERSON, Kind.PERSON):
        return decided
    return replace(decided, identity=found.identity)


def frozen(draft: Text, decisions: Sequence[Decision], key: Key) -> tuple[Text, Key]:
    """Return the text with pseudonyms in it, in the names of its speakers, its headings and variables; and the key.

    Positions move along. Raises WrongRequest for stretches that overlap, are empty or leave the text.
    """
    done, _moves, key = frozen_moving(draft, decisions, key)
    return done, key


def frozen_moving(
    draft: Text, decisions: Sequence[Decision], key: Key, stands_for: Mapping[str, str] | None = None
) -> tuple[Text, Moves, Key]:
    """Return the same, and how positions move.

    ``stands_for``: what is replaced in names, headings and variables, where more is known than the text tells.
    """
    text, moves, key = pseudonymise(draft.text, decisions, key)
    if stands_for is None:
        stands_for = {draft.text[each.start : each.end]: key.pseudonym(each.kind, each.identity) for each in decisions}
    places = np.array([(each.start, each.end) for each in draft.segments], dtype=np.int64).reshape(-1, 2)
    start, end = moves.moved(places[:, 0], places[:, 1])
    segments = tuple(
        replace(
            each, start=s, end=e, speaker=without(each.speaker, stands_for), heading=without(each.heading, stands_for)
        )
        for each, s, e in zip(draft.segments, start.tolist(), end.tolist(), strict=True)
    )
    variables = {name: without(value, stands_for) for name, value in draft.variables.items()}
    return replace(draft, text=text, segments=segments, variables=variables), moves, key


def plain_name(name: str) -> str:
    """Return the name of a file as the name of a text: without its ending, and without names of people."""
    words = re.sub(r"[_\s]+", " ", name.rpartition(".")[0] or name).strip()
    found = suggest([words])[0]
    return frozen(Text(name="", text=words), found, Key())[0].text if found else words


def _apart(found: Sequence[Suggestion], length: int) -> list[Suggestion]:
    """Keep the longest of those that overlap, of equals the first."""
    kept, taken = [], bytearray(length)
    for each in sorted(found, key=lambda each: each.start - each.end):
        if not any(taken[each.start : each.end]):
            taken[each.start : each.end] = b"\1" * (each.end - each.start)
            kept.append(each)
    return sorted(kept, key=lambda each: each.start)


def _marked(text: str, marked: Iterable[tuple[Kind, str]]) -> Iterator[Suggestion]:
    for kind, words in marked:
        for found in re.finditer(rf"(?<!\w){re.escape(words)}(?=s?(?!\w))", text):
            yield Suggestion(start=found.start(), end=found.end(), kind=kind, identity=_identity(kind, words),
                             why=MARKED, sure=Sure.SURE)  # fmt: skip


def _identity(kind: Kind, words: str) -> str:
    """Return who or what is meant; a person as "given|family|", so that later texts of the collection are searched."""
    if kind is not Kind.PERSON:
        return fold(words)
    given, _blank, family = words.rpartition(" ") if " " in words else (words, "", "")
    return f"{fold(given)}|{fold(family)}|"


def without(words: str, stands_for: Mapping[str, str]) -> str:
    """Return words in which every form is replaced by what stands for it."""
    if not words or not stands_for:
        return words
    forms = "|".join(map(re.escape, sorted(stands_for, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)(?:{forms})(?=s?(?!\w))", lambda found: stands_for[found[0]], words)
