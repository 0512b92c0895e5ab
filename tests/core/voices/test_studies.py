"""Studies: the Leverkusen figures as printed, the rules of the method, the plan, and what is kept how long."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.base import Severity, State
from nahraum.base.language import speaking
from nahraum.evidence.voices.studies.keeping import crowd, due, held_back, reminders
from nahraum.evidence.voices.studies.plan import plan
from nahraum.evidence.voices.studies.rules import RULES, judge
from nahraum.evidence.voices.studies.sample import sample
from nahraum.evidence.voices.studies.terms import Background, Collection, Consent, Method, Study, WorkPackage

# Reached as the report prints it: workshop, groups of it, interviews, day of the workshop in November 2020.
LEVERKUSEN = {
    "Manfort": (8, 2, 5, 9),
    "Alkenrath": (3, 1, 4, 9),
    "Rheindorf": (12, 3, 4, 16),
    "Opladen": (11, 2, 3, 19),
    "Wiesdorf": (6, 2, 2, 23),
    "Steinbüchel": (6, 1, 2, 26),
}
KEPT = {"consent": Consent.SPOKEN, "delete_on": date(2023, 1, 1)}


def workshop(space, people, groups, day, **more):
    return Collection(
        id=f"w-{space}",
        method=Method.WORLD_CAFE,
        space=space,
        participants=people,
        groups=groups,
        day=day,
        **KEPT,
        **more,
    )


@pytest.fixture
def leverkusen():
    study = Study(id="2020", title="Leverkusen 2020", spaces=tuple(LEVERKUSEN))
    collections = [workshop(None, 18, 3, date(2020, 9, 22))]
    for space, (people, groups, interviews, day) in LEVERKUSEN.items():
        collections.append(workshop(space, people, groups, date(2020, 11, day)))
        collections += [
            Collection(id=f"i-{space}-{n}", method=Method.TELEPHONE, space=space, participants=1, **KEPT)
            for n in range(interviews)
        ]
    return study, collections


def codes(study, collections):
    return [issue.code for issue in judge(study, collections)]


def test_84_people_were_reached(leverkusen):
    table = sample(*leverkusen)
    assert table.total.number == 84
    assert table.city_wide.total.number == 18
    assert [table.in_spaces.row(n).number for n in range(6)] == [13, 7, 16, 14, 8, 8]
    assert table.methods == (Method.WORLD_CAFE, Method.TELEPHONE)
    assert table.in_spaces.people.tolist() == [[8, 5], [3, 4], [12, 4], [11, 3], [6, 2], [6, 2]]
    assert [table.in_spaces.column(n).number for n in (0, 1)] == [46, 20]
    assert table.city_wide.cell(0, 1).state is State.NOT_APPLICABLE


def test_unknown_is_not_zero(leverkusen):
    study, collections = leverkusen
    unknown = Collection(id="x", method=Method.WALK, space="Manfort")
    nobody = Collection(id="y", method=Method.WALK, space="Opladen", participants=0)
    paper = Collection(id="z", method=Method.DOCUMENT, space="Opladen")
    table = sample(replace(study, spaces=(*study.spaces, "Hitdorf")), [*collections, unknown, nobody, paper])
    walk = table.methods.index(Method.WALK)
    cells = [table.in_spaces.cell(row, walk) for row in (0, 1, 3)]
    assert [cell.state for cell in cells] == [State.MISSING, State.NOT_APPLICABLE, State.NUMBER]
    assert cells[2].number == 0
    assert table.in_spaces.row(0).state is State.MISSING
    assert table.in_spaces.people[0].sum() == 13
    assert table.in_spaces.row(3).number == 14
    assert table.in_spaces.row(6).state is State.NOT_APPLICABLE
    assert table.total.state is State.MISSING
    assert Method.DOCUMENT not in table.methods


def test_a_collection_outside_of_the_chosen_spaces_still_counts(leverkusen):
    study, collections = leverkusen
    table = sample(study, [*collections, Collection(id="x", method=Method.WALK, space="Hitdorf", participants=2)])
    assert table.spaces[-1] == "Hitdorf"
    assert table.total.number == 86


def test_the_leverkusen_study_kept_to_its_rules(leverkusen):
    assert codes(*leverkusen) == []


GOOD = Collection(id="c", method=Method.TELEPHONE, space="Manfort", participants=1, **KEPT)
OTHER = Collection(id="o", method=Method.WALK, space="Manfort", participants=9, **KEPT)
STUDY = Study(
    id="s",
    title="S",
    spaces=("Manfort",),
    packages=(WorkPackage(id="1", title="Interviews", start=date(2020, 11, 1), end=date(2020, 11, 30)),),
)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"method": Method.WORLD_CAFE, "participants": 13, "group_sizes": (6, 7)}, "group-too-large"),
        ({"method": Method.WORLD_CAFE, "participants": 13, "groups": 2}, "group-too-large"),
        ({"participants": 12, "group_sizes": (6, 5)}, "groups-not-the-sum"),
        ({"minutes": 46}, "interview-long"),
        ({"minutes": 14}, "interview-short"),
        ({"contact_attempts": 4}, "contact-attempts-many"),
        ({"participants": None}, "participants-unknown"),
        ({"participants": 0}, "participants-none"),
        ({"backgrounds": {Background.RESIDENT: 2}}, "backgrounds-over-participants"),
        ({"backgrounds": {Background.CHURCH: 1}}, "residents-not-heard"),
        ({"invitations": 2, "refusals": 3}, "refusals-over-invitations"),
        ({"refusals": -1}, "collection-count-negative"),
        ({"package": "9"}, "collection-package-unknown"),
        ({"package": "1", "day": date(2020, 12, 1)}, "day-outside-package"),
        ({"space": "Hitdorf"}, "space-not-chosen"),
        ({"consent": None}, "consent-missing"),
        ({"delete_on": None}, "deletion-day-missing"),
        ({"id": "o"}, "collection-twice"),
    ],
)
def test_a_broken_rule_is_told(changed, code):
    second = replace(OTHER, id="second", method=Method.NEEDLE)
    assert codes(STUDY, [GOOD, OTHER, second]) == []
    assert codes(STUDY, [replace(GOOD, **changed), OTHER, second]) == [code]


@pytest.mark.parametrize(
    "changed",
    [
        {"minutes": 45, "contact_attempts": 3},
        {"minutes": 15},
        {"method": Method.EXPERT, "minutes": 90},
        {"method": Method.PERSONAL, "minutes": 75},
        {"method": Method.WORLD_CAFE, "participants": 12, "groups": 2},
        {"package": "1", "day": date(2020, 11, 30)},
        {"invitations": 3, "refusals": 3},
        {"method": Method.DOCUMENT, "participants": None, "consent": None, "delete_on": None},
        {"backgrounds": {Background.RESIDENT: 1}},
    ],
)
def test_what_keeps_to_the_rules_is_no_issue(changed):
    assert codes(STUDY, [replace(GOOD, **changed), OTHER]) == []


def test_every_space_needs_voices_of_more_than_one_kind():
    two = replace(STUDY, spaces=("Manfort", "Hitdorf"))
    assert codes(two, [GOOD, OTHER]) == ["space-without-collection"]
    assert codes(STUDY, [GOOD]) == ["space-single-method"]


def test_a_rule_says_what_how_and_why(leverkusen):
    with speaking("en"):
        (issue,) = judge(STUDY, [replace(GOOD, package="1", day=date(2020, 12, 1)), OTHER])
        assert str(issue) == (
            "Warning: “telephone interview 2020-12-01” is on 2020-12-01, outside of its work package “Interviews” "
            "(2020-11-01 to 2020-11-30). Correct the date, or the plan."
        )
    assert all(rule.source and rule.message and rule.remedy for rule in RULES)
    assert len({rule.code for rule in RULES}) == len(RULES)


def package(id, start, end, *after):
    return WorkPackage(id=id, title=f"Package {id}", start=date(2020, *start), end=date(2020, *end), after=after)


def test_the_plan_shows_places_overlaps_and_gaps():
    made = plan([package("a", (9, 1), (9, 10)), package("c", (9, 21), (9, 30), "a"), package("b", (9, 10), (9, 15))])
    assert (made.start, made.days) == (date(2020, 9, 1), 30)
    assert [(bar.package.id, bar.offset_days, bar.days) for bar in made.bars] == [
        ("a", 0, 10),
        ("c", 20, 10),
        ("b", 9, 6),
    ]
    assert made.overlaps == (("a", "b"),)
    assert made.gaps == ((date(2020, 9, 16), date(2020, 9, 20)),)
    assert made.issues == ()


days = st.dates(date(2020, 1, 1), date(2020, 2, 9))


@given(st.lists(st.tuples(days, days).map(sorted), max_size=6))
def test_gaps_are_the_days_without_work(spans):
    made = plan([WorkPackage(id=str(n), title="", start=a, end=b) for n, (a, b) in enumerate(spans)])
    busy = {day for a, b in spans for day in range(a.toordinal(), b.toordinal() + 1)}
    idle = set(range(min(busy), max(busy) + 1)) - busy if busy else set()
    assert {day for a, b in made.gaps for day in range(a.toordinal(), b.toordinal() + 1)} == idle
    numbered = [(str(n), *span) for n, span in enumerate(spans)]
    together = {(i, j) for i, a, b in numbered for j, c, d in numbered if int(i) < int(j) and max(a, c) <= min(b, d)}
    assert set(made.overlaps) == together


def test_what_cannot_be_planned_is_told():
    found = plan(
        [
            package("a", (9, 10), (9, 1)),
            package("b", (9, 1), (9, 5), "c", "nothing"),
            package("c", (9, 5), (9, 7), "b"),
        ]
    )
    assert sorted(issue.code for issue in found.issues) == [
        "package-ends-early",
        "package-starts-early",
        "package-starts-early",
        "package-unknown",
        "packages-in-circle",
    ]
    assert [bar.package.id for bar in found.bars] == ["b", "c"]
    assert plan([]).bars == ()


def test_texts_are_due_on_their_day_and_at_once_when_consent_is_withdrawn():
    kept = replace(GOOD, id="kept", delete_on=date(2023, 1, 2))
    withdrawn = replace(GOOD, id="withdrawn", delete_on=date(2024, 1, 1), withdrawn_on=date(2022, 5, 1))
    never = replace(GOOD, id="never", delete_on=None)
    found = due([GOOD, kept, withdrawn, never], date(2023, 1, 1))
    assert [(each.collection.id, each.since, each.is_withdrawn) for each in found] == [
        ("withdrawn", date(2022, 5, 1), True),
        ("c", date(2023, 1, 1), False),
    ]
    assert reminders(GOOD) == (date(2022, 12, 2), date(2022, 12, 25))
    assert reminders(never) == ()


def test_quotations_are_held_back_where_insiders_know_the_speaker(leverkusen):
    _study, collections = leverkusen
    held = {each.id for each in collections if held_back(each, collections)}
    # Alkenrath's workshop had three; only in Manfort were five people interviewed.
    assert {id for id in held if id.startswith("w")} == {"w-Alkenrath"}
    assert {id.split("-")[1] for id in held if id.startswith("i")} == set(LEVERKUSEN) - {"Manfort"}
    alkenrath = next(each for each in collections if each.id == "w-Alkenrath")
    with speaking("en"):
        issue = held_back(alkenrath, collections)
        assert "one of 3" in str(issue)
        assert issue.severity is Severity.WARNING
        unknown = held_back(replace(alkenrath, participants=None), collections)
        assert "not known" in str(unknown)
    assert held_back(alkenrath, collections, released={"w-Alkenrath"}) is None
    assert held_back(alkenrath, collections, few=3) is None
    assert held_back(replace(alkenrath, method=Method.DOCUMENT, participants=None), collections) is None


def test_people_talked_to_in_person_stand_behind_each_other_as_those_on_the_telephone():
    talks = [Collection(id=f"p{n}", method=Method.PERSONAL, space="Manfort", participants=1, **KEPT) for n in range(5)]
    assert [crowd(each, talks) for each in talks] == [5] * 5
    assert crowd(talks[0], talks[:2]) == 2


def test_an_interview_of_unknown_number_makes_the_crowd_unknown(leverkusen):
    _study, collections = leverkusen
    one = next(each for each in collections if each.id == "i-Manfort-0")
    assert crowd(one, collections) == 5
    assert crowd(one, [*collections, replace(one, id="more", participants=None)]) is None
    assert crowd(one, []) == 1


def test_nobody_hides_among_people_whose_words_are_nowhere():
    talks = [Collection(id=f"p{n}", method=Method.PERSONAL, participants=1, holds_texts=n < 3) for n in range(9)]
    assert crowd(talks[0], talks) == 3
    assert crowd(talks[8], talks) == 4
    assert crowd(talks[0], [*talks, replace(talks[8], id="more", participants=None)]) == 3
