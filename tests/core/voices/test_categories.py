"""Category systems: what may be changed, what is refused, and that every coding can be followed."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.base import WrongRequest
from nahraum.base.language import speaking
from nahraum.evidence.voices.categories import (
    NONE,
    Add,
    Category,
    Decide,
    Describe,
    Kind,
    Merge,
    Move,
    Recoding,
    Remove,
    Rename,
    Replace,
    Split,
    Standing,
    System,
    apply,
    beside,
    follow,
    history,
    progress,
)


def category(id, name, parent=None, **more):
    return Category(id=id, name=name, parent=parent, **more)


@pytest.fixture
def town():
    """Needs (housing (rent), mobility), resources (mobility)."""
    return System(
        id="first",
        name="First system",
        categories=(
            category("n", "Needs", codable=False),
            category("r", "Resources", codable=False),
            category("h", "Housing", "n"),
            category("m", "Mobility", "n"),
            category("rent", "Rent", "h"),
            category("rm", "Mobility", "r"),
        ),
    )


def tree(system, parent=None):
    return {each.id: tree(system, each.id) for each in system.under(parent)}


def test_categories_stand_in_the_order_of_the_tree(town):
    assert [each.id for each in town.categories] == ["n", "h", "rent", "m", "r", "rm"]
    assert town.label("rm") == "Resources › Mobility"


def test_changes_make_the_next_version_and_leave_the_old_one(town):
    found = apply(town, Add(category=category("p", "Play", "n"), before="m"))
    assert [each.id for each in found.under("n")] == ["h", "p", "m"]
    assert (town.version, found.version) == (1, 2)
    assert town.find("p") is None
    assert apply(town, Rename(id="h", name="Living")).get("rent") == town.get("rent")
    described = apply(town, Describe(id="m", rule="Ways", kind=Kind.DEDUCTIVE)).get("m")
    assert described == replace(town.get("m"), rule="Ways", kind=Kind.DEDUCTIVE)
    assert tree(apply(town, Move(id="h", parent="r", before="rm"))) == {
        "n": {"m": {}},
        "r": {"h": {"rent": {}}, "rm": {}},
    }
    moved = apply(town, Move(id="h", parent="r", before="rm"))
    assert [each.id for each in moved.under("r")] == ["h", "rm"]
    assert tree(apply(town, Merge(id="h", into="m"))) == {"n": {"m": {"rent": {}}}, "r": {"rm": {}}}


def test_a_split_category_keeps_its_place_and_takes_no_new_codings(town):
    parts = (category("bus", "Bus", "m"), category("bike", "Bike", "n"))
    found = apply(town, Split(id="m", parts=parts, decided={4: "bus"}))
    assert tree(found)["n"] == {"h": {"rent": {}}, "m": {"bus": {}}, "bike": {}}
    assert (found.get("m").codable, found.get("m").parts) == (False, ("bus", "bike"))
    merged = apply(found, Merge(id="bus", into="bike"))
    assert merged.get("m").parts == ("bike",)
    assert apply(merged, Decide(id="m", decided={5: "bike"})).version == 4
    assert apply(merged, Merge(id="m", into="bike")).find("m") is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (Add(category=category("x", "Housing", "n")), "two categories “Housing”"),
        (Add(category=category("h", "House", "n")), "needs a new id"),
        (Add(category=category("x", "House", "nowhere")), "no category “nowhere”"),
        (Add(category=category("x", "House", "r"), before="h"), "neighbours"),
        (Add(category=category("x", " ")), "one line"),
        (Add(category=category("x", "X", colour="red")), "#1a7f37"),
        (Rename(id="h", name="Mobility"), "two categories"),
        (Rename(id="h", name="a\nb"), "one line"),
        (Rename(id="nothing", name="a"), "no category “nothing”"),
        (Move(id="n", parent="rent"), "lies under it"),
        (Move(id="n", parent="n"), "is itself"),
        (Move(id="m", parent="r"), "two categories “Mobility”"),
        (Move(id="m", parent="n", before="m"), "neighbours"),
        (Merge(id="h", into="rent"), "Move that one out"),
        (Merge(id="h", into="h"), "is itself"),
        (Merge(id="h", into="n"), "takes no codings"),
        (Split(id="n", parts=(category("a", "A"), category("b", "B"))), "nothing to split"),
        (Split(id="h", parts=(category("a", "A"),)), "two parts"),
        (Split(id="h", parts=(category("a", "A"), category("b", "B")), decided={1: "m"}), "not split into “m”"),
        (Decide(id="h", decided={}), "nothing to decide"),
        (Remove(id="h"), "lie under"),
        (Remove(id="rent"), "Codings stand"),
        (Replace(new=System(id="second", name="S", categories=(category("rent", "R"),))), "ids of its own"),
        (Replace(new=System(id="first", name="S")), "ids of its own"),
    ],
)
def test_what_would_break_the_tree_or_lose_codings_is_refused(town, change, says):
    with speaking("en"), pytest.raises(WrongRequest, match=says):
        apply(town, change, used={"rent"})


def test_an_id_never_comes_back(town):
    left = apply(town, Remove(id="rent"))
    with speaking("en"), pytest.raises(WrongRequest, match="new id"):
        apply(left, Add(category=category("rent", "Rent")))


def chain(levels):
    ids = [None, *(f"c{n}" for n in range(levels))]
    return tuple(category(id, f"C {id}", above) for above, id in pairwise(ids))


def test_a_tree_that_nobody_could_read_is_refused():
    deep = System(id="s", name="S", categories=chain(20))
    assert len(deep.line("c19")) == 20
    with speaking("en"), pytest.raises(WrongRequest, match="at most 20 levels"):
        System(id="s", name="S", categories=chain(3000))
    with speaking("en"), pytest.raises(WrongRequest, match="level 21"):
        apply(deep, Add(category=category("x", "X", "c19")))


def test_a_circle_is_no_tree():
    with speaking("en"), pytest.raises(WrongRequest, match="hangs on no main category"):
        System(id="s", name="S", categories=(category("a", "A", "b"), category("b", "B", "a")))


def test_the_history_reads_as_sentences(town):
    parts = (category("bus", "Bus", "m"), category("bike", "Bike"))
    changes = [
        Rename(id="h", name="Living"),
        Move(id="rent", parent=None),
        Split(id="m", parts=parts, decided={1: "bus"}),
        Decide(id="m", decided={2: "bus", 3: "bike"}),
        Merge(id="h", into="rent"),
    ]
    with speaking("en"):
        assert [version.sentence for version in history(town, changes)] == [
            "",
            "“Needs › Housing” is now called “Living”.",
            "“Needs › Living › Rent” was moved to: the top.",
            "“Needs › Mobility” was split into “Needs › Mobility › Bus”, “Bike”. 1 coding found its part.",
            "“Needs › Mobility”: 2 codings found their part.",
            "“Needs › Living” was merged into “Rent”; its codings follow.",
        ]


def test_codings_follow_and_what_nobody_decided_stays_visible(town):
    parts = (category("bus", "Bus", "m"), category("bike", "Bike", "m"))
    changes = [
        Merge(id="rm", into="m"),
        Split(id="m", parts=parts, decided={10: "bus", 13: "bike", 99: "bus"}),
        Merge(id="bike", into="rent"),
    ]
    coding, code = np.array([10, 11, 12, 13, 14]), np.array([0, 0, 1, 1, 2])
    found = follow(coding, code, ["m", "rm", "h"], changes)
    assert [found.ids[n] for n in found.code] == ["bus", "m", "m", "rent", "h"]
    settled, undecided = Standing.SETTLED, Standing.UNDECIDED
    assert found.standing.tolist() == [settled, undecided, undecided, settled, settled]
    assert code.tolist() == [0, 0, 1, 1, 2]


def test_after_a_replacement_only_codings_of_the_old_system_are_to_be_recoded():
    new = System(id="second", name="S", categories=(category("a", "A"), category("b", "B")))
    changes = [Replace(new=new), Add(category=category("c", "C")), Merge(id="b", into="a")]
    found = follow(np.arange(4), np.arange(4), ["old", "a", "b", "c"], changes)
    assert [found.ids[n] for n in found.code] == ["old", "a", "a", "c"]
    assert [bool(standing == Standing.TO_RECODE) for standing in found.standing] == [True, False, False, False]


@st.composite
def careers(draw):
    """A system, and changes that were possible one after the other."""
    system = System(id="s", name="S", categories=tuple(category(f"c{n}", f"C{n}") for n in range(4)))
    changes = []
    for n in range(draw(st.integers(0, 12))):
        ids = [each.id for each in system.categories]
        one, two = draw(st.sampled_from(ids)), draw(st.sampled_from(ids))
        parts = tuple(category(f"p{n}{side}", f"P{n}{side}", draw(st.sampled_from([None, one]))) for side in "ab")
        decided = draw(st.dictionaries(st.integers(0, 19), st.sampled_from([part.id for part in parts])))
        further = draw(st.dictionaries(st.integers(0, 19), st.sampled_from(ids)))
        change = draw(
            st.sampled_from(
                [
                    Merge(id=one, into=two),
                    Move(id=one, parent=two),
                    Split(id=one, parts=parts, decided=decided),
                    Decide(id=one, decided=further),
                ]
            )
        )
        try:
            system = apply(system, change)
        except WrongRequest:
            continue
        changes.append(change)
    return system, changes


@given(careers(), st.lists(st.integers(0, 3), min_size=20, max_size=20))
def test_every_coding_stands_where_its_own_story_leads(career, code):
    """Followed one by one; nobody falls out of the tree, and the undecided stand at what was split."""
    system, changes = career
    found = follow(np.arange(20), np.array(code), [f"c{n}" for n in range(4)], changes)
    for coding, first in enumerate(code):
        here, undecided = f"c{first}", False
        for change in changes:
            if getattr(change, "id", None) != here:
                continue
            if isinstance(change, Merge):
                here, undecided = change.into, False
            elif isinstance(change, Split | Decide):
                here, undecided = change.decided.get(coding, here), coding not in change.decided
        assert found.ids[found.code[coding]] == here
        assert (found.standing[coding] == Standing.UNDECIDED) == undecided
        assert system.get(here).codable != undecided


@given(
    st.lists(st.integers(0, 2), min_size=1, max_size=12),
    st.lists(st.tuples(st.integers(-1, 11), st.integers(0, 3)), max_size=20),
)
def test_old_and_new_side_by_side_as_counted_by_hand(old, links):
    links = [(behind, new) for behind, new in links if behind < len(old)]
    made = Recoding(
        np.array(old), np.array([new for _, new in links], dtype=int), np.array([b for b, _ in links], dtype=int)
    )
    done = {behind for behind, _ in links if behind != NONE}
    state = progress(made, 3)
    assert state.open.tolist() == [n for n in range(len(old)) if n not in done]
    assert state.all.tolist() == [old.count(k) for k in range(3)]
    assert state.done.tolist() == [sum(1 for n in done if old[n] == k) for k in range(3)]
    wanted = [[0] * 5 for _ in range(4)]
    for behind, new in links:
        wanted[3 if behind == NONE else old[behind]][new] += 1
    for n in state.open:
        wanted[old[n]][4] += 1
    assert beside(made, (3, 4)).tolist() == wanted


def test_a_link_to_an_old_coding_that_is_not_there_is_refused():
    with speaking("en"), pytest.raises(WrongRequest, match="not there"):
        Recoding(np.array([0]), np.array([0]), np.array([1]))
