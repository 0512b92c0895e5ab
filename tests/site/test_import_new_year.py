"""The first table of a new year, and a correction that breaks the sum: what the page says, what may be stored."""

import pytest

from tests.site.cast import enter, forgetful, hire
from tests.site.test_import import desk, planner
from tests.site.wizard import form_of, words

__all__ = ["desk", "enter", "forgetful", "hire", "planner"]

YEAR = "Gebiet;Jahr;Einwohner;Arbeitslose\n01;2023;1200;55\n02;2023;980;31\n03;2023;2100;40\n04;2023;1240;17\n"
SUM = "Stadt;2023;5520;143\n"
NAMES = {"variable": ["einwohner", "arbeitslose"]}


@pytest.fixture
def catalogue(desk):
    """Return the desk of an office with 2023, its sums, and one indicator."""
    from nahraum_site.indicators.models import Domain, Indicator

    desk.take("2023.csv", YEAR + SUM, totals="Stadt = Stadt", **NAMES)
    Domain.objects.create(key="w", position=0, part={"id": "w", "name": "Wirtschaft"})
    part = {"id": "a", "name": "Arbeitslose", "domain": "w", "numerator": ["arbeitslose"], "denominator": ["einwohner"]}
    Indicator.objects.create(key="a", position=0, part=part)
    return desk


def test_the_first_table_of_a_new_year_is_stored_before_its_denominators(catalogue):
    """Protected numbers of the new year, and no inhabitants yet: nothing lacks, something is still to come."""
    catalogue.upload(("2024.csv", "Gebiet;Jahr;Arbeitslose\n01;2024;55\n02;2024;.\n03;2024;40\n04;2024;17\n"))
    catalogue.describe(variable=["arbeitslose"], protected=".", totals="")
    said = words(catalogue.answer)
    assert "Für 2024 sind Nenner noch nicht geliefert: Einwohner." in said
    assert "fehlen in allen" not in said
    catalogue.confirm()
    assert "/lieferungen/" in catalogue.place, words(catalogue.answer)


def test_a_correction_that_breaks_the_sum_has_to_be_confirmed(catalogue):
    """Market: 1,000 instead of 980 inhabitants; the city's sum stays at 5,520."""
    catalogue.upload(("neu.csv", "Gebiet;Jahr;Einwohner\n02;2023;1000\n"))
    catalogue.describe(id="neu", variable=["einwohner"], totals="")
    catalogue.post(catalogue.place.replace("pruefen", "neu-pruefen"), form_of(catalogue.answer, "neu-pruefen"))
    said = words(catalogue.answer)
    assert "ergaben die Gebiete zusammen genau die amtliche Summe" in said
    assert "5.540 statt 5.520" in said
    catalogue.confirm()
    assert "/lieferungen/" not in catalogue.place


def test_what_goes_on_corrects_only_the_latest(desk):
    """A third delivery of the same cells: the second corrects the first, so only the second is to be corrected."""
    desk.take("jobs.csv", YEAR, id="jobs", **NAMES)
    for id, cell in (("jobs_2", "985"), ("jobs_3", "990")):
        desk.upload((f"{id}.csv", YEAR.replace("980", cell)))
        desk.describe(id=id, **NAMES)
        sent = form_of(desk.answer, "neu-pruefen")
        desk.post(desk.place.replace("pruefen", "neu-pruefen"), sent)
        desk.confirm(seen="on")
        assert "/lieferungen/" in desk.place, words(desk.answer)
    assert sent["revises"] == ["jobs_2"]
