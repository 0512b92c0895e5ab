"""Sheets of indicators: what does not fit, what differs; formulas, small lines and open issues in words."""

import pytest

from nahraum.base.strict import build
from nahraum.evidence.indicators.definition import WORDS, changed, faults_of, id_fault, trimmed
from nahraum.evidence.indicators.show.glance import (
    Coverage,
    Delivered,
    Late,
    areas_with_values,
    formula,
    open_issues,
    periods_of,
    spark,
    tidy,
)
from nahraum.evidence.indicators.show.store import INDICATOR, layer_rows
from nahraum.evidence.indicators.terms import Indicator

PART = {"id": "poor", "name": "Poor", "domain": "d", "numerator": ["a", "-b"], "denominator": ["n"]}
WHOLE = {"definition": "x", "source": "x", "licence": "x"}


def faults(**more):
    return faults_of({**PART, **more}, domains={"d"}, variables=["a", "b", "n"], areas={"1", "2"})


def indicator(**more):
    return build(Indicator, {**PART, **WHOLE, **more}, "indicators")


def test_every_field_of_an_indicator_has_its_words():
    assert set(WORDS) == set(Indicator.__dataclass_fields__)


def test_a_whole_sheet_has_no_faults():
    assert faults(breaks=[{"period": "2020", "kind": "boundary", "reason": "r", "areas": ["1"]}]) == {}


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"id": "a b"}, {"id"}),
        ({"id": "index"}, {"id"}),
        ({"id": "domain-work"}, {"id"}),
        ({"domain": "e"}, {"domain"}),
        ({"digits": 7, "per": 0.0}, {"digits", "per"}),
        ({"denominator": []}, {"denominator"}),
        ({"numerator": ["a", "-a"]}, {"numerator"}),
        ({"numerator": ["c"], "denominator": ["m"]}, {"numerator", "denominator"}),
        ({"value": "a"}, {"value"}),
        ({"official": {"nie": 1.0}}, {"official"}),
        ({"breaks": [{"period": "2020", "kind": "boundary", "reason": " ", "areas": ["3"]}]}, {"breaks"}),
        ({"unknown": 1}, {"unknown"}),
    ],
)
def test_faults_stand_at_their_fields(more, fields):
    assert set(faults(**more)) == fields


def test_no_indicator_is_called_like_a_layer_of_index_or_lebenslagen(town):
    for layer in layer_rows(town):
        assert bool(id_fault(layer.key)) == (layer.kind != INDICATOR), layer.key


def test_trimming_drops_defaults_and_decimal_points_of_whole_numbers():
    assert trimmed({**PART, "per": 1000.0, "digits": 1, "unit": "%", "breaks": []}) == {**PART, "per": 1000}
    assert changed(PART, {**PART, "digits": 1}) == []
    assert changed(PART, {**PART, "digits": 0, "name": "x"}) == ["name", "digits"]


def test_a_formula_is_a_sentence():
    words = formula(indicator(per=1000), {"a": "Arme", "n": "Menschen"})
    assert words == "„Arme“ minus „b“, geteilt durch „Menschen“, mal 1.000"


def test_nothing_is_drawn_across_a_gap_or_a_break():
    line = spark([1.0, 2.0, 3.0, None, 1.0], [False, False, True, False, False])
    assert line.lines == ("3.0,29.0 31.5,16.0",)
    assert line.dots == (("60.0", "3.0"), ("117.0", "29.0"))
    assert spark([5.0, 5.0], [False, False]).lines == ("3.0,16.0 117.0,16.0",)
    assert spark([None], [False]).lines == ()


def cells(**variables):
    return Delivered(cells=variables)


FULL = {"2020": Coverage(numbers=5), "2021": Coverage(numbers=5)}


def test_periods_are_those_in_which_every_part_is_delivered():
    delivered = cells(a=FULL, b={"": Coverage(numbers=5)}, n={"2021": Coverage(numbers=4, protected=1)})
    assert [str(period) for period in periods_of(indicator(), delivered)] == ["2021"]
    assert areas_with_values(indicator(), delivered, periods_of(indicator(), delivered)[-1]) == 4
    assert open_issues(indicator(), delivered, areas=5, labels={}) == ()


def test_what_is_open_is_named():
    missing = {"2020": Coverage(numbers=3, protected=1, missing=1)}
    delivered = cells(a=missing, b=FULL, n=FULL)
    late = [Late(name="t", holder="h", due="1.1.", variables=frozenset("b"))]
    found = open_issues(indicator(licence=""), delivered, areas=5, late=late, labels={"a": "Arme"})
    assert [issue.code for issue in found] == [
        "sheet-incomplete",
        "period-undelivered",
        "latest-incomplete",
        "delivery-late",
    ]
    assert found[1].params == {"periods": "2021"}
    assert found[2].sentence == "2020: „Arme“ hat in 1 von 5 Gebieten keinen Wert."
    absent = open_issues(indicator(), cells(a=FULL, b=FULL), areas=5, labels={})
    assert [(issue.code, issue.params["variable"]) for issue in absent] == [("variable-undelivered", "n")]


@pytest.mark.parametrize(("value", "words"), [(3.0, "3"), (0.25, "0,25"), (1234.5, "1.234,5"), (None, "–")])
def test_a_delivered_number_has_no_zeros_of_ours(value, words):
    assert tidy(value) == words


@pytest.mark.parametrize(
    "parts",
    [
        {"value": "a", "numerator": ["a"], "denominator": ["n"]},
        {"value": "a", "numerator": [], "denominator": ["n"]},
        {"numerator": ["a"], "denominator": []},
        {"numerator": [], "denominator": ["n"]},
        {"numerator": [], "denominator": []},
    ],
)
def test_the_project_file_refuses_the_same_formulas_as_the_catalogue(parts, tmp_path):
    from nahraum.base import WrongRequest
    from nahraum.projects import read_project
    from nahraum.projects.checks import check_project
    from nahraum.projects.compose import text_of

    (sentence,) = faults(**parts).values()
    areas = {"id": "g", "name": "G", "file": "g.csv", "levels": [{"id": "q", "name": "Q", "key": "nr"}]}
    about = {"id": "p", "title": "T", "city": "C", "publisher": "P", "date": "2025-01-01", "licence": "L"}
    indicator = {"id": "poor", "name": "Poor", "domain": "d"} | {k: v for k, v in {**PART, **parts}.items() if v}
    path = tmp_path / "nahraum.toml"
    parts = {"project": about, "areas": areas, "domains": [{"id": "d", "name": "D"}], "indicators": [indicator]}
    path.write_text(text_of({**parts, "tables": [{"id": "t", "file": "t.csv", "variables": {"a": "A"}}]}))
    with pytest.raises(WrongRequest) as refused:
        check_project(read_project(path))
    assert sentence[0] in str(refused.value)


def test_what_is_wrong_in_several_fields_is_said_at_once():
    """A number that is none hides neither the short name nor an unknown variable, and entails none."""
    found = faults(id="ä b", numerator=["gone"], per="viel")
    assert set(found) == {"per", "id", "numerator"}
    assert "Geben Sie" not in " ".join(found["numerator"])
    unread = faults_of({"id": "ä b", "name": "N", "domain": "d"}, domains={"d"}, variables=[], areas=(),
                       unread={"numerator"})  # fmt: skip
    assert set(unread) == {"id"}
