"""Areas of pictures, rectangles of pages and moments become lines of texts: what is coded in them is coded in words.

Texts keep their signs in their places: lines are only added behind them.
"""

from __future__ import annotations

import uuid
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from nahraum.base.language import gettext as _
from nahraum.evidence.voices.beside import Pixels, area_at, region_guid
from nahraum.evidence.voices.exchange.model import (
    Kind,
    Medium,
    On,
    Project,
    Region,
    Role,
    Selections,
    Text,
    fingerprint,
)
from nahraum.evidence.voices.incoming.heard import Heard, clock, spoken
from nahraum.evidence.voices.incoming.pages import Box, How, paged
from nahraum.evidence.voices.incoming.terms import fit
from nahraum.evidence.voices.texts import Segment

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InLines:
    """A project whose pictures and recordings are texts as far as can be.

    ``segments``: what is known of the stretches of a text, by its number; ``beside``: the number of the text for each
    medium (GUID) that lies beside one; ``lowered``: rows of the codings that stood on media and parts of them;
    ``repeated``: numbers of texts whose words are in others now; ``placed``: codings by how they found their place.
    """

    project: Project
    segments: Mapping[int, tuple[Segment, ...]]
    beside: Mapping[str, int]
    lowered: frozenset[int]
    repeated: frozenset[int]
    placed: Mapping[str, int]


def in_lines(project: Project, pixels: Mapping[str, Pixels | None]) -> InLines:
    """Return the project in lines; ``pixels``: size of each picture (GUID) whose file can be read."""
    work = _Work(project=project, texts=list(project.texts))
    for number, medium in enumerate(project.media):
        if medium.kind is Kind.PICTURE:
            _picture(work, number, medium, pixels.get(medium.guid))
        elif medium.kind is Kind.PDF:
            _document(work, number, medium)
        else:
            _recording(work, number, medium)
    for number, text in enumerate(work.texts):
        if text.points and text.text:
            work.segments[number] = spoken(text)
    return _done(work)


@dataclass(slots=True)
class _Work:
    """Texts so far; ``owned``: owner -> numbers of texts; ``regions``: medium -> its regions.

    ``stretches``: where each region lies now (its number -> text, start, end); ``whole``: medium -> text; ``unsaid``:
    what of a region is not its words; ``how``: by what a region found its place, where that is told. ``coded``: regions
    with codings; ``marked``: texts in which something is selected, or that are coded as a whole.
    """

    project: Project
    texts: list[Text]
    segments: dict[int, tuple[Segment, ...]] = field(default_factory=dict)
    beside: dict[str, int] = field(default_factory=dict)
    stretches: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    whole: dict[int, int] = field(default_factory=dict)
    unsaid: dict[int, tuple[str, str]] = field(default_factory=dict)
    repeated: set[int] = field(default_factory=set)
    owned: dict[str, list[int]] = field(default_factory=dict)
    regions: dict[int, list[int]] = field(default_factory=dict)
    how: dict[int, str] = field(default_factory=dict)
    coded: set[int] = field(init=False)
    marked: set[int] = field(init=False)

    def __post_init__(self) -> None:
        codings = self.project.codings
        self.coded = set(codings.number[codings.on == On.REGION].tolist())
        self.marked = {*self.project.selections.text.tolist(), *codings.number[codings.on == On.TEXT].tolist()}
        for number, text in enumerate(self.project.texts):
            if text.owner:
                self.owned.setdefault(text.owner, []).append(number)
        for number, region in enumerate(self.project.regions):
            self.regions.setdefault(region.medium, []).append(number)


def _worded(work: _Work, medium: Medium) -> int:
    """Return the number of the text that says what stands in a medium; a new one where there is none."""
    for n in work.owned.get(medium.guid, ()):
        if work.texts[n].text is not None:
            return n
    guid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"nahraum text of {medium.guid}"))
    work.texts.append(Text(guid=guid, role=Role.DESCRIPTION, owner=medium.guid, text="", stamp=medium.stamp))
    return len(work.texts) - 1


