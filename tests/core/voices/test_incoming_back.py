"""A project that comes back: its categories are known by their ids, whatever became of them meanwhile."""

from dataclasses import replace

from nahraum.evidence.voices.categories import (
    Add,
    Category,
    Describe,
    Merge,
    Move,
    Remove,
    Rename,
    Replace,
    System,
    apply,
    lineage,
)
from nahraum.evidence.voices.exchange.model import Code
from nahraum.evidence.voices.incoming.categories import fitted, lines
from tests.core.voices import refi_files as refi
from tests.core.voices.test_incoming import BUS, HOME, SYSTEM, TOP, USERS, marked, sent, study

NEW = System(id="neu", name="Neu", categories=(Category(id="w", name="Wohnen"),))


def after(*changes, used=frozenset()):
    """Return what became of the system, and of each of its categories."""
    system = SYSTEM
    for each in changes:
        system = apply(system, each, used=used)
    return system, lineage(SYSTEM, changes)


def ids():
    return (f"n{number}" for number in range(100)).__next__


def back(**more):
    return replace(sent(study([marked(1, "Bus", USERS[0].guid), marked(2, "Bus", USERS[0].guid, BUS)])), **more)


def test_what_was_renamed_moved_or_merged_comes_back_to_where_it_is():
    system, past = after(Rename(id=HOME, name="Miete"), Move(id=HOME, parent=None), Merge(id=BUS, into=HOME))
    fit = fitted(back(), system, ids(), {}, past)
    assert dict(zip((TOP, HOME, BUS), fit.ids, strict=True)) == {TOP: TOP, HOME: HOME, BUS: HOME}
    assert (fit.changes, fit.same, fit.other_names) == ((), 3, 2)


def test_what_is_new_in_the_file_stands_under_what_was_renamed_and_may_be_there_already():
    system, past = after(
        Rename(id=TOP, name="Themen"), Add(category=Category(id="x", name="Preis", parent=TOP, codable=False))
    )
    codes = (
        *back().codes,
        Code(guid=refi.guid(7, 2), name="Preis", parent=TOP),
        Code(guid=refi.guid(8, 2), name="Neu", parent=TOP),
        Code(guid=refi.guid(9, 2), name="Neu", parent=HOME),
    )
    fit = fitted(back(codes=codes), system, ids(), {}, past)
    assert fit.ids[:4] == (TOP, HOME, BUS, "x")
    for each in fit.changes:
        system = apply(system, each)
    assert [system.label(id) for id in fit.ids[4:]] == ["Themen › Neu", "Themen › Wohnen › Neu"]


def test_what_was_removed_or_is_of_another_study_is_known_by_its_name_only():
    system, past = after(Remove(id=BUS), Add(category=Category(id="x", name="Bus")))
    assert fitted(back(), system, ids(), {}, past).ids == (TOP, HOME, "x")
    assert fitted(back(), NEW, ids(), {}).ids == ("n0", "n1", "n2")


def test_what_is_no_longer_in_force_comes_back_to_itself_without_our_heading():
    system, past = after(Merge(id=BUS, into=HOME), Replace(new=NEW))
    assert past.former(system) == {TOP: "Bedarfe", HOME: "Wohnen"}
    left = replace(study([marked(1, "Bus", USERS[0].guid)]), system=system, former={HOME: "Wohnen"})
    came = sent(left)
    assert [each.name for each in came.codes] == ["Wohnen", "Nicht mehr in Kraft", "Wohnen"]
    fit = fitted(came, system, ids(), {}, past)
    assert (fit.ids, fit.changes, fit.same) == (("w", "", HOME), (), 2)
    # Somebody adds one under it: it cannot stand there. Our heading may have lost its id, or speak English.
    more = (*came.codes, Code(guid=refi.guid(9, 2), name="Neu", parent=HOME))
    more = tuple(replace(each, name="No longer in force") if "Kraft" in each.name else each for each in more)
    (added,) = fitted(replace(came, codes=more), system, ids(), {}, past).changes
    assert (added.category.name, added.category.parent) == ("Neu", None)
    table = tuple(replace(each, guid=refi.guid(n, 9), parent=each.parent and refi.guid(1, 9))
                  for n, each in enumerate(came.codes))  # fmt: skip
    assert fitted(replace(came, codes=table), system, ids(), {}, past).ids == ("w", "", HOME)
    assert ("Nicht mehr in Kraft", "Wohnen") in lines(system, past)
    assert ("Wohnen",) in lines(system, past)


def test_a_heading_of_that_name_that_is_none_of_ours_stays():
    codes = (Code(guid=refi.guid(8, 9), name="Nicht mehr in Kraft"),
             Code(guid=refi.guid(9, 9), name="Satzung", parent=refi.guid(8, 9)))  # fmt: skip
    fit = fitted(replace(sent(study([])), codes=codes), SYSTEM, ids(), {}, lineage(SYSTEM, []))
    assert [each.category.name for each in fit.changes] == ["Nicht mehr in Kraft", "Satzung"]


def test_what_takes_no_codings_any_more_takes_them_again():
    system, past = after(Rename(id=BUS, name="Verkehr"), Describe(id=BUS, codable=False))
    assert fitted(back(), system, ids(), {}, past).changes == (Describe(id=BUS, codable=True),)
