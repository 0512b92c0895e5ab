"""The charts of an area: two that are called alike stay two, and a break between two deliveries is seen."""

import pytest

pytestmark = pytest.mark.once


@pytest.fixture
def portrait(django):
    from nahraum_site.indicators import portrait

    return portrait


def area(**given):
    from nahraum_site.places.models import Area

    return Area(key="01", **{"name": "Mitte", "parent": "Mitte", **given})


def layer(**given):
    from nahraum_site.indicators.models import Layer

    return Layer(pk=1, key="poor", name="Arme", unit="%", digits=1, **given)


def profile_row(**given):
    from nahraum.evidence.indicators.show.alike import Spread
    from nahraum_site.indicators.queries import Placed

    spread = Spread(low=-2.0, quarter=-1.0, three_quarters=1.0, high=2.0)
    cell = Placed(area(), "2024", 0, 12.5)
    row = {"name": "Arme", "layer": layer(), "cell": cell, "space": 8.0, "spread": spread, "neutral": False}
    return row | {"z": 1.5, "space_z": -0.5} | given


def points(chart):
    found = chart["layer"][-1]
    return {(each["who"], each["z"], each["words"].partition(":")[0]) for each in found["data"]["values"]}


@pytest.mark.parametrize(("parent", "called"), [("Mitte", "Mitte (Sozialraum)"), ("Altstadt", "Altstadt")])
def test_an_area_called_like_its_space_keeps_its_own_point(portrait, parent, called):
    chart = portrait.spine([profile_row()], area(parent=parent), "Sozialraum")
    assert points(chart) == {("Mitte", 1.5, "Mitte"), (called, -0.5, called)}


@pytest.mark.parametrize(
    ("breaks", "at", "reasons"),
    [
        ([("2019", "Neu gezählt", ())], "2020", ["Neu gezählt"]),
        ([("2020", "Neu gezählt", ())], "2020", ["Neu gezählt"]),
        ([("2019", "Neu gezählt", ["02"])], "", []),
        ([("2018", "Neu gezählt", ())], "", []),
        ([("2019", "Neu gezählt", ()), ("2020", "Neue Grenzen", ())], "2020", ["Neue Grenzen"]),
        ([("2023", "Neu gezählt", ())], "", []),
    ],
)
def test_a_break_stands_at_the_first_period_after_it(portrait, breaks, at, reasons):
    from nahraum_site.indicators.queries import AreaView, Placed

    here = area()
    cells = [Placed(here, period, 0, 10.0) for period in ("2018", "2020", "2022")]
    view = AreaView(area=here, layers=[], cells={1: cells}, origins={}, city={1: {}})
    found = portrait.series(layer(breaks=breaks), view, {})
    assert [row["period"] for row in found["rows"] if row["break"]] == ([at] if at else [])
    assert found["breaks"] == reasons
    segments = {each["segment"] for each in found["chart"]["data"]["values"]}
    assert len(segments) == (4 if at else 2)