def _picture(work: _Work, number: int, medium: Medium, pixels: Pixels | None) -> None:
    """Give a picture a text in which every region is a line."""
    described = _worded(work, medium)
    text = work.texts[described]
    words = _Lines(guid=text.guid, pieces=[fit(text.text or "")])
    cards: dict[Stretch, Segment] = {}
    for count, n in enumerate(work.regions.get(number, ()), 1):
        region = work.project.regions[n]
        start, end = words.place(_said(work, n, region) or _("Part {n} of the picture").format(n=count), region)
        work.stretches[n] = (described, start, end)
        if area := area_at(region.place, pixels):
            cards[start, end] = Segment(start=start, end=end, area=area)
    said = words.text
    if not said.strip():
        words.add(_normal(medium.name) or _("Picture without words"))
        said = words.text
    work.segments[described] = tuple(cards[place] for place in sorted(cards))
    work.texts[described] = _with(replace(text, text=said, sha256=fingerprint(said)), medium)
    work.beside[medium.guid], work.whole[number] = described, described


def _said(work: _Work, number: int, region: Region) -> str:
    """Return the words of a region: its representation, else description, else name; the rest stays beside them."""
    said = [n for n in work.owned.get(region.guid, ()) if _normal(work.texts[n].text or "")]
    work.repeated.update(said)
    candidates = [*(work.texts[n].text or "" for n in said), region.description, region.name]
    words = next(filter(None, map(_normal, candidates)), "")
    name, description = ("" if _normal(each) == words else each for each in (region.name, region.description))
    work.unsaid[number] = (name, description)
    return words


@dataclass(slots=True)
class _Lines:
    """A text (its GUID) in the making.

    ``free``: lines by their words that lie nowhere in the picture yet; ``ours``: lines by the GUID that their region
    has in a file of ours; ``taken``: those that lie somewhere; ``held``: what lies where.
    """

    guid: str
    pieces: list[str]
    free: dict[str, deque[Stretch]] = field(default_factory=dict)
    ours: dict[tuple[str, str], Stretch] = field(default_factory=dict)
    taken: set[Stretch] = field(default_factory=set)
    held: dict[tuple[str, tuple[int, ...]], Stretch] = field(default_factory=dict)
    length: int = 0

    def __post_init__(self) -> None:
        for words in self.pieces[0].split("\n"):
            line = (self.length, self.length + len(words))
            self.free.setdefault(_normal(words), deque()).append(line)
            self.ours[region_guid(self.guid, *line), _normal(words)] = line
            self.length = line[1] + 1
        self.length -= 1

    def place(self, words: str, region: Region) -> Stretch:
        """Return the line of a region: one of the same words that lies nowhere else, else a new one."""
        if (words, region.place) not in self.held:
            mine = self.ours.get((region.guid, words))
            line = mine if mine and mine not in self.taken else self._next(words)
            self.taken.add(line)
            self.held[words, region.place] = line
        return self.held[words, region.place]

    def _next(self, words: str) -> Stretch:
        free = self.free.get(words, deque())
        while free:
            line = free.popleft()
            if line not in self.taken:
                return line
        return self.add(words)

    def add(self, words: str) -> Stretch:
        """Add a line behind all others."""
        if self.length and not self.pieces[-1].endswith("\n"):
            self.pieces.append("\n")
            self.length += 1
        start = self.length
        self.pieces.append(words)
        self.length += len(words)
        return start, self.length

    @property
    def text(self) -> str:
        """Return all of it."""
        return "".join(self.pieces)


def _document(work: _Work, number: int, medium: Medium) -> None:
    """Give what is selected on pages of a PDF a place in its text; where words do not tell it, a memo says where."""
    some = [n for n in work.regions.get(number, ()) if _says(work, n)]
    if not some and all(work.texts[n].text is None for n in work.owned.get(medium.guid, ())):
        return
    at = _worded(work, medium)
    boxes = []
    for count, n in enumerate(some, 1):
        region = work.project.regions[n]
        own = [k for k in work.owned.get(region.guid, ()) if _normal(work.texts[k].text or "")]
        words = _normal(work.texts[own[0]].text or "") if own else ""
        called = _normal(region.description) or _normal(region.name) or _("Rectangle {n}").format(n=count)
        boxes.append(Box(place=region.place, words=words, called=called))
        work.repeated.update(k for k in own if k not in work.marked)
    text = work.texts[at]
    done = paged(fit(text.text or ""), boxes)
    for n, box, place, how in zip(some, boxes, done.places, done.how, strict=True):
        region = work.project.regions[n]
        note = "" if how is How.WORDS else box.said
        work.stretches[n] = (at, *place)
        work.unsaid[n] = (region.name, "\n".join(filter(None, (region.description, note))))
        work.how[n] = f"pdf-{how.name.lower()}"
    if done.segments:
        work.segments[at] = done.segments
    work.texts[at] = _with(replace(text, text=done.text, sha256=fingerprint(done.text)), medium)
    work.whole[number] = at


