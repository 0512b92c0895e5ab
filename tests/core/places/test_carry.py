"""Counts carried to other areas: weights by hand, sums kept, protected stays protected."""

from datetime import date

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.base import State, WrongRequest
from nahraum.places.boundaries import Boundaries
from nahraum.places.carry import by_area, by_people, carry, to_csv, to_toml
from nahraum.places.crosswalk import Crosswalk, issues_of

NUMBER, MISSING, NOWHERE, PROTECTED = State.NUMBER, State.MISSING, State.NOT_APPLICABLE, State.PROTECTED


def strips(**shapes):
    boxes = [shapely.box(x, 0, y, 1000) for x, y in shapes.values()]
    return Boundaries(keys=tuple(shapes), geometry=np.array(boxes, dtype=object), crs="EPSG:25832")


OLD = strips(a=(0, 1000), b=(1000, 2000), c=(2000, 3000))
NEW = strips(A=(0, 1000), B=(1000, 1250), C=(1250, 3000))


def pairs(found):
    return [(o, n, pytest.approx(s)) for o, n, s in zip(found.old, found.new, found.share, strict=True)]


def test_by_ground_a_quarter_of_b_goes_to_its_first_part():
    found = by_area(OLD, NEW)
    assert pairs(found.crosswalk) == [("a", "A", 1), ("b", "B", 0.25), ("b", "C", 0.75), ("c", "C", 1)]
    assert (found.nowhere, found.estimated, found.uncovered) == ((), (), {})
    assert issues_of(found.crosswalk, OLD.keys, NEW.keys) == ()


def test_what_lies_outside_all_new_areas_is_told_and_slivers_are_not_shared():
    found = by_area(strips(a=(0, 1000), b=(1000, 2000)), strips(A=(0, 1003), B=(1003, 1500)))
    assert pairs(found.crosswalk) == [("a", "A", 1), ("b", "B", 1)]
    assert found.uncovered == {"b": pytest.approx(0.503)}
    assert by_area(OLD, strips(A=(0, 1000))).nowhere == ("b", "c")


def test_by_people_the_houses_decide():
    """All 80 people of b live in its first tenth: they go to B, although it is only a quarter of the ground."""
    blocks = strips(k1=(0, 1000), k2=(1000, 1100), k3=(1100, 2000), k4=(2000, 3000))
    found = by_people(OLD, NEW, blocks, [500, 80, 0, 0])
    assert pairs(found.crosswalk) == [("a", "A", 1), ("b", "B", 1), ("c", "C", 1)]
    assert found.estimated == ("c",)


def test_a_block_that_is_cut_is_shared_out_by_its_ground():
    blocks = strips(k1=(0, 1000), k2=(1000, 1500), k3=(1500, 3000))
    found = by_people(OLD, NEW, blocks, [10, 40, 300])
    # b: 40 in k2, of which 20 lie in B and 20 in C, and 100 of k3, all in C
    assert pairs(found.crosswalk)[1:3] == [("b", "B", 20 / 140), ("b", "C", 120 / 140)]


def test_addresses_are_points():
    points = Boundaries(
        keys=("p1", "p2", "p3"),
        geometry=np.array([shapely.Point(500, 5), shapely.Point(1100, 5), shapely.Point(1900, 5)], dtype=object),
        crs="EPSG:25832",
    )
    found = by_people(OLD, NEW, points, [3, 6, 2])
    assert pairs(found.crosswalk) == [("a", "A", 1), ("b", "B", 0.75), ("b", "C", 0.25), ("c", "C", 1)]
    assert found.estimated == ("c",)
    with pytest.raises(WrongRequest, match="3"):
        by_people(OLD, NEW, points, [1, 2])
    with pytest.raises(WrongRequest):
        by_people(OLD, NEW, points, [1, 2, -1])


def carried(number, state, **more):
    return carry(
        by_area(OLD, NEW).crosswalk, OLD.keys, NEW.keys, np.array(number, dtype=float), np.array(state), **more
    )


