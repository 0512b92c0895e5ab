"""Flensburg's districts from an SQL dump: the chain runs, counts and rates are the dump's own."""

import pytest

from nahraum.base import Period


@pytest.mark.real_data
def test_13_districts_and_seven_years(edition):
    flensburg = edition("flensburg")
    panel = flensburg.panel
    assert len(panel.areas) == 13
    years = [period.start.year for period in panel.periods]
    assert {2011, 2017, 2018, 2019, 2020, 2021, 2022} <= set(years)
    assert flensburg.system.find("1").name == "Altstadt"
    # fl_residents_by_district: (2022, 1, 3907); fl_unemployed_residents_by_district: (2022, 1, 167)
    p = panel.periods.index(Period.year(2022))
    assert panel.variables["inhabitants"][p, panel.areas.index("1")] == 3907
    unemployed = panel.at(panel.index_of("unemployment"), p, panel.areas.index("1"))
    assert unemployed.numerator == 167
    assert unemployed.denominator == 1345 + 941 + 822  # age groups 18-30, 30-45, 45-65 of the dump


@pytest.mark.real_data
def test_every_district_has_a_boundary_and_a_rank(edition):
    flensburg = edition("flensburg")
    assert set(flensburg.boundaries.keys) == set(flensburg.panel.areas)
    assert sorted(flensburg.indices[0].rank[-1].tolist()) == list(range(1, 14))