def _says(work: _Work, number: int) -> bool:
    """Return whether a region is coded, or has words, notes or a description."""
    region = work.project.regions[number]
    return bool(region.guid in work.owned or region.notes or region.description.strip() or number in work.coded)


def _normal(words: str) -> str:
    return " ".join(fit(words).split())


def _recording(work: _Work, number: int, medium: Medium) -> None:
    """Lay a recording beside its transcript, one with times before all others; moments become its lines."""
    there = [n for n in work.owned.get(medium.guid, ()) if (work.texts[n].text or "").strip()]
    if not there:
        return
    heard = {n: Heard(spoken(work.texts[n])) for n in there}
    chosen = next((n for n in there if heard[n].segments), there[0])
    work.texts[chosen] = _with(work.texts[chosen], medium)
    work.whole[number] = chosen
    if medium.kind is Kind.AUDIO:
        work.beside[medium.guid] = chosen
    for n in work.regions.get(number, ()):
        region = work.project.regions[n]
        begin, end = sorted(region.place)
        if place := heard[chosen].between(begin, end):
            work.stretches[n] = (chosen, *place)
            told = region.description
            if medium.kind is Kind.VIDEO:
                work.how[n] = "film-whole" if heard[chosen].are_all(begin, end) else "film-part"
                if work.how[n] == "film-part" and _says(work, n):
                    told = "\n".join(filter(None, (told, _film(begin, end))))
            work.unsaid[n] = (region.name, told)


def _film(begin: int, end: int) -> str:
    return _("Film, from {begin} to {end}; its lines are said before or longer.").format(
        begin=clock(begin), end=clock(end)
    )


def _with(text: Text, medium: Medium) -> Text:
    """Return a text that takes over what is said of its medium as a whole."""
    description = "\n".join(filter(str.strip, (text.description, medium.description)))
    return replace(
        text, description=description, notes=(*text.notes, *medium.notes), values=(*text.values, *medium.values)
    )


def _done(work: _Work) -> InLines:
    """Return the project with its codings where the regions lie now; what has no place in a text stays as it is."""
    project, codings = work.project, work.project.codings
    first = len(project.selections)
    row_of = {n: first + k for k, n in enumerate(work.stretches)}
    on, number = codings.on.copy(), codings.number.copy()
    on_regions = number[on == On.REGION].tolist()
    lowered = set()
    for row, (what, at) in enumerate(zip(on.tolist(), number.tolist(), strict=True)):
        if what == On.REGION and at in row_of:
            on[row], number[row] = On.SELECTION, row_of[at]
        elif what == On.MEDIUM and at in work.whole:
            on[row], number[row] = On.TEXT, work.whole[at]
        else:
            continue
        lowered.add(row)
    return InLines(
        project=replace(
            project,
            texts=tuple(work.texts),
            media=tuple(
                replace(each, notes=(), description="", values=()) if n in work.whole else each
                for n, each in enumerate(project.media)
            ),
            regions=tuple(
                replace(each, notes=()) if n in work.stretches else each for n, each in enumerate(project.regions)
            ),
            selections=_selections(work),
            codings=replace(codings, on=on, number=number),
        ),
        segments=work.segments,
        beside=work.beside,
        lowered=frozenset(lowered),
        repeated=frozenset(work.repeated),
        placed=Counter(work.how[at] for at in on_regions if at in work.how),
    )


def _selections(work: _Work) -> Selections:
    there, regions = work.project.selections, work.project.regions
    places = np.array(list(work.stretches.values()), dtype=np.int64).reshape(-1, 3)
    some = list(work.stretches)
    nothing = ("",) * len(some)
    return Selections(
        guid=(*there.guid, *(regions[n].guid for n in some)),
        text=np.concatenate([there.text, places[:, 0]]),
        start=np.concatenate([there.start, places[:, 1]]),
        end=np.concatenate([there.end, places[:, 2]]),
        name=(*there.name, *(work.unsaid[n][0] for n in some)),
        description=(*there.description, *(work.unsaid[n][1] for n in some)),
        stamp=(*there.stamp, *(regions[n].stamp for n in some)),
        first=(*there.first, *nothing),
        last=(*there.last, *nothing),
        notes=(*there.notes, *((len(there) + k, note) for k, n in enumerate(some) for note in regions[n].notes)),
    )
