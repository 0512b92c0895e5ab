"""Every write about areas: a system is stored whole, with the files it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from nahraum.base import BadInput, Severity
from nahraum.evidence.indicators.show import maps
from nahraum.projects.areas import Places
from nahraum_site.accounts.models import User
from nahraum_site.places.models import Area, AreaSelection, AreaSystem, Stewardship, SystemFile
from nahraum_site.records import log
from nahraum_site.records.files import forget, keep
from nahraum_site.records.models import File

BATCH = 1000


@transaction.atomic
def store_system(
    places: Places,
    part: Mapping[str, Any],
    files: Mapping[str, File],
    user: User | None,
    checked: Sequence[Mapping[str, Any]] = (),
) -> AreaSystem:
    """Store one version of the areas with what the check found; the same section over the same files is stored once."""
    known = _same(part, files)
    if known:
        return known
    core, bounds = places.system, places.boundaries
    system = AreaSystem.objects.create(
        key=core.id,
        name=core.name,
        finest=core.finest.name,
        above=core.levels[1].name if len(core.levels) > 2 else "",
        context=maps.context_geojson(bounds) if bounds else [],
        part=part,
        checked=list(checked),
        made_by=user,
    )
    SystemFile.objects.bulk_create(SystemFile(system=system, name=name, file=file) for name, file in files.items())
    shapes = maps.geojson_by_key(bounds) if bounds else {}
    Area.objects.bulk_create(
        (
            Area(
                system=system,
                key=area.key,
                name=area.name,
                parent=_name_above(places, area),
                position=n,
                geometry=shapes.get(area.key),
            )
            for n, area in enumerate(core.at(core.finest.id))
        ),
        batch_size=BATCH,
    )
    log.write(user, "areas.stored", system, after={"key": core.id, "areas": len(core.at(core.finest.id))})
    return system


def adopt(
    new: AreaSystem,
    old: AreaSystem,
    upload: Any,
    valid_to: date,
    user: User,
    *,
    read: Callable[[Mapping[str, Any], Mapping[str, File]], Places],
) -> AreaSystem:
    """Store a version once more with a crosswalk from an earlier one.

    Raises BadInput and WrongRequest where it does not fit; nothing is kept then.
    """
    table = keep(f"ueberleitung-{old.pk}-{new.pk}.csv", upload.chunks(), user)
    earlier = {"valid_to": valid_to.isoformat(), "crosswalk": table.name, "id": old.key, "name": old.name}
    part = {**new.part, "earlier": [*new.part.get("earlier", []), earlier]}
    files = {each.name: each.file for each in new.files.select_related("file")} | {table.name: table}
    try:
        places = read(part, files)
        if wrong := [issue for issue in places.issues if issue.severity is Severity.ERROR]:
            raise BadInput(wrong)
        return store_system(places, part, files, user, new.checked)
    except BaseException:
        forget(table)
        raise


def with_dates(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a section [areas] with its dates as dates, as the core wants them (JSON holds texts)."""
    found = dict(part)
    for name in ("valid_from", "valid_to"):
        if isinstance(found.get(name), str):
            found[name] = date.fromisoformat(found[name])
    found["earlier"] = [
        {**each, "valid_to": date.fromisoformat(each["valid_to"])} if isinstance(each.get("valid_to"), str) else each
        for each in found.get("earlier", ())
    ]
    return found


def _name_above(places: Places, area: Any) -> str:
    levels = places.system.levels
    above = places.system.ancestor(area, levels[1].id) if len(levels) > 2 else None
    return above.name if above else ""


def with_own_id(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a section [areas] with an id that no version of another name has: editions know areas again by it."""
    others = set(AreaSystem.objects.exclude(name=part["name"]).values_list("key", flat=True))
    ids = (part["id"], *(f"{part['id']}-{n}" for n in range(2, len(others) + 3)))
    return {**part, "id": next(id for id in ids if id not in others)}


def is_taken(part: Mapping[str, Any], files: Mapping[str, File]) -> bool:
    """Say whether another version has this name: the two would be taken for the same areas, and few people in a strip
    between them would not be protected.
    """
    return AreaSystem.objects.filter(key=part["id"]).exists() and _same(part, files) is None


def _same(part: Mapping[str, Any], files: Mapping[str, File]) -> AreaSystem | None:
    wanted = {name: file.sha256 for name, file in files.items()}
    for system in AreaSystem.objects.filter(key=part["id"]).prefetch_related("files__file"):
        if system.part == part and {each.name: each.file.sha256 for each in system.files.all()} == wanted:
            return system
    return None


@transaction.atomic
def give_spaces(user: User, areas: Iterable[str], actor: User) -> None:
    """Store which areas somebody looks after, in place of what was said before."""
    after = sorted(set(areas))
    before = sorted(user.stewardships.values_list("area", flat=True))
    user.stewardships.all().delete()
    Stewardship.objects.bulk_create(Stewardship(user=user, area=area) for area in after)
    log.write(actor, "spaces.given", user, before={"areas": before}, after={"areas": after})


@transaction.atomic
def select_areas(
    areas: Sequence[Mapping[str, str]], user: User, *, reason: str, origin: str, address: str
) -> AreaSelection:
    """Keep which areas somebody chose and from what; ``areas``: key, name and lasting address of each."""
    made = AreaSelection.objects.create(areas=list(areas), reason=reason, origin=origin, address=address, made_by=user)
    log.write(user, "areas.selected", made, after={"areas": [each["key"] for each in areas]})
    return made
