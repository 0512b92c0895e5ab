"""What does not add up is told once; what is still to come is no gap."""

from dataclasses import replace

import pytest

from nahraum.base import Area, AreaSystem, Issue, Level, Severity, State
from nahraum.evidence.indicators import reconcile
from nahraum.evidence.indicators.protect import protect_edition
from nahraum.evidence.indicators.read import build_panel
from nahraum.evidence.indicators.terms import Indicator
from nahraum.projects.areas import Places
from nahraum.projects.delivery import issues_beside_errors, issues_of_delivery
from nahraum.projects.file import AreasSpec, LevelSpec
from nahraum.projects.run import with_totals
from tests.core.indicators.test_read import reading

KEYS = [f"{n:02}" for n in range(1, 21)]
SYSTEM = AreaSystem(
    id="q",
    name="Quartiere",
    levels=(Level(id="quarter", name="Quartier"), Level(id="city", name="Stadt")),
    areas=(
        *(Area(key=key, name=f"Q{key}", level="quarter", parent="0") for key in KEYS),
        Area(key="0", name="Stadt", level="city"),
    ),
)
PLACES = Places(system=SYSTEM, boundaries=None, spots=(), earlier=(), sources=(), issues=())
LEVELS = (LevelSpec(id="quarter", name="Quartier", key="nr"), LevelSpec(id="city", name="Stadt", all="Stadt"))
SECTIONS = [
    {"id": "jobless", "name": "Arbeitslose", "domain": "w", "numerator": ["cases"], "denominator": ["people"]},
    {"id": "young", "name": "Junge", "domain": "w", "numerator": ["young"], "denominator": ["people"]},
]


def table(id, variable, period, number, keys=KEYS, total=None, **spec):
    rows = [(key, period, variable, number(key) if callable(number) else number) for key in keys]
    rows += [("0", period, variable, total)] if total is not None else []
    made = reading(rows, totals={"0": "city"} if total is not None else {}, **spec)
    return replace(made, table=replace(made.table, id=id, variables={variable: variable}))


def judged(*readings, by=issues_of_delivery):
    *others, new = readings
    spec = AreasSpec(id="q", name="Q", file="q.csv", levels=LEVELS, population="people")
    return by(new, others, SECTIONS, PLACES, spec)


def before():
    """Return three variables of 2024, whole; the sum row fits exactly."""
    return (
        table("people24", "people", "2024", 100),
        table("cases24", "cases", "2024", 50, total=1000),
        table("young24", "young", "2024", 10),
    )


@pytest.mark.parametrize("protected", [0, 4])
def test_the_first_table_of_a_year_waits_for_its_denominators(protected):
    """A stranger's first table of 2025 was refused: 73 of 77 areas "lack", because four of its cells were protected."""
    new = table("cases25", "cases", "2025", lambda key: State.PROTECTED if int(key) <= protected else 5)
    (issue,) = judged(*before(), new)
    assert (issue.code, issue.severity) == ("parts-coming", Severity.NOTICE)
    assert issue.sentence == "Für 2025 sind Nenner noch nicht geliefert: people."
    assert "entstehen" in issue.advice


def test_denominators_that_come_first_wait_for_all_numerators_in_one_notice():
    (issue,) = judged(*before(), table("people25", "people", "2025", 100))
    assert issue.sentence == "Für 2025 sind Zähler noch nicht geliefert: cases, young."


def test_areas_that_no_table_of_the_year_delivers_are_an_error_even_beside_protected_cells():
    some = [key for key in KEYS if int(key) % 3]
    people = table("people25", "people", "2025", 100, keys=some)
    cases = table("cases25", "cases", "2025", 5, keys=some)
    (found,) = [issue for issue in judged(*before(), people, cases) if issue.code == "areas-missing"]
    assert found.severity is Severity.ERROR
    assert "03" in found.sentence


def test_an_area_with_one_part_is_not_said_to_lack_in_all_tables():
    people = table("people25", "people", "2025", 100)
    cases = table("cases25", "cases", "2025", 5, keys=[key for key in KEYS if int(key) % 3])
    codes = {issue.code for issue in judged(*before(), people, cases)}
    assert "one-sided" in codes
    assert "areas-missing" not in codes


def reconciled(*readings):
    indicators = tuple(
        Indicator(**each | {"numerator": tuple(each["numerator"]), "denominator": tuple(each["denominator"])})
        for each in SECTIONS
    )
    made = build_panel(readings, indicators, SYSTEM)
    panel = with_totals(made.panel, made.totals)
    return reconcile.issues_of(reconcile.reconcile(panel), panel, SYSTEM)


def test_a_small_difference_from_an_official_total_is_told_once_for_all_indicators():
    people = table("people24", "people", "2024", 100, total=1999)
    (issue,) = reconciled(people, *before()[1:])
    assert (issue.code, issue.severity) == ("total-near", Severity.NOTICE)
    assert "„people“" in issue.sentence
    assert "2024: 2.000 statt 1.999" in issue.sentence


def test_a_correction_that_breaks_an_exact_total_is_a_warning():
    new = table("korrektur", "cases", "2024", 52, keys=["07"], revises=("cases24",))
    found = {issue.code: issue for issue in judged(*before(), new)}
    assert found["total-broken"].severity is Severity.WARNING
    assert "2024: 1.002 statt 1.000" in found["total-broken"].sentence
    assert "total-differs" not in found


