"""A city whose areas change in every possible way, each by hand."""

import itertools

import numpy as np
import pytest
import shapely

from nahraum.base import WrongRequest
from nahraum.base.language import speaking
from nahraum.places.boundaries import Boundaries
from nahraum.places.versions import Fate, Version, compare_versions


def version(shapes, names=None, crs="EPSG:25832"):
    """``shapes``: key -> (x from, x to) of a strip one kilometre high, or (x, y, x, y)."""
    boxes = [shapely.box(s[0], 0, s[1], 1000) if len(s) == 2 else shapely.box(*s) for s in shapes.values()]
    boundaries = Boundaries(keys=tuple(shapes), geometry=np.array(boxes, dtype=object), crs=crs)
    return Version(names={key: (names or {}).get(key, f"Gebiet {key}") for key in shapes}, boundaries=boundaries)


def told(old, new, **more):
    return [(c.fate.value, c.old, c.new) for c in compare_versions(old, new, **more).changes]


BEFORE = {
    "a": (0, 1000), "b": (1000, 2000), "c": (2000, 3000), "d": (3000, 4000), "e": (4000, 5000), "f": (5000, 6000),
    "g": (6000, 7000), "h": (7000, 8000), "i": (20_000, 21_000),
}  # fmt: skip


def test_each_fate_once():
    after = {
        "a": (0, 1000),  # unchanged
        "b": (1000, 2000),  # another name
        "C": (2000, 3000),  # another key
        "d": (3000, 3200), "d1": (3200, 4000),  # split
        "ef": (4000, 6000),  # merged
        "g": (6000, 7300), "h": (7300, 8000),  # the border between them moved by 300 m
        "n": (30_000, 31_000),  # new
    }  # fmt: skip
    found = compare_versions(version(BEFORE), version(after, {"b": "Neuer Name", "C": "Gebiet c"}))
    assert [(c.fate.value, c.old, c.new) for c in found.changes] == [
        ("unchanged", ("a",), ("a",)),
        ("renamed", ("b",), ("b",)),
        ("key_changed", ("c",), ("C",)),
        ("split", ("d",), ("d", "d1")),
        ("merged", ("e", "f"), ("ef",)),
        ("boundary_changed", ("g",), ("g",)),
        ("boundary_changed", ("h",), ("h",)),
        ("gone", ("i",), ()),
        ("new", (), ("n",)),
    ]
    g, h = found.of(Fate.BOUNDARY_CHANGED)
    assert g.share == pytest.approx(300 / 1300)  # strip of 300 of 1,300 that either covers
    assert h.share == pytest.approx(300 / 1000)
    assert found.plain()["counts"]["boundary_changed"] == 2
    with speaking("en"):
        (split,) = compare_versions(version(BEFORE), version(after)).of(Fate.SPLIT)
        assert split.sentence == "Gebiet d (d) was split into Gebiet d (d), Gebiet d1 (d1)."


def test_every_area_stands_in_exactly_one_change():
    rng = np.random.default_rng(1)
    for _trial in range(30):
        old, new = (np.unique(np.r_[0, rng.integers(1, 100, 6), 100]) * 100 for _side in "ab")
        left, right = (
            version({f"{side}{n}": (int(x), int(y)) for n, (x, y) in enumerate(itertools.pairwise(cut))})
            for side, cut in (("o", old), ("n", new))
        )
        changes = compare_versions(left, right).changes
        assert sorted(key for c in changes for key in c.old) == sorted(left.names)
        assert sorted(key for c in changes for key in c.new) == sorted(right.names)


def test_three_that_became_two_others_are_drawn_anew():
    found = told(
        version({"a": (0, 800), "b": (800, 1600), "c": (1600, 2400)}), version({"x": (0, 1200), "y": (1200, 2400)})
    )
    assert found == [("redrawn", ("a", "b", "c"), ("x", "y"))]


def test_traces_of_drawing_change_nothing_and_the_tolerance_is_an_option():
    old, new = version({"a": (0, 1000), "b": (1000, 2000)}), version({"a": (0, 1002), "b": (1002, 2000)})
    assert [fate for fate, *_rest in told(old, new)] == ["unchanged", "unchanged"]
    assert [fate for fate, *_rest in told(old, new, sliver=0.001)] == ["boundary_changed", "boundary_changed"]


def test_without_boundaries_keys_and_names_tell():
    old = Version(names={"1": "Alkenrath", "2": "Bürrig", "3": "Hitdorf", "4": "Küppersteg"})
    new = Version(names={"1": "Alkenrath", "2": "Bürrig-Nord", "33": "Hitdorf", "5": "Manfort"})
    assert told(old, new) == [
        ("unchanged", ("1",), ("1",)),
        ("renamed", ("2",), ("2",)),
        ("key_changed", ("3",), ("33",)),
        ("gone", ("4",), ()),
        ("new", (), ("5",)),
    ]


def test_two_coordinate_systems_a_crossed_shape_and_a_wild_tolerance_are_refused():
    one = version({"a": (0, 1000)})
    with pytest.raises(WrongRequest, match="25833"):
        compare_versions(one, version({"a": (0, 1000)}, crs="EPSG:25833"))
    with pytest.raises(WrongRequest, match=r"0\.7"):
        compare_versions(one, one, sliver=0.7)
    crossed = Boundaries(
        keys=("a",), geometry=np.array([shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])]), crs="EPSG:25832"
    )
    with pytest.raises(WrongRequest):
        compare_versions(one, Version(names={"a": "A"}, boundaries=crossed))
