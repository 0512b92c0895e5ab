"""Units of comparison, each against a count by hand, character by character."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.base import WrongRequest
from nahraum.base.language import speaking
from nahraum.evidence.voices.agreement import percent
from nahraum.evidence.voices.agreement.levels import by_character, by_line, by_segment, by_text
from nahraum.evidence.voices.codings import Codings

LENGTHS = (7, 5, 9)
spans = st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1), st.integers(0, 8), st.integers(1, 9))
LINES = [[(0, 3), (4, 7)], [(0, 5)], [(0, 2), (3, 6), (7, 9)]]


def codings(rows, worked=None):
    kept = [(t, c, k, s, min(e, LENGTHS[t])) for t, c, k, s, e in rows if s < min(e, LENGTHS[t])]
    columns = np.array(kept, dtype=np.int64).reshape(-1, 5).T
    everyone = np.ones((3, 3), dtype=bool) if worked is None else np.array(worked)
    return Codings(*columns, np.array(LENGTHS), everyone), kept


def marks(kept, worked, code):
    """Return coder -> text -> a set of marked characters, None where nobody worked."""
    return [
        [
            {n for t, c, k, s, e in kept if (t, c, k) == (text, coder, code) for n in range(s, e)} if here else None
            for text, here in enumerate(row)
        ]
        for coder, row in enumerate(worked)
    ]


def counted(ratings):
    return {
        tuple(column): times
        for column, times in zip(ratings.codes.T.tolist(), ratings.times.tolist(), strict=True)
        if times
    }


def by_hand(units):
    """Count patterns of one value per coder: 1, 0, or -1 for no judgement."""
    found = {}
    for unit in units:
        found[tuple(unit)] = found.get(tuple(unit), 0) + 1
    return found


@given(
    rows=st.lists(spans, max_size=12),
    worked=st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=3, max_size=3),
)
def test_units_are_counted_as_by_hand(rows, worked):
    made, kept = codings(rows, worked)
    for code in (0, 1):
        seen = marks(kept, worked, code)

        def judged(text, wanted, seen=seen):
            return [-1 if row[text] is None else int(bool(row[text] & wanted)) for row in seen]

        texts = [judged(t, set(range(size))) for t, size in enumerate(LENGTHS)]
        characters = [judged(t, {n}) for t, size in enumerate(LENGTHS) for n in range(size)]
        lines = [judged(t, set(range(s, e))) for t, each in enumerate(LINES) for s, e in each]
        assert counted(by_text(made, code)) == by_hand(texts)
        assert counted(by_character(made, code)) == by_hand(characters)
        found = by_line(made, code, LINES)
        assert counted(found) == by_hand(lines)
        assert found.groups.sum(axis=1).tolist() == [2, 1, 3]


def test_segments_agree_where_they_overlap_enough():
    two = np.ones((2, 3), dtype=bool)
    rows = [(0, 0, 0, 0, 4), (0, 1, 0, 0, 5), (2, 0, 0, 0, 9), (1, 1, 0, 0, 5)]
    made, _kept = codings(rows, two)
    assert percent(by_segment(made, 0, overlap=0.8)) == pytest.approx(2 / 4)  # 4 of 5 characters are shared
    assert percent(by_segment(made, 0, overlap=0.81)) == 0
    assert np.isnan(percent(by_segment(made, 1)))


@pytest.mark.parametrize(("coders", "overlap", "says"), [(3, 0.5, "two coders"), (2, 0.0, "above 0"), (2, 1.5, "100")])
def test_a_wrong_request_says_what_is_wrong(coders, overlap, says):
    made, _kept = codings([], np.ones((coders, 3), dtype=bool))
    with speaking("en"), pytest.raises(WrongRequest, match=says):
        by_segment(made, 0, overlap=overlap)


@given(rows=st.lists(spans.filter(lambda row: row[1] < 2), max_size=12), overlap=st.sampled_from([0.01, 0.3, 0.5, 1.0]))
def test_segments_are_compared_as_pair_by_pair(rows, overlap):
    made, kept = codings(rows, np.ones((2, 3), dtype=bool))
    for code in (0, 1):
        here = [(c, t, set(range(s, e))) for t, c, k, s, e in kept if k == code]
        agreed = [any(c != d and t == u and len(a & b) / len(a | b) >= overlap for d, u, b in here) for c, t, a in here]
        first = [same for same, (c, _t, _a) in zip(agreed, here, strict=True) if c == 0]
        found = counted(by_segment(made, code, overlap=overlap))
        assert found.get((1, 1), 0) == sum(agreed)
        assert found.get((1, 0), 0) == first.count(False)
        assert found.get((0, 1), 0) == agreed.count(False) - first.count(False)
