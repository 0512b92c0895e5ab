"""Mayring's chain and summaries of cells: origins are kept, and what changed is looked at again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.base import WrongRequest
from nahraum.base.language import speaking
from nahraum.evidence.voices.codings import Codings
from nahraum.evidence.voices.condensing.chain import Chain, Stage
from nahraum.evidence.voices.condensing.grid import Stretch, check, stretches, summarise
from nahraum.evidence.voices.matrix import OUTSIDE, matrix

SEGMENT, PARAPHRASE, GENERALISATION, REDUCTION = Stage


@pytest.fixture
def chain():
    """s1, s2, s3 -> p1, p2 -> g1, g2 -> r1, and rr over r1."""
    made = Chain()
    for id in ("s1", "s2", "s3"):
        made = made.write(id, SEGMENT, f"words of {id}")
    for n in "12":
        made = made.write(f"p{n}", PARAPHRASE, f"paraphrase {n}", (f"s{n}",))
        made = made.write(f"g{n}", GENERALISATION, f"generalised {n}", (f"p{n}",))
    return made.write("r1", REDUCTION, "reduced", ("g1", "g2")).write("rr", REDUCTION, "reduced again", ("r1",))


def test_every_step_knows_its_segments_and_the_table_shows_the_ways(chain):
    assert chain.segments("rr") == ("s1", "s2")
    assert chain.segments("g2") == ("s2",)
    assert chain.rows() == (("s1", "p1", "g1", "r1", "rr"), ("s2", "p2", "g2", "r1", "rr"), ("s3",))
    assert chain.rows(("s2", "s3")) == (("s2", "p2", "g2", "r1", "rr"), ("s3",))
    assert chain.look_again() == {}


def test_what_is_still_to_do_leaves_out_what_was_left_out_with_a_reason(chain):
    assert (chain.open(SEGMENT), chain.open(GENERALISATION)) == (("s3",), ())
    left = chain.leave_out("s3", "says the same as s2")
    assert left.open(SEGMENT) == ()
    with speaking("en"), pytest.raises(WrongRequest, match="left out: “s3”"):
        left.write("p3", PARAPHRASE, "x", ("s3",))
    assert left.leave_out("s3", "").open(SEGMENT) == ("s3",)
    with speaking("en"), pytest.raises(WrongRequest, match="carried on already, in: “p1”"):
        chain.leave_out("s1", "dull")


def test_other_words_upstream_mark_all_that_lies_downstream(chain):
    changed = chain.write("p1", PARAPHRASE, "other words", ("s1",))
    assert changed.look_again() == {"g1": ("p1",), "r1": ("p1",), "rr": ("p1",)}
    assert changed.confirm("g1").look_again() == {}
    lifted = changed.write("g1", GENERALISATION, "lifted anew", ("p1",))
    assert lifted.look_again() == {"r1": ("g1",), "rr": ("g1",)}
    back = changed.write("p1", PARAPHRASE, "paraphrase 1", ("s1",))
    assert back.look_again() == {}


def test_what_rests_on_a_step_that_is_gone_is_looked_at_again(chain):
    gone = chain.without("s2")
    assert gone.look_again() == dict.fromkeys(("p2", "g2", "r1", "rr"), ("s2",))
    with speaking("en"), pytest.raises(WrongRequest, match="Nothing is left"):
        gone.confirm("p2")
    assert gone.without("p2").without("g2").confirm("r1").look_again() == {}


@pytest.mark.parametrize(
    ("id", "stage", "text", "behind", "says"),
    [
        ("x", PARAPHRASE, " ", ("s3",), "Write something"),
        ("x", PARAPHRASE, "x", (), "one segment"),
        ("x", PARAPHRASE, "x", ("s1", "s2"), "one segment"),
        ("x", PARAPHRASE, "x", ("p1",), "one segment"),
        ("x", GENERALISATION, "x", ("s1",), "one paraphrase"),
        ("x", REDUCTION, "x", ("p1",), "bundles"),
        ("x", REDUCTION, "x", (), "bundles"),
        ("x", SEGMENT, "x", ("s1",), "stands in a text"),
        ("x", REDUCTION, "x", ("nothing",), "no step “nothing”"),
        ("p1", REDUCTION, "x", ("g2",), "paraphrase, not reduction"),
        ("r1", REDUCTION, "x", ("rr",), "rest on itself"),
        ("r1", REDUCTION, "x", ("r1",), "rest on itself"),
    ],
)
def test_the_order_of_the_chain_is_kept(chain, id, stage, text, behind, says):
    with speaking("en"), pytest.raises(WrongRequest, match=says):
        chain.write(id, stage, text, behind)


@given(st.data())
def test_looking_again_follows_its_definition(data):
    """A step is marked exactly where on some way down to it a link no longer fits the words above."""
    made, ids = Chain().write("s", SEGMENT, "s"), {stage: [] for stage in Stage}
    ids[SEGMENT].append("s")
    for n in range(data.draw(st.integers(1, 25))):
        stage = data.draw(st.sampled_from(list(Stage)))
        from_ = {SEGMENT: [], PARAPHRASE: ids[SEGMENT], GENERALISATION: ids[PARAPHRASE]}.get(
            stage, ids[GENERALISATION] + ids[REDUCTION]
        )
        if stage is not SEGMENT and not from_:
            continue
        most = {SEGMENT: 0, REDUCTION: 3}.get(stage, 1)
        behind = data.draw(st.lists(st.sampled_from(from_), min_size=1, max_size=most, unique=True)) if most else []
        made = made.write(f"{n}", stage, f"{n}", tuple(behind))
        ids[stage].append(f"{n}")
    for id in data.draw(st.lists(st.sampled_from(list(made.steps)), max_size=4)):
        step = made.steps[id]
        made = made.write(id, step.stage, step.text + "!", tuple(step.behind))

    resting = made.resting()
    assert {id: set(some) for id, some in resting.items()} == {id: set(made.segments(id)) for id in made.steps}
    assert all(len(some) == len(set(some)) for some in resting.values())

    def stale(id):
        return any(made.steps[each].hash != seen or stale(each) for each, seen in made.steps[id].behind.items())

    assert set(made.look_again()) == {id for id in made.steps if stale(id)}


def cells(rows):
    """Two spaces with a text each, two categories."""
    columns = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    made = Codings(*columns, np.array([50, 50, 50]), np.ones((2, 3), dtype=bool))
    return stretches(made, matrix(made, np.array([0, 1, OUTSIDE]), np.array([0, 1]), (2, 2)), ["a", "b", "c"])


def test_a_summary_holds_until_the_segments_behind_its_cell_change():
    rows = [(0, 0, 0, 0, 9), (0, 0, 0, 20, 30), (0, 0, 1, 0, 9), (2, 0, 0, 0, 9)]
    behind = cells(rows)
    first, second = Stretch(text="a", start=0, end=9), Stretch(text="a", start=20, end=30)
    assert behind == {(0, 0): {first, second}, (0, 1): {first}}
    summary = summarise((0, 0), "The way is long.", behind, frozenset({first}))
    assert check(summary, behind).holds
    assert check(summary, cells([*rows, (0, 1, 0, 0, 9)])).holds  # another coder marks the same stretch
    other = check(summary, cells([rows[1], (0, 0, 0, 0, 8), *rows[2:]]))
    assert (other.new, other.gone, other.lost) == ({Stretch(text="a", start=0, end=8)}, {first}, {first})
    less = check(summary, cells([rows[0]]))
    assert (less.gone, less.lost, less.holds) == ({second}, frozenset(), False)
    assert not check(summary, cells([])).holds


def test_a_summary_rests_on_something():
    behind = cells([(0, 0, 0, 0, 9)])
    foreign = frozenset({Stretch(text="a", start=1, end=2)})
    for cell, text, chosen, says in [
        ((0, 0), " ", None, "Write what"),
        ((1, 1), "x", None, "one at least"),
        ((0, 0), "x", foreign, "its own cell"),
        ((0, 0), "x", frozenset(), "one at least"),
    ]:
        with speaking("en"), pytest.raises(WrongRequest, match=says):
            summarise(cell, text, behind, chosen)
