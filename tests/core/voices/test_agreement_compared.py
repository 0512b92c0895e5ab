"""Coders compared, every category at once: against tables worked out by hand and against pairs counted one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.base import WrongRequest
from nahraum.base.language import speaking
from nahraum.evidence.voices.agreement.compared import compare, shared
from nahraum.evidence.voices.agreement.levels import lines_of
from nahraum.evidence.voices.agreement.stretches import by_stretch
from nahraum.evidence.voices.agreement.terms import Level, Measure, Why
from nahraum.evidence.voices.categories import Category, System
from nahraum.evidence.voices.coded import Coded
from nahraum.evidence.voices.codings import codings_of
from nahraum.evidence.voices.evidence import Material
from nahraum.evidence.voices.studies.terms import Study

SYSTEM = System(
    id="s",
    name="S",
    categories=(
        Category(id="needs", name="Bedarfe"),
        Category(id="housing", name="Wohnen", parent="needs"),
        Category(id="traffic", name="Verkehr", parent="needs"),
        Category(id="unused", name="Anderes"),
    ),
)
IDS = tuple(each.id for each in SYSTEM.categories)
NEEDS, HOUSING, TRAFFIC, _UNUSED = range(4)


def coded(rows, lengths, coders=2, worked=()):
    """Return rows (text, coder, code, start, end) as a study."""
    nowhere = Material(texts=[], collection=[], collections={}, words=lambda *_place: "")
    codings = codings_of(rows, lengths, coders, worked)
    study = Study(id="s", title="S")
    return Coded(study=study, system=SYSTEM, codings=codings, categories=IDS, material=nowhere, whose="")


def values(row):
    return {each.measure: each.value for each in row.results}


def table(both, one, other, neither, text=0, code=HOUSING):
    """Return codings of a text whose characters make this table of two coders, and its length."""
    ends = both + one, both + one + other
    rows = [(text, 0, code, 0, both), (text, 0, code, both, ends[0]), (text, 1, code, 0, both)]
    rows += [(text, 1, code, ends[0], ends[1])]
    return [row for row in rows if row[3] < row[4]], ends[1] + neither


def test_every_measure_of_a_table_worked_out_by_hand():
    """20, 5, 10, 15 of 50: observed 0.7; expected: Cohen 0.5, Fleiss 0.55² + 0.45², AC1 2·0.55·0.45, alpha 0.5."""
    rows, length = table(20, 5, 10, 15)
    found = compare(coded(rows, [length]), (0, 1), Level.CHARACTER)
    by_hand = {
        Measure.PERCENT: 0.7,
        Measure.COHEN: 0.4,
        Measure.FLEISS: (0.7 - 0.505) / 0.495,
        Measure.BRENNAN_PREDIGER: 0.4,
        Measure.GWET_AC1: (0.7 - 0.495) / 0.505,
        Measure.ALPHA: 0.4,
    }
    (row,) = found.rows
    assert (row.category, row.units, row.given) == ("housing", 50, (25, 30))
    assert values(row) == pytest.approx(by_hand)
    assert values(found.overall) == pytest.approx(by_hand)
    assert found.chosen.category is None
    for each in found.chosen.results:
        assert each.low < each.value < each.high
        assert each.high - each.low < 0.6
    assert all(each.low is None for each in row.results)


def test_all_together_every_judgement_counts_once():
    """Two categories on the same 50 characters are 100 judgements: 30, 10, 12, 48."""
    housing, _length = table(20, 5, 10, 15)
    traffic, _length = table(10, 5, 2, 33, code=TRAFFIC)
    found = compare(coded(housing + traffic, [50]), (0, 1), Level.CHARACTER, chosen="traffic")
    assert [row.category for row in found.rows] == ["housing", "traffic"]
    assert (found.overall.units, found.overall.given) == (100, (40, 42))
    observed, expected = 0.78, 0.4 * 0.42 + 0.6 * 0.58
    assert values(found.overall)[Measure.COHEN] == pytest.approx((observed - expected) / (1 - expected))
    assert found.chosen.category == "traffic"
    assert values(found.chosen) == values(found.rows[1])
    as_main = compare(coded(housing + traffic, [50]), (0, 1), Level.CHARACTER, main=True)
    (row,) = as_main.rows  # both lie from the first character on: needs 0-25 and 0-20, 25-35 against 0-10, 15-17
    assert row.category == "needs"
    assert row.given == (25, 30)


def test_a_text_counts_as_soon_as_two_worked_on_it_and_nothing_found_there_is_a_judgement():
    rows = [(0, 0, HOUSING, 0, 3), (0, 1, HOUSING, 1, 4), (1, 0, HOUSING, 0, 3), (2, 0, TRAFFIC, 0, 2)]
    without = coded(rows, [5, 5, 5])
    assert shared(without.codings, (0, 1)) == (0,)
    with_mark = coded(rows, [5, 5, 5], worked=[(1, 1)])
    found = compare(with_mark, (0, 1), Level.TEXT)
    assert found.texts == (0, 1)
    (row,) = found.rows
    assert (row.category, row.units, row.given) == ("housing", 2, (2, 1))
    assert values(row)[Measure.PERCENT] == 0.5
    assert compare(with_mark, (0, 1), Level.TEXT, texts=[1]).overall.given == (1, 0)


def test_lines_are_units_and_empty_ones_are_none():
    said = "ab cd\n\n  \nef"
    assert lines_of(said) == [(0, 5), (10, 12)]
    found = compare(
        coded([(0, 0, HOUSING, 3, 5), (0, 1, HOUSING, 0, 1), (0, 1, HOUSING, 11, 12)], [len(said)]),
        (0, 1),
        Level.LINE,
        lines={0: lines_of(said)},
    )
    assert found.overall.units == 2
    assert found.overall.given == (1, 2)
    assert values(found.overall)[Measure.PERCENT] == 0.5


def test_stretches_that_overlap_enough_have_percent_and_over_all_categories_brennan_prediger():
    """Three of five stretches agree; between three categories chance would agree on a third."""
    rows = [(0, 0, NEEDS, 0, 10), (0, 1, NEEDS, 0, 9), (0, 0, HOUSING, 20, 30), (0, 1, HOUSING, 25, 35)]
    rows += [(0, 0, TRAFFIC, 40, 42)]
    found = compare(coded(rows, [50]), (0, 1), Level.SEGMENT, overlap=0.9)
    assert found.measures == (Measure.PERCENT, Measure.BRENNAN_PREDIGER)
    assert (found.overall.units, found.overall.given) == (5, (3, 2))
    observed = 2 / 5
    expected = {Measure.PERCENT: observed, Measure.BRENNAN_PREDIGER: (observed - 1 / 3) / (1 - 1 / 3)}
    assert values(found.overall) == pytest.approx(expected)
    assert [values(row)[Measure.PERCENT] for row in found.rows] == [1, 0, 0]
    assert {row.results[1].why for row in found.rows} == {Why.ALL_ONLY}
    only = compare(coded(rows[:2], [50]), (0, 1), Level.SEGMENT)
    assert (only.overall.results[1].value, only.overall.results[1].why) == (None, Why.ONE_CATEGORY)


def test_what_has_no_value_says_why_and_is_never_zero():
    everywhere = compare(coded([(0, 0, HOUSING, 0, 5), (0, 1, HOUSING, 0, 5)], [5]), (0, 1), Level.CHARACTER)
    told = {each.measure: (each.value, each.why) for each in everywhere.chosen.results}
    assert told[Measure.PERCENT] == (1, None)
    assert told[Measure.COHEN] == told[Measure.FLEISS] == told[Measure.ALPHA] == (None, Why.ONE_VALUE)
    apart = coded([(0, 0, HOUSING, 0, 5), (1, 1, HOUSING, 0, 5)], [5, 5])
    for level in Level:
        nothing = compare(apart, (0, 1), level)
        assert nothing.texts == nothing.rows == ()
        assert {(each.value, each.why) for each in nothing.chosen.results} == {(None, Why.NOT_JUDGED)}
        assert nothing.overall.given == (0, 0)
    one_text = compare(coded([(0, 0, HOUSING, 0, 3), (0, 1, HOUSING, 0, 4)], [5]), (0, 1), Level.STRETCH)
    (result,) = one_text.chosen.results
    assert (result.low, result.why) == (None, Why.FEW_TEXTS)


def test_samples_draw_whole_texts_where_there_are_enough():
    """In three of six texts all agree, in three nobody: of six texts drawn, 95 % hold between one and five such."""
    rows = [(text, 0, HOUSING, 0, 50) for text in range(6)] + [(text, 1, HOUSING, 0, 50) for text in range(3)]
    rows += [(text, 1, TRAFFIC, 50, 99) for text in range(3, 6)]
    made = coded(rows, [50] * 3 + [99] * 3)
    lines = {text: [(0, 50)] for text in range(6)}
    result = compare(made, (0, 1), Level.LINE, lines=lines, chosen="housing").chosen.results[0]
    assert (result.value, result.low, result.high) == (0.5, pytest.approx(1 / 6), pytest.approx(5 / 6))
    few = compare(made, (0, 1), Level.CHARACTER, texts=range(4), chosen="housing")
    assert not few.draws_texts
    assert few.chosen.results[0].high - few.chosen.results[0].low < 0.2


def test_three_people_are_compared_by_conger_and_never_by_overlapping_stretches():
    rows = [(0, coder, HOUSING, 0, 2 + coder) for coder in range(3)]
    found = compare(coded(rows, [6], 3), (0, 1, 2), Level.CHARACTER)
    assert Measure.CONGER in found.measures
    assert Measure.COHEN not in found.measures
    assert values(found.overall)[Measure.PERCENT] == pytest.approx((4 + 2 / 3) / 6)  # at two places one of three pairs
    two = compare(coded(rows, [6], 3), (2, 0), Level.CHARACTER)
    assert two.overall.given == (4, 2)
    with speaking("en"), pytest.raises(WrongRequest, match="between two"):
        compare(coded(rows, [6], 3), (0, 1, 2), Level.SEGMENT)
    with speaking("en"), pytest.raises(WrongRequest, match="two people"):
        compare(coded(rows, [6], 3), (1, 1), Level.TEXT)


def test_overlapping_stretches_of_one_person_are_one():
    whole = by_stretch(codings_of([(0, 0, 0, 0, 6), (0, 1, 0, 1, 6)], [9], 2), 0)
    parts = by_stretch(codings_of([(0, 0, 0, 0, 4), (0, 0, 0, 2, 6), (0, 0, 0, 3, 5), (0, 1, 0, 1, 6)], [9], 2), 0)
    touching = by_stretch(codings_of([(0, 0, 0, 0, 4), (0, 0, 0, 4, 6), (0, 1, 0, 1, 6)], [9], 2), 0)
    assert whole.value == parts.value
    assert whole.value != touching.value
    assert parts.given.tolist() == [1, 1]
    assert touching.given.tolist() == [2, 1]


texts = st.lists(
    st.lists(st.one_of(st.none(), st.lists(st.integers(0, 2), min_size=7, max_size=7)), min_size=3, max_size=3).filter(
        lambda row: sum(each is not None for each in row) >= 2
    ),
    min_size=1,
    max_size=3,
)


@given(texts=texts)
def test_stretches_of_many_texts_are_compared_pair_by_pair(texts):
    """1 and 2 are stretches of the same code that may touch; None is a text that somebody left out."""
    rows, flat, within, places = [], [], 0.0, 0
    worked = [(coder, t) for t, row in enumerate(texts) for coder, each in enumerate(row) if each is not None]
    for t, row in enumerate(texts):
        here = [each for each in row if each is not None]
        for n in range(7):
            marked = [bool(each[n]) for each in here]
            within += sum(a != b for a in marked for b in marked) / (len(here) - 1)
            places += len(here)
        for coder, each in enumerate(row):
            begin = 0
            for n in range(7) if each is not None else ():
                if n and each[n] != each[n - 1]:
                    begin = n
                flat.append((t, coder, begin if each[n] else ("gap", n), bool(each[n])))
                if each[n] and (n == 6 or each[n + 1] != each[n]):
                    rows.append((t, coder, 0, begin, n + 1))
    among = [a[3] != b[3] for a in flat for b in flat if a[:3] != b[:3]]
    expected = 1 - within / places / np.mean(among) if any(among) else float("nan")
    made = codings_of(rows, [7] * len(texts), 3, worked)
    assert by_stretch(made, 0).value == pytest.approx(expected, nan_ok=True)
