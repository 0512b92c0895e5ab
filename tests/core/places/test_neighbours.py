"""Who touches whom: a small grid, an island, a drawn gap, a river with a bridge of one point."""

import numpy as np
import pytest
import shapely

from nahraum.base import WrongRequest
from nahraum.places.boundaries import Boundaries
from nahraum.places.neighbours import among, queen, row_standardised, shared_border_m


def town(**shapes) -> Boundaries:
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = list(shapes.values())
    return Boundaries(keys=tuple(shapes), geometry=geometry, crs="EPSG:25832")


def square(column: float, row: float, side: float = 100.0):
    return shapely.box(column * 100, row * 100, column * 100 + side, row * 100 + side)


GRID = {f"{row}{column}": square(column, row) for row in range(3) for column in range(3)}


def test_the_queen_sees_corners():
    assert queen(town(**GRID)).count.tolist() == [3, 5, 3, 5, 8, 5, 3, 5, 3]


def test_nobody_is_their_own_neighbour_and_links_go_both_ways():
    links = queen(town(**GRID)).links.toarray()
    assert (np.diag(links) == 0).all()
    assert (links == links.T).all()


def test_an_area_apart_is_an_island_and_named():
    assert queen(town(west=square(0, 0), east=square(1, 0), far=square(5, 0))).islands == ("far",)


def test_an_area_without_a_shape_is_an_island():
    assert queen(town(west=square(0, 0), east=square(1, 0), lost=None, empty=shapely.Polygon())).islands == (
        "lost",
        "empty",
    )


def test_a_gap_of_half_a_centimetre_is_a_slip_of_the_pen_and_a_lane_is_not():
    drawn = town(west=square(0, 0), near=square(1.00005, 0, 50), over_the_lane=square(0, 1.05))
    assert queen(drawn).count.tolist() == [1, 1, 0]
    assert queen(drawn, gap_m=6).count.tolist() == [2, 1, 1]
    assert queen(drawn, gap_m=0).count.tolist() == [0, 0, 0]


def test_overlapping_areas_are_neighbours():
    assert queen(town(a=square(0, 0), b=square(0.5, 0.5))).count.tolist() == [1, 1]


def test_one_part_of_several_is_enough_to_touch():
    split = shapely.union_all([square(5, 5), square(1, 1)])
    assert queen(town(a=square(0, 0), b=split)).count.tolist() == [1, 1]


def test_rows_of_weights_sum_to_one_and_an_islands_to_nothing():
    weights = row_standardised(queen(town(**GRID, far=square(9, 9))).links)
    assert weights.sum(axis=1).tolist() == pytest.approx([1.0] * 9 + [0.0])
    assert weights[4, 0] == 1 / 8


def test_weights_do_not_change_the_links_they_come_from():
    found = queen(town(**GRID))
    row_standardised(found.links)
    assert set(found.links.data) == {1.0}


def test_leaving_areas_out_keeps_the_order_asked_for_and_may_make_islands():
    rest = among(queen(town(**GRID)), ["22", "00", "01"])
    assert rest.keys == ("22", "00", "01")
    assert rest.links.toarray().tolist() == [[0, 0, 0], [0, 0, 1], [0, 1, 0]]
    assert rest.islands == ("22",)


def test_an_unknown_area_is_named():
    with pytest.raises(WrongRequest, match="99"):
        among(queen(town(**GRID)), ["00", "99"])


def test_the_shared_border_is_measured_and_a_corner_has_none():
    grid = town(**GRID)
    border = shared_border_m(queen(grid), grid).toarray()
    assert border[0, 1] == border[1, 0] == 100.0
    assert border[0, 4] == 0.0


def test_borders_want_the_same_areas():
    grid = town(**GRID)
    with pytest.raises(WrongRequest):
        shared_border_m(among(queen(grid), ["00", "01"]), grid)
