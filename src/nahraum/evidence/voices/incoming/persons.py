"""Who is named in a project: everybody once, with the places; and the texts once it is decided who is replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nahraum.evidence.voices.freezing import frozen_moving, with_marked, without
from nahraum.evidence.voices.incoming.groups import told_by
from nahraum.evidence.voices.incoming.terms import Incoming, Marked, fit
from nahraum.evidence.voices.pseudonyms import Key, Kind, Moves, Suggestion, Sure, suggest
from nahraum.evidence.voices.texts import Text

EXAMPLES, AROUND = 3, 50  # places that are shown of each, and signs before and after


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A place where somebody is named."""

    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Somebody or something that may identify somebody. ``mark`` names it on a page; ``why`` is an English msgid."""

    mark: str
    kind: Kind
    forms: tuple[str, ...]
    count: int
    sure: Sure
    why: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Suggestions for each text, each memo, and for all that is a name or a description in the file."""

    texts: tuple[tuple[Suggestion, ...], ...]
    remarks: tuple[tuple[Suggestion, ...], ...]
    labels: tuple[Suggestion, ...]
    named: tuple[Named, ...]


def labels(incoming: Incoming) -> str:
    """Return all words of a file that are neither text nor memo, line by line."""
    cases = (word for group in incoming.cases for word in (group.name, *group.values.values()))
    words = (
        *(each.name for each in incoming.texts),
        *(value for each in incoming.texts for value in each.variables.values()),
        *cases,
        *(group.name for group in incoming.sets),
        *(word for code in incoming.codes for word in (code.name, code.description)),
    )
    return fit("\n".join(dict.fromkeys(word for word in words if word.strip())))


def by_rules(incoming: Incoming, known: Iterable[str] = ()) -> list[list[Suggestion]]:
    """Return what the rules find in texts, memos and, last, in all other words (seconds for a million)."""
    return suggest(_words(incoming), known)


def _words(incoming: Incoming) -> list[str]:
    return [*(each.text for each in incoming.texts), *(each.words for each in incoming.remarks), labels(incoming)]


def found(
    incoming: Incoming,
    rules: Sequence[list[Suggestion]],
    skip: Collection[int] = (),
    *,
    persons: Iterable[str] = (),
    others: Iterable[str] = (),
) -> Found:
    """Return what may identify somebody: what the rules found (see `by_rules`), and what a person marked.

    ``skip``: numbers of texts that are here already, word for word.
    """
    drafts = [Text(name="", text="" if n in skip else words) for n, words in enumerate(_words(incoming))]
    some = with_marked(
        drafts, [[] if n in skip else each for n, each in enumerate(rules)], persons=persons, others=others
    )
    count = len(incoming.texts)
    return Found(
        texts=tuple(map(tuple, some[:count])),
        remarks=tuple(map(tuple, some[count:-1])),
        labels=tuple(some[-1]),
        named=_named([draft.text for draft in drafts], some),
    )


def kept(rules: Sequence[Sequence[Suggestion]]) -> list[list[list[object]]]:
    """Return what the rules found as JSON; to be stored sealed only."""
    return [[[s.start, s.end, s.kind.value, s.identity, s.why, int(s.sure)] for s in some] for some in rules]


def rules_of(kept: Sequence[Sequence[Sequence[Any]]]) -> list[list[Suggestion]]:
    """Return what `kept` gave."""
    return [
        [
            Suggestion(start=start, end=end, kind=Kind(kind), identity=identity, why=why, sure=Sure(sure))
            for start, end, kind, identity, why, sure in some
        ]
        for some in kept
    ]


def mark_of(each: Suggestion) -> str:
    """Return the value of the check box of somebody."""
    return hashlib.sha256(f"{each.kind}\0{each.identity}".encode()).hexdigest()[:16]


def _named(texts: Sequence[str], some: Sequence[Sequence[Suggestion]]) -> tuple[Named, ...]:
    places: dict[str, list[tuple[str, Suggestion]]] = {}
    for text, suggested in zip(texts, some, strict=True):
        for each in suggested:
            places.setdefault(mark_of(each), []).append((text, each))
    kinds = list(Kind)
    all_named = (
        Named(
            mark=mark,
            kind=here[0][1].kind,
            forms=tuple(dict.fromkeys(text[each.start : each.end] for text, each in here)),
            count=len(here),
            sure=max(each.sure for _text, each in here),
            why=max((each for _text, each in here), key=lambda each: each.sure).why,
            examples=tuple(_example(text, each) for text, each in here[:EXAMPLES]),
        )
        for mark, here in places.items()
    )
    return tuple(sorted(all_named, key=lambda each: (kinds.index(each.kind), each.forms[0].casefold())))