def test_counts_by_hand():
    found = carried([100, 40, 7], [NUMBER] * 3)
    assert found.number == pytest.approx([100, 10, 37])
    assert found.estimated == pytest.approx([0, 1, 30 / 37])
    assert carried([100, 41, 7], [NUMBER] * 3, whole=True).number.tolist() == [100, 10, 38]


def test_protected_and_missing_parts_make_the_whole_so():
    found = carried([100, 2, 7], [NUMBER, PROTECTED, NUMBER])
    assert found.state.tolist() == [NUMBER, PROTECTED, PROTECTED]
    assert np.isnan(found.number[1:]).all()
    assert carried([1, 2, np.nan], [NUMBER, NUMBER, MISSING]).state.tolist() == [NUMBER, NUMBER, MISSING]
    found = carried([1, 2, np.nan], [NUMBER, NUMBER, NOWHERE])
    assert found.number.tolist() == [1, 0.5, 1.5]
    assert carried([1, np.nan, 2], [NUMBER, NOWHERE, NUMBER]).state.tolist() == [NUMBER, NOWHERE, NUMBER]
    assert carried([1, np.nan, np.nan], [NUMBER, MISSING, PROTECTED]).state.tolist() == [NUMBER, MISSING, PROTECTED]


@st.composite
def crosswalks(draw):
    olds, news = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    weights = np.array(draw(st.lists(st.integers(0, 9), min_size=olds * news, max_size=olds * news))).reshape(
        olds, news
    )
    weights[weights.sum(axis=1) == 0, 0] = 1
    shares = weights / weights.sum(axis=1, keepdims=True)
    o, n = np.nonzero(shares)
    walk = Crosswalk(old=tuple(f"o{i}" for i in o), new=tuple(f"n{i}" for i in n), share=tuple(shares[o, n].tolist()))
    return walk, [f"o{i}" for i in range(olds)], [f"n{i}" for i in range(news)]


@settings(max_examples=200)
@given(crosswalks(), st.data())
def test_sums_are_kept_whatever_the_weights(made, data):
    walk, old, new = made
    counts = np.array(
        [data.draw(st.lists(st.integers(0, 10**7), min_size=len(old), max_size=len(old))) for _p in range(3)],
        dtype=float,
    )
    state = np.zeros(counts.shape, dtype=np.int8)
    assert State.NUMBER == 0
    whole = carry(walk, old, new, counts, state, whole=True)
    known = np.nan_to_num(whole.number)
    assert (known.sum(axis=1) == counts.sum(axis=1)).all()
    assert (known == known.round()).all()
    exact = np.nan_to_num(carry(walk, old, new, counts, state).number)
    assert exact.sum(axis=1) == pytest.approx(counts.sum(axis=1), rel=1e-12)
    assert np.abs(exact - known).max() <= len(old)


def test_an_area_that_the_crosswalk_does_not_know_is_refused():
    walk = Crosswalk(old=("a",), new=("A",), share=(1.0,))
    with pytest.raises(WrongRequest, match="b"):
        carry(walk, ["a", "b"], ["A"], np.ones(2), np.zeros(2, dtype=np.int8))
    with pytest.raises(WrongRequest, match="A"):
        carry(walk, ["a"], ["B"], np.ones(1), np.zeros(1, dtype=np.int8))


def test_the_project_file_reads_what_is_exported(tmp_path):
    import tomllib

    from nahraum.base.strict import convert
    from nahraum.projects.areas import _earlier
    from nahraum.projects.file import EarlierSpec

    walk = by_area(OLD, strips(A=(0, 1000), B=(1000, 1333), C=(1333, 3000))).crosswalk
    (tmp_path / "gebietsstand.csv").write_text(to_csv(walk), encoding="utf-8")
    section = tomllib.loads(to_toml("gebietsstand.csv", date(2019, 12, 31), name="bis 2019"))["areas"]["earlier"]
    (spec,) = convert(tuple[EarlierSpec, ...], section, "earlier")
    earlier, _source = _earlier(spec, tmp_path)
    assert earlier.crosswalk == walk
    assert earlier.until == "2019-12-31"
