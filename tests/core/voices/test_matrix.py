"""Matrices, themes across spaces and codes that meet, against counts by hand."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.base import WrongRequest
from nahraum.base.language import speaking
from nahraum.evidence.voices.codings import Codings, in_kinds
from nahraum.evidence.voices.cross_space import cross_space
from nahraum.evidence.voices.matrix import OUTSIDE, matrix
from nahraum.evidence.voices.together import Meeting, paragraphs_of, together
from nahraum.evidence.voices.together import met as met_in

LENGTH = 20
marks = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 4), st.integers(0, 9), st.integers(1, 10)),
    unique=True,
    max_size=25,
)


def codings(rows):
    columns = np.array([(t, c, k, s, s + n) for t, c, k, s, n in rows], dtype=np.int64).reshape(-1, 5).T
    return Codings(*columns, np.full(4, LENGTH), np.ones((2, 4), dtype=bool))


@given(rows=marks)
def test_a_matrix_counts_codings_segments_texts_and_coders(rows):
    made = codings(rows)
    row_of, column_of = np.array([0, 1, 1, OUTSIDE]), np.array([0, 0, 1, OUTSIDE, 1])
    found = matrix(made, row_of, column_of, (2, 2))
    for r in range(2):
        for k in range(2):
            here = [(t, c, s, s + n) for t, c, code, s, n in rows if row_of[t] == r and column_of[code] == k]
            assert found.codings[r, k] == len(here)
            assert found.segments[r, k] == len({(t, s, e) for t, _c, s, e in here})
            assert found.texts[r, k] == len({t for t, *_rest in here})
            assert found.coders[r, k] == len({c for _t, c, *_rest in here})
            assert [
                tuple(map(int, (made.text[n], made.coder[n], made.start[n], made.end[n]))) for n in found.behind(r, k)
            ] == here


@given(rows=marks)
def test_codes_meet_as_their_definition_says(rows):
    made = codings(rows)
    paragraphs = np.stack([made.start // 5, (made.end - 1) // 5], axis=1)
    for meeting in Meeting:
        wanted = np.zeros((5, 5), dtype=int)
        pairs = {}
        for i, (t, _c, a, s, n) in enumerate(rows):
            for j, (u, _d, b, x, m) in enumerate(rows):
                if i == j or t != u:
                    continue
                if meeting is Meeting.OVERLAP:
                    met = bool(set(range(s, s + n)) & set(range(x, x + m)))
                elif meeting is Meeting.NESTING:
                    met = set(range(s, s + n)) <= set(range(x, x + m))
                else:
                    met = bool({p // 5 for p in range(s, s + n)} & set(range(x // 5, (x + m - 1) // 5 + 1)))
                wanted[a, b] += met
                pairs.setdefault((a, b), set()).update({i, j} if met else ())
        if meeting is not Meeting.NESTING:
            wanted[np.diag_indices(5)] //= 2
        assert together(made, 5, meeting, paragraphs).tolist() == wanted.tolist()
        for a, b in product(range(5), range(5)):
            assert met_in(made, a, b, meeting, paragraphs).tolist() == sorted(pairs.get((a, b), ()))


def test_many_codings_in_one_text_are_compared_in_parts(monkeypatch):
    made = codings([(0, 0, n % 5, n % 9, 1 + n % 7) for n in range(60)])
    whole = together(made, 5, Meeting.OVERLAP)
    monkeypatch.setattr("nahraum.evidence.voices.together.AT_ONCE", 100)
    assert together(made, 5, Meeting.OVERLAP).tolist() == whole.tolist()


def test_a_coding_touches_the_lines_that_hold_something():
    text = "eins\n\n  zwei\ndrei"
    places = [(0, 2), (0, 9), (4, 6), (8, 10), (0, 17), (13, 14)]
    made = codings([(0, 0, 0, start, end - start) for start, end in places])
    touched = paragraphs_of(made, {0: text}.__getitem__).tolist()
    assert [touched[n] for n in (0, 1, 3, 4, 5)] == [[0, 0], [0, 1], [1, 1], [0, 2], [2, 2]]
    assert together(made.where(np.array([1, 2])), 1, Meeting.PARAGRAPH, np.array(touched)[1:3]).tolist() == [[0]]


def test_a_theme_in_four_of_six_spaces_is_cross_space_and_single_segments_decide_it():
    segments = np.array([[3, 1, 0, 2], [1, 1, 0, 1], [1, 1, 0, 1], [2, 0, 0, 1], [0, 0, 0, 1], [0, 0, 1, 0]])
    four, three, one, five = cross_space(segments)
    assert (four.spaces, four.is_cross_space, four.one_less, four.one_more) == (4, True, True, False)
    assert four.decided_by == (1, 2)
    assert (three.is_cross_space, three.one_less, three.decided_by) == (False, True, ())
    assert not one.one_less
    assert (five.is_cross_space, five.one_more, five.decided_by) == (True, True, ())


@given(st.lists(st.lists(st.integers(0, 2), min_size=6, max_size=6), min_size=1, max_size=5), st.integers(1, 6))
def test_without_the_segment_that_decides_the_answer_is_another(themes, least):
    segments = np.array(themes).T
    for reach in cross_space(segments, least):
        for space in range(6):
            if segments[space, reach.theme] == 0:
                continue
            less = segments.copy()
            less[space, reach.theme] -= 1
            other = cross_space(less, least)[reach.theme].is_cross_space
            assert (other != reach.is_cross_space) == (space in reach.decided_by)


@pytest.mark.parametrize("least", [0, 7])
def test_a_rule_beyond_the_spaces_is_refused(least):
    with speaking("en"), pytest.raises(WrongRequest, match="1 to 6"):
        cross_space(np.ones((6, 1), dtype=int), least)


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 2**40), st.integers(-1, 2**40))))
def test_equal_rows_stand_together(rows):
    columns = np.array([row for row in rows for _twice in range(2)], dtype=np.int64).reshape(-1, 3).T
    order, is_first = in_kinds(*columns)
    assert [tuple(row) for row in columns.T[order].tolist()] == sorted(rows * 2)
    assert columns.T[order[is_first]].tolist() == [list(row) for row in sorted(set(rows))]
