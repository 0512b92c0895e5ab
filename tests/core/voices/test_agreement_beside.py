"""Two people's codings of a text, side by side."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nahraum.base.language import speaking
from nahraum.evidence.voices.agreement.beside import Difference, Mark, lines, places

SAID = "Der Platz ist laut.\n\nEs fehlt ein Treff."


def mark(start, end, category="a"):
    return Mark(start, end, category, f"{category}{start}-{end}")


def test_every_place_says_how_the_two_differ():
    one = [mark(0, 9), mark(10, 13), mark(21, 40), mark(0, 5, "b")]
    other = [mark(0, 9), mark(21, 30), mark(14, 18)]
    found = places(one, other, [mark(21, 40), mark(30, 33, "c")])
    assert [(each.category, each.start, each.end, each.difference) for each in found] == [
        ("b", 0, 5, Difference.ONE),
        ("a", 0, 9, Difference.SAME),
        ("a", 10, 13, Difference.ONE),
        ("a", 14, 18, Difference.OTHER),
        ("a", 21, 40, Difference.BOUNDS),
        ("c", 30, 33, Difference.NEITHER),
    ]
    assert found[4].agreed == (mark(21, 40),)
    assert [each.is_different for each in found] == [True, False, True, True, True, False]
    with speaking("en"):
        assert found[0].difference.words("Ada", "Cem") == "only Ada"


def test_touching_stretches_are_two_places_and_overlapping_ones_a_chain():
    assert len(places([mark(0, 5), mark(5, 9)], [mark(0, 5), mark(5, 9)])) == 2
    (chain,) = places([mark(0, 5), mark(8, 12)], [mark(4, 9)])
    assert (chain.start, chain.end, len(chain.one), len(chain.other)) == (0, 12, 2, 1)


def test_a_place_that_stays_uncoded_is_decided_until_somebody_codes_beyond_it():
    left = [Mark(0, 12, "a", "left"), Mark(0, 40, "b", "elsewhere")]
    (chain,) = places([mark(0, 5), mark(8, 12)], [mark(4, 9)], uncoded=left)
    assert chain.uncoded == (left[0],)
    assert chain.is_decided
    (wider,) = places([mark(0, 5), mark(8, 13)], [mark(4, 9)], uncoded=left)
    assert wider.uncoded == ()
    assert not wider.is_decided
    inside, outside = places([mark(2, 4), mark(12, 14)], [], uncoded=left)
    assert inside.is_decided
    assert not outside.is_decided
    (agreed,) = places([mark(20, 24)], [], [mark(20, 24)], left)
    assert agreed.is_decided
    assert places([], [], uncoded=left) == ()


def test_lines_show_the_words_of_each_mark():
    found = places([mark(4, 26), mark(0, 3, "b")], [mark(4, 9)])
    first, empty, last = lines(SAID, found)
    wide = found[1].one[0]
    assert (first.number, first.quoted(wide), empty.quoted(wide), last.quoted(wide)) == (
        1, "Platz ist laut. …", "…  …", "… Es fe",
    )  # fmt: skip
    assert last.quoted(found[0].one[0]) == ""
    assert [len(each.places) for each in (first, empty, last)] == [2, 1, 1]
    assert first.begins(found[1])
    assert not last.begins(found[1])
    long = "x" * 500
    (line,) = lines(long, ())
    assert line.quoted(Mark(0, 500, "a", "")).count("x") < 200


marks = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12), st.sampled_from("ab")), max_size=8).map(
    lambda some: [mark(start, min(start + long, 40), category) for start, long, category in some]
)


@given(one=marks, other=marks)
def test_no_mark_is_lost_and_places_of_a_category_never_overlap(one, other):
    found = places(one, other)
    assert sorted(each for place in found for each in place.one) == sorted(one)
    assert sorted(each for place in found for each in place.other) == sorted(other)
    for category in "ab":
        here = [each for each in found if each.category == category]
        assert all(a.end <= b.start for a, b in pairwise(here))
    touched = {(line.number, place) for line in lines(SAID, found) for place in line.places}
    ends = [(1, 0, 20), (2, 20, 21), (3, 21, 41)]
    assert touched == {(n, each) for each in found for n, start, end in ends if each.start < end and each.end > start}
