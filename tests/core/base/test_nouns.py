import math
from dataclasses import dataclass, field

import pytest

from nahraum.base import Area, AreaSystem, Cell, Issue, Level, Provenance, Severity, State, Value, WrongRequest, worst
from nahraum.base.language import number, speaking
from nahraum.base.strict import build


def test_missing_is_never_zero():
    with pytest.raises(AssertionError):
        Value(state=State.MISSING, number=0.0)
    with pytest.raises(AssertionError):
        Value(state=State.NUMBER)
    assert math.isnan(Value(state=State.PROTECTED).number)


def test_an_issue_says_what_where_and_how_to_mend_it_in_german():
    issue = Issue(
        code="area-unknown",
        severity=Severity.ERROR,
        message="The area is not in the area system “{system}”.",
        remedy="Take the variable out of one of them.",
        file="a.csv",
        row=7,
        column="quartier",
        value="99",
        params={"system": "Quartiere"},
    )
    assert str(issue) == (
        "Fehler: a.csv, Zeile 7, Spalte quartier: Das Gebiet gehört nicht zur Gebietsgliederung „Quartiere“. "
        "Gefunden: „99“. Bitte die Größe aus einer der beiden Tabellen herausnehmen."
    )
    assert worst([issue]) is Severity.ERROR
    assert worst([]) is None


def test_origin_grows_by_steps_and_keeps_its_cells():
    cell = Cell(file="a.xlsx", sheet="2024", row=5, column="Arbeitslose", letter="C")
    origin = Provenance(cells=(cell,)).then("rate").then("protected")
    assert origin.steps == ("rate", "protected")
    assert str(origin.cells[0]) == "a.xlsx [2024] C5 (Arbeitslose)"


@pytest.mark.parametrize(
    ("value", "digits", "german"),
    [(1234567.891, 1, "1.234.567,9"), (-3.25, 1, "−3,2"), (-0.04, 1, "0,0"), (0.0, 0, "0")],
)
def test_numbers_are_written_as_germans_write_them(value, digits, german):
    assert number(value, digits) == german


def test_numbers_in_english_and_with_sign():
    with speaking("en"):
        assert number(1234.5, 1, sign=True) == "+1,234.5"


@pytest.fixture
def city():
    return AreaSystem(
        id="s",
        name="S",
        levels=(Level(id="quarter", name="Quartier"), Level(id="space", name="Sozialraum"), Level(id="nuts", name="N")),
        areas=(
            Area(key="1", name="Hafen", level="quarter", parent="A"),
            Area(key="2", name="Wald", level="quarter"),
            Area(key="A", name="Nord", level="space", also={"nuts": "DE1"}),
            Area(key="DE1", name="Region", level="nuts"),
        ),
    )


def test_an_area_knows_what_it_lies_in(city):
    harbour = city.find("1")
    assert city.ancestor(harbour, "space").name == "Nord"
    assert city.ancestor(harbour, "nuts").name == "Region"
    assert city.ancestor(city.find("2"), "space") is None
    with pytest.raises(WrongRequest, match="quarter, space, nuts"):
        city.at("street")


@dataclass(frozen=True, kw_only=True)
class Recipe:
    name: str
    share: float = 1.0
    tags: tuple[str, ...] = ()
    weights: dict[str, float] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"nam": "x"}, ["nam", "name"]),
        ({}, ["name"]),
        ({"name": 3}, ["r.name", "3"]),
        ({"name": "x", "share": "viel"}, ["r.share", "viel"]),
        ({"name": "x", "tags": "a"}, ["r.tags"]),
        ({"name": "x", "tags": [1]}, ["r.tags[1]"]),
        ({"name": "x", "share": True}, ["r.share"]),
        ([], ["r:"]),
    ],
)
def test_what_does_not_fit_is_refused_by_name_and_place(given, words):
    with pytest.raises(WrongRequest) as refused:
        build(Recipe, given, "r")
    for word in words:
        assert word in str(refused.value)


def test_whole_numbers_serve_where_a_number_is_wanted():
    assert build(Recipe, {"name": "x", "share": 2, "tags": ["a"]}, "r") == Recipe(name="x", share=2.0, tags=("a",))