def _example(text: str, each: Suggestion) -> Example:
    before, after = text[max(0, each.start - AROUND) : each.start], text[each.end : each.end + AROUND]
    return Example(before=" ".join(before.split()), words=text[each.start : each.end], after=" ".join(after.split()))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frozen:
    """Texts and memos of one collection as they will stay, by their numbers; how positions moved; the key now."""

    texts: Mapping[int, Text]
    remarks: Mapping[int, str]
    moves: Mapping[int, Moves]
    key: Key


def frozen(
    incoming: Incoming, what: Found, chosen: Collection[str], texts: Sequence[int], remarks: Sequence[int], key: Key,
    way: str,
) -> Frozen:  # fmt: skip
    """Replace who is ``chosen`` (marks) in texts and memos of a collection; ``way``: how its texts were grouped.

    A pseudonym that stands in any of them already is not given to somebody else.
    """
    parts = [(incoming.texts[n].text, _chosen(what.texts[n], chosen)) for n in texts]
    parts += [(incoming.remarks[n].words, _chosen(what.remarks[n], chosen)) for n in remarks]
    everything = "\n".join(text for text, _decided in parts)
    told_of = told_by(incoming.cases, incoming.sets, way)
    told = {n: {**told_of(n), **incoming.texts[n].variables} for n in texts}
    own = "\n".join(word for n in texts for word in (incoming.texts[n].name, *told[n].values()))
    whole = labels(incoming)
    # Of those who are named in names only, a key learns no more than its collection needs.
    named = [each for each in _chosen(what.labels, chosen) if whole[each.start : each.end] in own]
    stands_for: dict[str, str] = {}
    for text, decided in (*parts, (whole, named)):
        for each in decided:
            form = text[each.start : each.end]
            key = key.naming(each.kind, each.identity, form, everything)
            stands_for[form] = key.pseudonym(each.kind, each.identity)
    done: dict[int, Text] = {}
    moves: dict[int, Moves] = {}
    for n, (_text, decided) in zip(texts, parts, strict=False):
        draft = incoming.texts[n]
        renamed = replace(draft, name=without(draft.name, stands_for), variables=told[n])
        done[n], moves[n], key = frozen_moving(renamed, decided, key, stands_for)
    kept = {
        n: frozen_moving(Text(name="", text=text), decided, key)[0].text
        for n, (text, decided) in zip(remarks, parts[len(texts) :], strict=True)
    }
    return Frozen(texts=done, remarks=kept, moves=moves, key=key)


def _chosen(some: Iterable[Suggestion], chosen: Collection[str]) -> list[Suggestion]:
    return [each for each in some if mark_of(each) in chosen]


def plain(incoming: Incoming, what: Found, chosen: Collection[str]) -> dict[str, str]:
    """Return what stands for each form where there is no key: in categories, names and memos on the study.

    Use it with `freezing.without`.
    """
    whole = labels(incoming)
    parts = [(each.words, some) for each, some in zip(incoming.remarks, what.remarks, strict=True)]
    parts += [(each.text, some) for each, some in zip(incoming.texts, what.texts, strict=True)]
    return {
        text[each.start : each.end]: f"[{each.kind.label}]"
        for text, some in (*parts, (whole, what.labels))
        for each in _chosen(some, chosen)
    }


def moved(incoming: Incoming, moves: Mapping[int, Moves]) -> list[Marked]:
    """Return the codings where they stand now, in the order of the file; texts without moves stayed as they were."""
    marks = incoming.marks
    start, end = marks.start.copy(), marks.end.copy()
    for text, how in moves.items():
        here = np.flatnonzero(marks.text == text)
        start[here], end[here] = how.moved(marks.start[here], marks.end[here])
    columns = (marks.row, marks.text, marks.coder, marks.code, start, end, marks.is_quotation.astype(bool))
    return list(map(Marked._make, zip(*(column.tolist() for column in columns), marks.made, strict=True)))