def test_a_correction_with_its_own_sum_row_breaks_nothing():
    new = table("korrektur", "cases", "2024", 52, keys=["07"], total=1002, revises=("cases24",))
    assert not {"total-broken", "total-near"} & {issue.code for issue in judged(*before(), new)}


def test_sums_without_protected_cells_are_no_difference():
    """What lacks because it is protected must not be told as a difference."""
    cases = table("cases24", "cases", "2024", lambda key: State.PROTECTED if key == "04" else 50, total=952)
    people, _cases, young = before()
    assert [issue.code for issue in reconciled(people, cases, young)] == []


@pytest.mark.parametrize(("code", "told"), [("text-in-number", True), ("columns-shifted", False)])
def test_a_text_in_one_cell_hides_neither_a_negative_count_nor_a_broken_total(code, told):
    """Where whole columns are misread nothing is said of their numbers."""
    people, _cases, young = before()
    new = table("cases25", "cases", "2024", lambda key: -5 if key == "07" else 60, total=1000)
    new = replace(new, issues=(Issue(code=code, severity=Severity.ERROR, message="m"),))
    found = {issue.code for issue in judged(people, young, new, by=issues_beside_errors)}
    assert found == ({"count-negative", "total-differs"} if told else set())


def test_a_published_edition_tells_no_difference_that_holds_protected_cells(town):
    """Inside, every total is missed by one; outside only those are told whose areas are all shown, or exceed it."""
    last = str(town.panel.periods[-1])
    sums = {row.indicator: row for row in town.reconciliation if str(row.period) == last and row.part == "numerator"}
    off = tuple(
        replace(each, numerator_total={last: sums[each.id].areas_sum + 1}) if each.is_rate else each
        for each in town.panel.indicators
    )
    panel = replace(town.panel, indicators=off)
    inside = replace(town, panel=panel, reconciliation=reconcile.reconcile(panel))
    told = protect_edition(replace(inside, issues=reconcile.issues_of(inside.reconciliation, panel, town.system)))
    rows = {(row.indicator, str(row.period), row.part): row for row in told.reconciliation}
    hidden = {"+".join(each.numerator) for each in off if each.is_rate and rows[each.id, last, "numerator"].hidden}
    open_ = {"+".join(each.numerator) for each in off if each.is_rate} - hidden
    assert hidden
    named = {issue.params["variables"] for issue in told.issues if issue.code in ("total-near", "total-differs")
             and last in str(issue.params) and "variables" in issue.params}  # fmt: skip
    assert not named & {names.replace("+", " + ") for names in hidden - open_}


def test_a_wrong_total_is_not_explained_by_protected_cells_of_another_column():
    """A stranger's total was 16 % too high in a column without a protected cell, and only a notice came."""
    people, _cases, young = before()
    people = replace(people, rows=table("p", "people", "2024", lambda k: State.PROTECTED if k == "04" else 100).rows)
    found = {issue.code: issue for issue in reconciled(people, table("c", "cases", "2024", 50, total=1160), young)}
    assert "2024: Die Gebiete ergeben zusammen 1.000, amtlich sind es 1.160" in found["total-differs"].sentence
    assert "total-above-sum" not in found


@pytest.mark.parametrize(("total", "code"), [(959, "total-above-sum"), (960, "total-differs")])
def test_protected_cells_explain_no_more_than_they_can_hold(total, code):
    people, _cases, young = before()
    cases = table("c", "cases", "2024", lambda key: State.PROTECTED if key == "04" else 50, total=total)
    found = {issue.code: issue for issue in reconciled(people, cases, young)}
    assert code in found, found
    assert len({"total-above-sum", "total-differs"} & found.keys()) == 1


def test_missing_addresses_explain_only_a_sum_below_the_total():
    for total, is_told in ((2001, True), (1999, False)):
        (issue,) = reconciled(table("people24", "people", "2024", 100, total=total), *before()[1:])
        assert ("ohne bekannte Adresse" in issue.advice) is is_told


def wrong(key):
    return 999999 if key == "07" else 50


def test_a_sum_row_is_compared_before_any_denominator_is_there():
    """A stranger's first table held 999999 jobless in one quarter, and nothing was said."""
    (issue,) = judged(table("cases24", "cases", "2024", wrong, total=1000))
    assert (issue.code, issue.severity) == ("total-differs", Severity.WARNING)
    assert "„cases“, 2024: Die Gebiete ergeben zusammen 1.000.949, amtlich sind es 1.000" in issue.sentence


def test_a_sum_row_of_means_is_no_sum():
    new = table("age24", "age", "2024", 40, total=41)
    assert "total-differs" not in {issue.code for issue in judged(new)}


def test_too_many_cases_in_a_stored_table_do_not_refuse_the_right_one():
    people, *_rest = before()
    found = {issue.code: issue for issue in judged(table("cases24", "cases", "2024", wrong), people)}
    assert found["stored-over-denominator"].severity is Severity.WARNING
    assert "„cases24“" in found["stored-over-denominator"].sentence
    assert Severity.ERROR not in {issue.severity for issue in found.values()}
    found = {issue.code: issue for issue in judged(people, table("cases24", "cases", "2024", wrong))}
    assert found["numerator-over-denominator"].severity is Severity.ERROR


def test_what_is_still_to_come_is_told_by_its_label():
    people, *rest = before()
    people = replace(people, table=replace(people.table, variables={"people": "Einwohner (2024)"}))
    (issue,) = judged(people, *rest, table("cases25", "cases", "2025", 5))
    assert issue.sentence == "Für 2025 sind Nenner noch nicht geliefert: Einwohner."
