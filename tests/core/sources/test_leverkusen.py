"""The eight quarters of Leverkusen as printed (status 2017), with the slips of the printed table."""

from __future__ import annotations

from pathlib import Path

import pytest

from nahraum.base import Severity
from nahraum.sources import Reading, TableSpec, read_table
from tests.core.sources.delivery import values

SPEC = TableSpec(
    id="leverkusen",
    file="leverkusen.csv",
    area="Nr.",
    period="2017",
    totals={"0": "city"},
    variables={
        "area_ha": "ha",
        "inhabitants": "Einwohner",
        "under_18": "unter 18",
        "over_65": "über 65",
        "foreign": "Ausländer und Doppelstaater",
    },
    share_of={"under_18": "inhabitants", "over_65": "inhabitants", "foreign": "inhabitants"},
)


@pytest.fixture(scope="module")
def printed() -> Reading:
    return read_table(SPEC, Path(__file__).parent)


def test_two_faults_and_one_notice_are_reported_with_their_cells(printed: Reading) -> None:
    assert [(issue.severity, issue.code, issue.row, issue.value) for issue in printed.issues] == [
        (Severity.NOTICE, "decimal-marks-mixed", 2, "28.099 (16.9 %)"),
        (Severity.ERROR, "number-malformed", 5, "1.0457 (36,9 %)"),
        (Severity.ERROR, "share-does-not-fit", 8, "603 (55,6 %)"),
    ]
    assert "56,67 %" in printed.issues[2].sentence


def test_every_other_cell_is_read_as_a_reader_of_the_table_would(printed: Reading) -> None:
    assert values(printed, "area_ha") == [7900, 261.55, 146.63, 40.52, 36.17, 32.78, 3.76, 345.11, 53.23]
    assert values(printed, "inhabitants") == [166737, 2286, 2894, 3953, 199, 1823, 1064, 994, 5148]
    assert values(printed, "under_18") == [28099, 534, 555, 558, 51, 436, 395, 209, 931]
    assert values(printed, "over_65") == [35682, 445, 478, 1057, 17, 298, 108, 185, 809]
    assert values(printed, "foreign") == [44532, 1051, 1457, 84, 791, 441, 2380]


def test_the_original_cells_are_kept(printed: Reading) -> None:
    rows = printed.rows.filter((printed.rows["area"] == "26") & (printed.rows["variable"] == "under_18"))
    assert rows.select("row", "column", "text").rows() == [(6, "unter 18", "51 (25,6 %)")]
