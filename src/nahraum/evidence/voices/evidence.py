"""Evidence that findings cite: a statement about a space and a category, how strong it is, and its quotations.

Strength is told as counts, never as one figure: texts, methods and coders say different things. Whose codings count is
part of the evidence. It remembers the segments it rests on, so that it can say when the codings have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Collection as Ids
from dataclasses import dataclass, field, replace
from hashlib import sha256

from nahraum.base import Issue, Severity, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.codings import Codings, Ints
from nahraum.evidence.voices.condensing.grid import Check, Stretch, compare
from nahraum.evidence.voices.studies.keeping import FEW, held_back
from nahraum.evidence.voices.studies.terms import Collection, Method


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words as they stand in a text (its id), [start, end) in code points. ``held_back``: why they stay inside;
    ``is_original``: somebody said them so; else they are the words of the protocol.
    """

    words: str
    text: str
    start: int
    end: int
    collection: str
    held_back: Issue | None = None
    is_original: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """What a statement rests on: different segments, texts, methods and coders."""

    segments: int
    texts: int
    methods: tuple[Method, ...]
    coders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A statement of the team. ``space``: key of an area, None for city-wide; ``category``: its id; ``whose``: whose
    codings count, in words. ``id`` stays when the codings change. ``rests_on``: its segments, ``seen``: all that lay in
    its cell when it was written. ``held_back``: why it stays inside, as it says nearly what is quoted for it.
    """

    id: str
    statement: str
    space: str | None
    category: str
    whose: str
    strength: Strength
    quotations: tuple[Quotation, ...]
    rests_on: frozenset[Stretch]
    seen: frozenset[Stretch]
    held_back: Issue | None = None

    def check(self, now: frozenset[Stretch]) -> Check:
        """Say what changed since it was written, given the segments in its cell now; it is outdated if that does not
        hold (``Check.holds``), and without support where every segment it rests on is lost.
        """
        return compare(self.rests_on, self.seen, now)

    @property
    def shown(self) -> Evidence:
        """Return the evidence as those outside the study see it: the words held back are not in it, nor any place of a
        segment but those of the quotations shown. A statement held back keeps no id that follows from its words.
        """
        kept = (
            quotation if quotation.held_back is None else replace(quotation, words="", text="", start=0, end=0)
            for quotation in self.quotations
        )
        found = replace(self, quotations=tuple(kept), rests_on=frozenset(), seen=frozenset())
        if self.held_back is None:
            return found
        follows = self.id == _id_of(self.space, self.category, self.statement)
        return replace(found, statement="", id="" if follows else self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """T texts: their ids, the id of each one's collection, the study's collections, and a way to read words.

    ``singled``: texts that a limit to attributes leaves with too few others, and how many these are (see `traits`).
    ``known``: whose quotations are held back and why, found out once for each collection; never copied along.
    """

    texts: Sequence[str]
    collection: Sequence[str]
    collections: Mapping[str, Collection]
    words: Callable[[int, int, int], str]
    singled: Mapping[int, int] = field(default_factory=dict)
    known: dict[tuple[int, frozenset[str]], dict[str, Issue | None]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )


def evidence(
    statement: str,
    *,
    space: str | None,
    category: str,
    whose: str,
    codings: Codings,
    behind: Ints,
    quoted: Ints,
    material: Material,
    cell: Ints | None = None,
    id: str = "",
    few: int = FEW,
    released: Ids[str] = frozenset(),
) -> Evidence:
    """Return what findings can cite. ``behind``: numbers of the codings it rests on, ``quoted``: those to be quoted,
    ``cell``: all of its space and category (without them: those it rests on). ``id``: that of the statement where it
    has one; else it follows from space, category and the words of the statement.

    Raises WrongRequest where nothing supports the statement, or where a quotation does not.
    """
    if not statement.strip() or not len(behind):
        raise WrongRequest(_("Evidence needs a statement and one coded segment at least."))
    if not set(quoted.tolist()) <= set(behind.tolist()):
        raise WrongRequest(_("Only segments that support the statement can be quoted for it."))
    chosen = codings.where(behind)
    places = set(zip(chosen.text.tolist(), chosen.start.tolist(), chosen.end.tolist(), strict=True))
    texts = {text for text, _start, _end in places}
    used = {material.collections[material.collection[text]].method for text in texts}
    marks = codings.where(quoted)
    marked = dict.fromkeys(zip(marks.text.tolist(), marks.start.tolist(), marks.end.tolist(), strict=True))
    rests_on = stretches(codings, behind, material)
    return Evidence(
        id=id or _id_of(space, category, statement),
        statement=statement,
        space=space,
        category=category,
        whose=whose,
        strength=Strength(
            segments=len(places),
            texts=len(texts),
            methods=tuple(method for method in Method if method in used),
            coders=len(set(chosen.coder.tolist())),
        ),
        quotations=tuple(quotation(material, *stretch, few=few, released=released) for stretch in marked),
        rests_on=rests_on,
        seen=rests_on | (frozenset() if cell is None else stretches(codings, cell, material)),
        held_back=_resting_on_few() if texts <= held_texts(material, few=few, released=released) else None,
    )


def _id_of(space: str | None, category: str, statement: str) -> str:
    return sha256("\0".join((space or "", category, statement)).encode()).hexdigest()[:32]


def _resting_on_few() -> Issue:
    return Issue(
        code="statement-held-back",
        severity=Severity.WARNING,
        message="The statement is held back, for all segments that it rests on are held back.",
        remedy="A releaser decides whether they may be shown.",
    )


def held_texts(material: Material, *, few: int = FEW, released: Ids[str] = frozenset()) -> frozenset[int]:
    """Return the numbers of the texts whose words are held back, and with them what rests on these texts alone."""
    every = tuple(material.collections.values())
    held = {each.id for each in every if held_back(each, every, few=few, released=released)}
    return frozenset(n for n, id in enumerate(material.collection) if id in held or n in material.singled)


def stretches(codings: Codings, chosen: Ints, material: Material) -> frozenset[Stretch]:
    """Return where some codings stand, however many coders or codes marked the same segment."""
    rows = zip(*(column[chosen].tolist() for column in (codings.text, codings.start, codings.end)), strict=True)
    return frozenset(Stretch(text=material.texts[text], start=start, end=end) for text, start, end in rows)


def quotation(
    material: Material, text: int, start: int, end: int, *, few: int = FEW, released: Ids[str] = frozenset()
) -> Quotation:
    """Return the words of a segment, and whether they are held back."""
    id = material.collection[text]
    collection = material.collections[id]
    known = material.known.setdefault((few, frozenset(released)), {})
    if id not in known:
        every = tuple(material.collections.values())
        known[id] = held_back(collection, every, few=few, released=released)
    return Quotation(
        words=material.words(text, start, end),
        text=material.texts[text],
        start=start,
        end=end,
        collection=collection.id,
        held_back=known[id] or _singled(material, text),
    )


def _singled(material: Material, text: int) -> Issue | None:
    """Say why words are held back behind attributes; a release is about a collection and does not change it."""
    if text not in material.singled:
        return None
    return Issue(
        code="quotations-singled-out",
        severity=Severity.WARNING,
        message="Behind these attributes quotations are held back, for insiders may know the speaker: with the same "
        "method and space they are noted of so many texts: {count}.",
        remedy="Quote it without the attributes.",
        params={"count": material.singled[text]},
    )
