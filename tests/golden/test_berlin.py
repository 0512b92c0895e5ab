"""Monitoring Soziale Stadtentwicklung: every published class of status and dynamics."""

import csv

import pytest

EDITIONS = {2013: 434, 2015: 435, 2019: 436}
DYNAMICS = {"+": 1, "+/-": 2, "-": 3}


@pytest.mark.real_data
@pytest.mark.parametrize("year", EDITIONS)
def test_every_published_class_of_status_and_dynamics(edition, shared, year):
    with (shared / f"data/berlin_mss/mss{year}-1-planning-areas.csv").open(encoding="utf-8") as file:
        published = {row["id"]: row for row in csv.DictReader(file)}
    status, dynamics = edition(f"berlin-{year}").indices
    ours = dict(zip(status.areas, status.classes[0].number[0].tolist(), strict=True))
    changes = dict(zip(dynamics.areas, dynamics.classes[0].number[0].tolist(), strict=True))
    with_class = {area: row for area, row in published.items() if row["status_index"] not in ("", "0")}
    assert len(with_class) == EDITIONS[year]
    assert {area: ours[area] for area in with_class} == {a: int(row["status_index"]) for a, row in with_class.items()}
    assert {area: changes[area] for area in with_class} == {
        a: DYNAMICS[row["dynamic_index"]] for a, row in with_class.items()
    }
    assert all(ours[area] == 0 for area in set(ours) - set(with_class))


@pytest.mark.real_data
def test_status_and_dynamics_cross_to_twelve_groups(edition):
    crossed = edition("berlin-2019").dynamics
    groups = {(int(s), int(d)) for s, d in zip(crossed.status, crossed.dynamics, strict=True) if s and d}
    assert len(groups) == 12 or groups <= {(s, d) for s in range(1, 5) for d in range(1, 4)}
    assert crossed.status_labels[3] == "very low status"


@pytest.mark.real_data
def test_the_doubled_polygon_is_corrected_and_told(edition):
    berlin = edition("berlin-2019")
    assert len(berlin.boundaries.keys) == len(set(berlin.boundaries.keys)) == 448
    assert any("06010102" in issue.sentence for issue in berlin.issues if issue.code == "correction-applied")
