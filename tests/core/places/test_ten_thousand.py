"""Ten thousand areas: read, checked, compared and carried over in seconds and without a table of 10,000 x 10,000."""

import time
from collections import Counter

import numpy as np
import pytest

from nahraum.base.strict import build
from nahraum.evidence.indicators.show.maps import geojson_by_key
from nahraum.places.carry import by_area, by_people
from nahraum.places.crosswalk import issues_of
from nahraum.places.versions import Fate, Version, compare_versions
from nahraum.projects.areas import read_places
from nahraum.projects.file import AreasSpec
from tests.many_areas import SIDE, boundary_file, district_file

LIMIT_S = 30.0  # on a loaded machine; alone about 2 s each
PART = {
    "id": "raster",
    "name": "Raster",
    "levels": [
        {"id": "block", "name": "Block", "key": "nr", "label": "name"},
        {"id": "district", "name": "Bezirk", "key": "bez", "geometry": "districts.geojson", "geometry_key": "id"},
        {"id": "city", "name": "Stadt", "all": "Rasterstadt"},
    ],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("many")
    (found / "old.geojson").write_bytes(boundary_file())
    (found / "new.geojson").write_bytes(boundary_file(merged=True))
    (found / "districts.geojson").write_bytes(district_file())
    return found


def places(folder, file):
    return read_places(build(AreasSpec, {**PART, "file": file}, "areas"), folder)


def version(found):
    names = {area.key: area.name for area in found.system.at("block")}
    return Version(names=names, boundaries=found.boundaries)


def test_ten_thousand_areas_are_read_and_checked_in_seconds(folder):
    start = time.perf_counter()
    found = places(folder, "old.geojson")
    assert time.perf_counter() - start < LIMIT_S
    assert len(found.system.at("block")) == SIDE * SIDE
    # Corners on the straight border of a district stay on it: every block lies in its own.
    assert (found.issues, found.spots) == ((), ())
    assert len(geojson_by_key(found.boundaries)) == SIDE * SIDE


def test_the_first_two_of_each_row_were_merged_and_nothing_else_changed(folder):
    old, new = places(folder, "old.geojson"), places(folder, "new.geojson")
    start = time.perf_counter()
    found = compare_versions(version(old), version(new))
    walk = by_area(old.boundaries, new.boundaries)
    assert time.perf_counter() - start < LIMIT_S
    assert found.overlap_m2.nnz < 10 * SIDE * SIDE, "a table of 10,000 x 10,000 numbers has 800 MB"
    assert Counter(change.fate for change in found.changes) == {
        Fate.MERGED: SIDE,
        Fate.UNCHANGED: SIDE * SIDE - 2 * SIDE,
    }
    assert walk.crosswalk.share == (1.0,) * (SIDE * SIDE)
    assert issues_of(walk.crosswalk, old.boundaries.keys, new.boundaries.keys) == ()
    back = by_people(new.boundaries, old.boundaries, old.boundaries, np.ones(SIDE * SIDE).tolist())
    halves = Counter(round(share, 6) for share in back.crosswalk.share)
    assert halves == {1.0: SIDE * SIDE - 2 * SIDE, 0.5: 2 * SIDE}  # one person lives in each half
