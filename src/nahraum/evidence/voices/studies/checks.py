"""What breaks a rule of the method: one function per rule, each with the numbers that its message names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nahraum.base import Period, PeriodKind
from nahraum.base.strict import within
from nahraum.evidence.voices.studies.terms import Background, Collection, Method, Study

Found = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the rules compare with; the defaults are those of the Leverkusen study of 2020."""

    most_in_group: int = within(6, 2, 100)
    interview_minutes: tuple[int, int] = (15, 45)
    contact_attempts: int = within(3, 1, 20)


def each(
    broken: Callable[[Study, Collection, Limits], Found | None],
) -> Callable[[Study, Sequence[Collection], Limits], Iterator[Found]]:
    """Make a rule about single collections one about all of them."""

    def find(study: Study, collections: Sequence[Collection], limits: Limits) -> Iterator[Found]:
        for collection in collections:
            found = broken(study, collection, limits)
            if found is not None:
                yield {"id": collection.id, "collection": collection.name, **found}

    return find


def above(count: int | None, most: int) -> Found | None:
    """Find a count above its limit."""
    return {"count": count, "most": most} if count is not None and count > most else None


def group(_study: Study, collection: Collection, limits: Limits) -> Found | None:
    """Find the largest group of a collection where it is too large."""
    largest = max(collection.group_sizes, default=None)
    if largest is None and collection.groups and collection.participants:
        largest = -(-collection.participants // collection.groups)  # one group at least has the mean, rounded up
    return above(largest, limits.most_in_group)


def group_sum(_study: Study, collection: Collection, _limits: Limits) -> Found | None:
    """Find groups that do not add up to those who took part."""
    total = sum(collection.group_sizes)
    if not collection.group_sizes or collection.participants in (None, total):
        return None
    return {"count": total, "participants": collection.participants}


def interview_long(_study: Study, collection: Collection, limits: Limits) -> Found | None:
    """Find a telephone interview that took too long."""
    return above(collection.minutes, limits.interview_minutes[1]) if collection.method is Method.TELEPHONE else None


def interview_short(_study: Study, collection: Collection, limits: Limits) -> Found | None:
    """Find a telephone interview that was very short."""
    least, minutes = limits.interview_minutes[0], collection.minutes
    short = collection.method is Method.TELEPHONE and minutes is not None and minutes < least
    return {"count": minutes, "least": least} if short else None


def negative(_study: Study, collection: Collection, _limits: Limits) -> Found | None:
    """Find a count below zero."""
    names = ("participants", "groups", "rounds", "minutes", "contact_attempts", "invitations", "refusals")
    counts = [getattr(collection, name) or 0 for name in names]
    least = min(*counts, *collection.group_sizes, *collection.backgrounds.values(), 0)
    return {"count": least} if least < 0 else None


def unnoted(name: str) -> Callable[[Study, Collection, Limits], Found | None]:
    """Make a rule that wants something noted wherever people were heard; documents have no participants."""

    def broken(_study: Study, collection: Collection, _limits: Limits) -> Found | None:
        return {} if getattr(collection, name) is None and collection.method is not Method.DOCUMENT else None

    return broken


def backgrounds(_study: Study, collection: Collection, _limits: Limits) -> Found | None:
    """Find more backgrounds than people."""
    total = sum(collection.backgrounds.values())
    more = collection.participants is not None and total > collection.participants
    return {"count": total, "participants": collection.participants} if more else None


def refusals(_study: Study, collection: Collection, _limits: Limits) -> Found | None:
    """Find more refusals than invitations."""
    return above(collection.refusals, collection.invitations) if collection.invitations is not None else None


def package_unknown(study: Study, collection: Collection, _limits: Limits) -> Found | None:
    """Find a work package that the study does not have."""
    known = not collection.package or study.package(collection.package) is not None
    return None if known else {"package": collection.package}


def outside_package(study: Study, collection: Collection, _limits: Limits) -> Found | None:
    """Find a day outside of its work package."""
    package = study.package(collection.package)
    if package is None or collection.day is None or package.start <= collection.day <= package.end:
        return None
    days = {"day": collection.day, "start": package.start, "end": package.end}
    return {"package": package.title, **{name: _shown(day) for name, day in days.items()}}


def _shown(day: date) -> str:
    return Period(start=day, end=day, kind=PeriodKind.KEY_DATE).label


def space_unknown(study: Study, collection: Collection, _limits: Limits) -> Found | None:
    """Find a space that the study did not choose."""
    return {"space": collection.space} if collection.space not in (None, *study.spaces) else None


def _methods_in(collections: Sequence[Collection], space: str) -> set[Method]:
    return {each.method for each in collections if each.space == space}


def space_empty(study: Study, collections: Sequence[Collection], _limits: Limits) -> Iterator[Found]:
    """Find spaces in which nobody was heard."""
    yield from ({"space": space} for space in study.spaces if not _methods_in(collections, space))


def one_method(study: Study, collections: Sequence[Collection], _limits: Limits) -> Iterator[Found]:
    """Find spaces that rest on a single method."""
    for space in study.spaces:
        methods = _methods_in(collections, space)
        if len(methods) == 1:
            yield {"space": space, "method": next(iter(methods)).label}


def no_residents(_study: Study, collections: Sequence[Collection], _limits: Limits) -> Iterator[Found]:
    """Find that backgrounds were recorded and none is that of a resident."""
    recorded = [collection.backgrounds for collection in collections if collection.backgrounds]
    if recorded and not any(each.get(Background.RESIDENT) for each in recorded):
        yield {}


def ids_twice(_study: Study, collections: Sequence[Collection], _limits: Limits) -> Iterator[Found]:
    """Find ids that are given twice."""
    ids = [each.id for each in collections]
    yield from ({"id": id} for id in dict.fromkeys(ids) if ids.count(id) > 1)
