"""What became of earlier areas; what nobody knows is named."""

import csv
import json

import pytest

from nahraum.places.crosswalk import Crosswalk, issues_of, summarise


def test_kept_merged_split_and_absent():
    found = summarise(
        Crosswalk(old=("a", "b", "c", "d", "d"), new=("A", "B", "B", "C", "D"), share=(1, 1, 1, 0.6, 0.4)),
        ("a", "b", "c", "d", "e"),
    )
    assert (found.kept, found.merged, found.split, found.absent) == (("a",), ("b", "c"), ("d",), ("e",))


def test_absent_areas_and_wrong_shares_are_errors_by_name():
    crosswalk = Crosswalk(old=("a", "d", "d"), new=("A", "C", "D"), share=(1, 0.6, 0.3))
    absent, shares = issues_of(crosswalk, ("a", "d", "e"), ("A", "C", "D"))
    assert absent.code == "crosswalk-incomplete"
    assert "e" in absent.sentence
    assert (shares.code, shares.value) == ("crosswalk-shares", "d")


def test_a_target_that_does_not_exist_is_named_at_the_crosswalk():
    (issue,) = issues_of(Crosswalk(old=("a",), new=("X",), share=(1,)), ("a",), ("A",), "umrechnung.csv")
    assert (issue.code, issue.file) == ("crosswalk-target-unknown", "umrechnung.csv")
    assert "X" in issue.sentence


@pytest.mark.real_data
def test_of_447_berlin_areas_61_are_missing_from_the_crosswalk(shared):
    """386 occur: 323 map to one area, 63 are split; the other 61 are reported."""
    with (shared / "data/berlin_mss/mss2019-2-1-planning-areas.csv").open(encoding="utf-8") as file:
        old = [row["id"] for row in csv.DictReader(file)]
    matches = json.loads((shared / "data/berlin_lor/berlin-lor-matches.json").read_text(encoding="utf-8"))
    pairs = [(area, new, 1 / len(matches[area])) for area in old if area in matches for new in matches[area]]
    crosswalk = Crosswalk(
        old=tuple(p[0] for p in pairs), new=tuple(p[1] for p in pairs), share=tuple(p[2] for p in pairs)
    )
    found = summarise(crosswalk, old)
    assert (len(old), len(found.absent), len(found.split)) == (447, 61, 63)
    assert len(found.kept) + len(found.merged) == 323
    (issue,) = issues_of(crosswalk, old, crosswalk.new)
    assert issue.params["count"] == 61
    assert found.absent[0] in issue.sentence
