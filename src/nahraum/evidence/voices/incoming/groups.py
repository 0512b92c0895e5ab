"""How a project groups its texts: by cases, by sets, one by one, or all together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nahraum.base.language import gettext as _
from nahraum.base.language import speaking
from nahraum.evidence.voices.codings import Ints
from nahraum.evidence.voices.exchange.model import NOWHERE, Project
from nahraum.evidence.voices.incoming.terms import Group, line
from nahraum.evidence.voices.outgoing import ABOUT_COLLECTIONS, DAY, METHOD, PARTICIPANTS, PLACE, SPACE
from nahraum.evidence.voices.studies.terms import Method
from nahraum.evidence.voices.texts import Text

CASES, SETS, EACH, ALL = "cases", "sets", "texts", "all"
MOST = 300  # groups that a person can decide about
LANGUAGES = ("de", "en")  # in which a file may name a method
NAME = 200  # signs of a name, as everywhere here


def cases_of(project: Project, number: Ints) -> tuple[Group, ...]:
    """Return the cases with those of their texts that are taken."""
    place = {text.guid: int(n) for text, n in zip(project.texts, number.tolist(), strict=True)}
    of_media = {text.owner: place[text.guid] for text in project.texts if text.owner}
    names = {each.guid: line(each.name) for each in project.variables}
    return tuple(
        Group(
            name=line(each.name)[:NAME],
            texts=_taken(place.get(guid, of_media.get(guid, NOWHERE)) for guid in each.sources),
            values={names[v.variable]: line(v.value) for v in each.values if v.value and v.value.strip()},
        )
        for each in project.cases
    )


def sets_of(project: Project, number: Ints) -> tuple[Group, ...]:
    """Return the sets with those of their texts that are taken."""
    place = {text.guid: int(n) for text, n in zip(project.texts, number.tolist(), strict=True)}
    of_media = {text.owner: place[text.guid] for text in project.texts if text.owner}
    return tuple(
        Group(
            name=line(each.name)[:NAME],
            texts=_taken(place.get(guid, of_media.get(guid, NOWHERE)) for guid in each.sources),
        )
        for each in project.sets
        if each.sources
    )


def _taken(numbers: object) -> tuple[int, ...]:
    return tuple(n for n in dict.fromkeys(numbers) if n != NOWHERE)  # type: ignore[call-overload]


def groupings(texts: Sequence[Text], cases: Sequence[Group], sets: Sequence[Group]) -> dict[str, tuple[Group, ...]]:
    """Return the ways to group texts, the most telling first; each puts every text into exactly one group."""
    every = tuple(range(len(texts)))
    ways = {
        CASES: _apart(cases, every),
        SETS: _apart(sets, every),
        EACH: tuple(Group(name=each.name, texts=(n,)) for n, each in enumerate(texts)),
        ALL: (Group(name="", texts=every),) if every else (),
    }
    return {way: found for way, found in ways.items() if found and len(found) <= MOST}


def _apart(groups: Sequence[Group], every: Sequence[int]) -> tuple[Group, ...]:
    """Give every text to the first group that has it; the rest makes one more. None where no group has a text."""
    free, found = set(every), []
    for each in groups:
        mine = tuple(n for n in each.texts if n in free)
        free -= set(mine)
        if mine:
            found.append(Group(name=each.name, texts=mine, values=each.values))
    if found and free:
        found.append(Group(name="", texts=tuple(n for n in every if n in free)))
    return tuple(found)


def guessed(group: Group, spaces: dict[str, str]) -> dict[str, str]:
    """Return method, space, day, place and participants that the file says of a group; ``spaces``: words of each
    key. Empty where nothing tells: a wrong method would decide what is quoted.
    """
    asked = {"method": METHOD, "space": SPACE, "day": DAY, "place": PLACE, "participants": PARTICIPANTS}
    said = {
        key: next((group.values[name] for name in names if name in group.values), "") for key, names in asked.items()
    }
    methods: dict[str, str] = {each.value: each.value for each in Method}
    for spoken in LANGUAGES:
        with speaking(spoken):
            methods |= {each.label.casefold(): each.value for each in Method}
    keys = {words.casefold(): key for key, words in spaces.items()}
    return said | {
        "method": methods.get(said["method"].casefold(), ""),
        "space": keys.get(said["space"].casefold(), ""),
    }


def told_by(cases: Sequence[Group], sets: Sequence[Group], way: str) -> Callable[[int], dict[str, str]]:
    """Return what tells of a text what cases and sets say, as variables; what its collection holds is left out, and
    what its cases do not agree on.
    """
    of_text = {CASES: _by_text(cases), SETS: _by_text(sets)}

    def told_of(text: int) -> dict[str, str]:
        stated = _stated(of_text[CASES].get(text, ()))
        found = {
            name: next(iter(values))
            for name, values in stated.items()
            if len(values) == 1 and (way != CASES or name not in ABOUT_COLLECTIONS)
        }
        for name, left in ((_("Case"), CASES), (_("Set"), SETS)):
            members = of_text[left].get(text, [])[1 if way == left else 0 :]  # the first is its collection there
            if names := [each.name for each in members if each.name]:
                found[name] = "; ".join(names)
        return found

    return told_of


def disputed(cases: Sequence[Group], texts: Sequence[Text]) -> int:
    """Return how many attributes of texts their cases state differently, so that none of the values is taken."""
    return sum(
        len(values) > 1 and name not in texts[n].variables
        for n, some in _by_text(cases).items()
        for name, values in _stated(some).items()
    )


def _stated(cases: Sequence[Group]) -> dict[str, set[str]]:
    """Return what cases of one text state of it: every value of each variable."""
    found: dict[str, set[str]] = {}
    for each in cases:
        for name, value in each.values.items():
            found.setdefault(name.replace("=", ":"), set()).add(value)
    return found


def _by_text(groups: Sequence[Group]) -> dict[int, list[Group]]:
    found: dict[int, list[Group]] = {}
    for each in groups:
        for text in each.texts:
            found.setdefault(text, []).append(each)
    return found
