"""Mayring's table: a line for each segment of a category, and beside it what was made from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from nahraum.evidence.voices.categories import System
from nahraum.evidence.voices.condensing.chain import Stage
from nahraum_site.voices.coding.counting import codings_that_count
from nahraum_site.voices.coding.models import Coding
from nahraum_site.voices.condensing import kept
from nahraum_site.voices.condensing.kept import Kept
from nahraum_site.voices.models import Study
from nahraum_site.voices.releases.queries import held_back_in
from nahraum_site.voices.texts.models import Text
from nahraum_site.voices.texts.queries import contents_of, listed, texts_of

CITY = "-"  # what is asked for instead of the key of a space


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a cell was not stored, and what was typed; ``theirs``: what somebody else stored meanwhile."""

    message: str
    text: str
    behind: str = ""
    theirs: str = ""


Faults = Mapping[str, Fault]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A step in the table, or the place for one (``version`` 0). ``digest``: of the words that were sent out."""

    id: str
    behind: str
    text: str = ""
    version: int = 0
    digest: str = field(default_factory=lambda: digest(""))
    author: str = ""
    left_out: str = ""
    is_stale: bool = False
    fault: Fault | None = None

    @property
    def is_stored(self) -> bool:
        """Say whether there is such a step."""
        return self.version > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way from a segment on, as far as it was carried: the next empty cell belongs to it."""

    paraphrase: Cell
    generalisation: Cell | None = None
    reductions: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A segment with its words, and what was made from it; ``is_held``: whether it is held back outside the team."""

    place: str
    text: Text
    start: int
    number: int
    words: str
    left_out: str
    ways: tuple[Way, ...]
    is_held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which segments the table holds. ``space``: a key, `CITY`, or empty for all."""

    category: str
    space: str
    whose: str


def choice(given: Mapping[str, Any]) -> Choice:
    """Return what a valid form asks."""
    return Choice(**{name: given[name] for name in ("category", "space", "whose")})


def digest(text: str) -> str:
    """Return what tells whether somebody typed into a cell."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def codings_of(study: Study, system: System, choice: Choice) -> QuerySet[Coding]:
    """Return the codings that count at a category or one below it."""
    below = [each.id for each in system.categories if choice.category in (above.id for above in system.line(each.id))]
    codings = codings_that_count(study, choice.whose).filter(category__in=below)
    if choice.space:
        codings = codings.filter(text__collection__space="" if choice.space == CITY else choice.space)
    return codings


def places_of(study: Study, system: System, choice: Choice) -> list[str]:
    """Return the places of the segments at a category or one below it, each once. Two questions."""
    return kept.places(codings_of(study, system, choice), listed(study))


def lines(study: Study, found: Kept, places: Sequence[str], faults: Faults, more: str = "") -> list[Line]:
    """Return the lines of some segments, with the words of each; ``more``: a segment that gets one more empty cell.

    What could not be stored stands in its cell nonetheless. Three questions.
    """
    few = held_back_in(study)
    ways = _ways(found, places, faults)
    contents = contents_of(texts_of(study).filter(uuid__in={kept.text_of(each) for each in places}))
    made = []
    for place in places:
        text = found.texts[kept.text_of(place)]
        start, end = kept.stretch_of(place)
        words = contents[text.uuid]
        here = ways.get(place, [])
        left_out = found.chain.steps[place].left_out
        if not left_out and (not here or more == place):
            first = _empty(found, place, faults)
            here = [*here, Way(paraphrase=first, generalisation=_empty(found, first.id, faults))]
        made.append(
            Line(
                place=place,
                text=text,
                start=start,
                number=words.count("\n", 0, start) + 1,
                words=words[start:end],
                left_out=left_out,
                ways=tuple(here),
                is_held=str(text.collection.uuid) in few,
            )
        )
    return made


def _empty(found: Kept, behind: str, faults: Faults) -> Cell:
    """Return a place for a step that is not stored yet, with what could not be stored.

    It has the same id for all who see the same chain: of two who write at once, the second is told.
    """
    id = next(each for each in map(str, found.names(behind)) if each not in found.rows)
    fault = faults.get(id)
    return Cell(id=id, behind=behind, text=fault.text if fault else "", fault=fault)


def _ways(found: Kept, places: Sequence[str], faults: Faults) -> dict[str, list[Way]]:
    ways: dict[tuple[str, ...], list[str]] = {}
    for way in found.chain.rows(places):
        if len(way) > 1:
            ways.setdefault(way[:3], []).extend(id for id in way[3:] if id not in ways.get(way[:3], ()))
    made: dict[str, list[Way]] = {}
    for (place, *singles), reductions in ways.items():
        cells = [cell(found, id, faults) for id in singles]
        after = cells[1] if len(cells) > 1 else None
        if after is None and not cells[0].left_out:
            after = _empty(found, cells[0].id, faults)
        some = tuple(cell(found, id, faults) for id in reductions)
        made.setdefault(place, []).append(Way(paraphrase=cells[0], generalisation=after, reductions=some))
    return made


def cell(found: Kept, id: str, faults: Faults | None = None) -> Cell:
    """Return a stored step as a cell; where it could not be stored, with what was typed, and why."""
    step, row, fault = found.chain.steps[id], found.rows[id], (faults or {}).get(id)
    return Cell(
        id=id,
        behind=next(iter(step.behind), ""),
        text=fault.text if fault else step.text,
        version=row.version,
        digest=digest(step.text),
        author=str(row.changed_by),
        left_out=step.left_out,
        is_stale=id in found.stale,
        fault=fault,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many segments a table has, and what of it nothing was made from yet; ``stale``: to be looked at again."""

    segments: int
    open_segments: int
    open_paraphrases: int
    open_generalisations: int
    stale: int


def progress(found: Kept, places: Sequence[str]) -> Progress:
    """Say how far the table is."""
    here, chain = set(places), found.chain

    def own(ids: Iterable[str]) -> int:
        return sum(not here.isdisjoint(found.resting[id]) for id in ids)

    return Progress(
        segments=len(places),
        open_segments=own(chain.open(Stage.SEGMENT)),
        open_paraphrases=own(chain.open(Stage.PARAPHRASE)),
        open_generalisations=own(chain.open(Stage.GENERALISATION)),
        stale=own(found.stale),
    )


def waiting(found: Kept, places: Sequence[str]) -> list[str]:
    """Return those segments with which something is still to be done: nothing made from them yet, or look again."""
    todo = {*found.stale, *(id for stage in list(Stage)[:3] for id in found.chain.open(stage))}
    touched = {segment for id in todo for segment in found.resting[id]}
    return [each for each in places if each in touched]


def reductions_of(found: Kept, places: Sequence[str]) -> list[str]:
    """Return the reductions that rest on some of the segments: those in no further one first, to be bundled; then in
    the order in which they were made.
    """
    here, steps, free = set(places), found.chain.steps, set(found.chain.open(Stage.REDUCTION))
    some = [id for id in found.rows if steps[id].stage is Stage.REDUCTION and not here.isdisjoint(found.resting[id])]
    return [*(id for id in some if id in free), *(id for id in some if id not in free)]


def adrift(found: Kept) -> list[str]:
    """Return the steps behind which no segment is left: it is not coded any more."""
    return [id for id in found.rows if not found.resting[id]]
