"""What the core reads from a stored version of the areas, kept in memory: comparing versions reads no file twice."""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from nahraum.base.strict import build
from nahraum.places.carry import Weighted, by_area, by_people
from nahraum.places.outlines import Outlines, outlines
from nahraum.places.population import people_of
from nahraum.places.versions import Version, VersionComparison, compare_versions
from nahraum.projects.areas import Places, read_places
from nahraum.projects.file import AreasSpec
from nahraum.sources import apart
from nahraum.sources.geo import read_geometry
from nahraum_site.places.actions import with_dates
from nahraum_site.places.models import AreaSystem
from nahraum_site.records.models import File

KEPT = 4
_read: OrderedDict[UUID, Places] = OrderedDict()
_reading = threading.Lock()


def read_part(part: Mapping[str, Any], files: Mapping[str, File]) -> Places:
    """Return what a section [areas] with these files holds. BadInput and WrongRequest as the core raises them."""
    with tempfile.TemporaryDirectory() as folder:
        for name, file in files.items():
            link = Path(folder, name)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(file.path.resolve())
        return read_places(build(AreasSpec, with_dates(part), "areas"), Path(folder))


def places_of(system: AreaSystem) -> Places:
    """Return a stored version as the core knows it; versions never change, so it is read once."""
    with _reading:
        if system.uuid not in _read:
            _read[system.uuid] = read_part(
                system.part, {each.name: each.file for each in system.files.select_related("file")}
            )
        _read.move_to_end(system.uuid)
        while len(_read) > KEPT:
            _read.popitem(last=False)
        return _read[system.uuid]


def drawn(places: Places) -> Outlines | None:
    """Return the outlines; None where there are no boundaries."""
    return outlines(places.boundaries) if places.boundaries else None


def compared(old: AreaSystem, new: AreaSystem) -> VersionComparison:
    """Return what became of every area. WrongRequest for versions in different coordinate systems."""
    before, after = (_version(places_of(each)) for each in (old, new))
    return compare_versions(before, after)


def _version(places: Places) -> Version:
    finest = places.system.at(places.system.finest.id)
    return Version(names={area.key: area.name for area in finest}, boundaries=places.boundaries)


def weights(old: AreaSystem, new: AreaSystem, people: tuple[File, str] | None = None) -> Weighted | None:
    """Return the crosswalk by ground, or by ``people`` (file of finer areas, column); None without boundaries."""
    before, after = places_of(old).boundaries, places_of(new).boundaries
    if before is None or after is None:
        return None
    if people is None:
        return by_area(before, after)
    file, column = people
    apart.map_layers(file.path, file.name)
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder, file.name)
        link.symlink_to(file.path.resolve())
        table = read_geometry(link, metric_crs=before.crs)
    finer, inhabitants = people_of(table.geometry, table.attributes, column, before.crs)
    return by_people(before, after, finer, inhabitants)
