"""Tables by attributes and narrowing to them, against counts by hand."""

from dataclasses import replace
from datetime import date
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.base import WrongRequest
from nahraum.base.language import speaking
from nahraum.evidence.voices import traits
from nahraum.evidence.voices.categories.terms import Category, System
from nahraum.evidence.voices.coded import Coded, method_by_category, space_by_category
from nahraum.evidence.voices.codings import codings_of
from nahraum.evidence.voices.evidence import Material
from nahraum.evidence.voices.studies.terms import Collection, Method, Study
from nahraum.reports.voices.by_trait import limit_words, offered, trait_table, trait_tables

ROLE, AGE = traits.ATTRIBUTE + "Rolle", traits.ATTRIBUTE + "Alter"
SYSTEM = System(
    id="s",
    name="System",
    version=1,
    categories=(
        Category(id="need", name="Bedarf", codable=False),
        Category(id="home", name="Wohnen", parent="need"),
        Category(id="bus", name="Bus", parent="need"),
        Category(id="good", name="Gutes"),
    ),
)
IDS = ("home", "bus", "good")
COLLECTIONS = {
    "walk": Collection(id="walk", method=Method.TELEPHONE, space="Hafen", day=date(2023, 12, 31), participants=9),
    "talk": Collection(id="talk", method=Method.TELEPHONE, space="Hafen", day=date(2024, 1, 1), participants=9),
    "meet": Collection(id="meet", method=Method.WORLD_CAFE, space=None, participants=30),
    "file": Collection(id="file", method=Method.DOCUMENT, space="Nord", day=date(2024, 1, 2)),
}
PLACES = ("walk", "walk", "talk", "talk", "meet", "file")
noted = st.dictionaries(st.sampled_from(("Rolle", "Alter")), st.sampled_from(("", " ", "a", "b", "=1+1")))
rows = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 1), st.integers(0, 2), st.integers(0, 4), st.integers(1, 3)),
    unique=True,
    max_size=20,
)


def coded(marks, variables=(), places=PLACES, quoted=()):
    return Coded(
        study=Study(id="s", title="Studie", spaces=("Hafen", "Nord")),
        system=SYSTEM,
        codings=codings_of([(t, c, k, s, s + n) for t, c, k, s, n in marks], [20] * len(places), 2),
        categories=IDS,
        material=Material(
            texts=[f"text {n}" for n in range(len(places))],
            collection=places,
            collections=COLLECTIONS,
            words=lambda text, start, end: f"{text}: {start}-{end}",
        ),
        whose="alle",
        variables=variables,
        titles=[f"Text {n}" for n in range(len(places))],
        quoted=np.array(quoted, dtype=np.int64),
    )


@given(marks=rows, variables=st.lists(noted, min_size=6, max_size=6))
def test_each_value_counts_its_texts_and_missing_is_none_of_them(marks, variables):
    study = coded(marks, variables)
    values = [each.get("Rolle", "").strip() for each in variables]
    found = traits.trait_by_category(study, traits.trait(study, ROLE))
    assert found.rows == (*sorted(set(values) - {""}), *([None] if "" in values else []))
    for r, row in enumerate(found.rows):
        for k, column in enumerate(found.columns):
            here = [m for m in marks if values[m[0]] == (row or "") and IDS[m[2]] == column]
            assert found.counts.codings[r, k] == len(here)
            assert found.counts.segments[r, k] == len({(t, s, n) for t, _c, _k, s, n in here})
            assert found.counts.texts[r, k] == len({m[0] for m in here})
            assert found.counts.coders[r, k] == len({m[1] for m in here})
            behind = traits.behind_value(study, ROLE, row or "", column).tolist()
            assert behind == [n for n, m in enumerate(marks) if m in here]
    assert found.counts.codings.sum() == len(marks)
    above = traits.trait_by_category(study, traits.trait(study, ROLE), 1)
    assert above.columns == ("need", "good")
    assert above.counts.codings.sum() == len(marks)


@given(
    marks=rows,
    variables=st.lists(noted, min_size=6, max_size=6),
    roles=st.sets(st.sampled_from(("a", "b"))),
    ages=st.sets(st.sampled_from(("a", "=1+1"))),
    methods=st.sets(st.sampled_from((Method.TELEPHONE.value, Method.WORLD_CAFE.value))),
)
def test_a_limit_takes_one_of_the_values_of_every_trait(marks, variables, roles, ages, methods):
    study = coded(marks, variables, quoted=range(0, len(marks), 2))
    wanted = {ROLE: roles, AGE: ages, traits.METHOD: methods}
    limit = {key: tuple(values) for key, values in wanted.items() if values}
    kept = [
        n
        for n, place in enumerate(PLACES)
        if (not roles or variables[n].get("Rolle") in roles)
        and (not ages or variables[n].get("Alter") in ages)
        and (not methods or COLLECTIONS[place].method.value in methods)
    ]
    found, texts, codings = traits.narrowed(study, limit, "Grenze")
    assert texts.tolist() == kept
    assert [marks[n] for n in codings] == [m for m in marks if m[0] in kept]
    assert [(kept[t], s) for t, s in zip(found.codings.text.tolist(), found.codings.start.tolist(), strict=True)] == [
        (m[0], m[3]) for m in marks if m[0] in kept
    ]
    assert found.material.texts == [f"text {n}" for n in kept]
    assert found.titles == [f"Text {n}" for n in kept]
    assert [marks[codings[n]] for n in found.quoted] == [m for m in marks[::2] if m[0] in kept]
    said = found.quotations(np.arange(len(found.codings)))
    assert [each.words for each in said] == [
        f"{t}: {s}-{e}" for t, s, e in sorted({(t, s, s + n) for t, _c, _k, s, n in marks if t in kept})
    ]
    assert {found.material.collections[id].method for id in found.material.collection} == set(
        method_by_category(found).rows
    )
    assert (None in space_by_category(found).rows) == (4 in kept)


def test_periods_are_those_of_the_collections_and_a_day_unknown_is_not_stated():
    study = coded([(0, 0, 0, 0, 1)])
    assert traits.keys(study) == (traits.METHOD, traits.SPACE, "year", "month", "day")
    year, month = traits.trait(study, "year"), traits.trait(study, "month")
    assert (year.values, year.of_text.tolist()) == (("2023", "2024"), [0, 0, 1, 1, -1, 1])
    assert month.values == ("2023-12", "2024-01")
    assert traits.texts_by_value(year) == (2, 3, 1)
    assert traits.trait(study, traits.SPACE).values == ("-", "Hafen", "Nord")
    assert traits.keys(coded([], places=())) == ()
    nobody = traits.trait(study, ROLE)  # no text has it
    assert (nobody.values, traits.texts_by_value(nobody)) == ((), (6,))
    assert not traits.fits(study, {ROLE: ("a",)}).any()
    empty = traits.narrowed(study, {ROLE: ("a",)}, "a")[0]
    assert traits.trait_by_category(empty, traits.trait(empty, "year")).counts.codings.shape == (0, 3)
    once = traits.narrowed(study, {"year": ("2024",)}, "2024")[0]
    assert traits.narrowed(once, {traits.SPACE: ("Nord",)}, "Nord")[0].limited == "2024; Nord"
    with pytest.raises(WrongRequest):
        traits.behind_value(study, "year", "2024", "nowhere")


def test_few_texts_behind_attributes_hold_quotations_back_whatever_was_released():
    places = ("walk",) * 5 + ("talk",) * 4 + ("meet",) + ("file",)
    roles = ["a", "a", "b", "b", "a", "a", "b", "b", "a", "b", "b"]
    variables = [{"Rolle": each, "Alter": "60+" if n < 2 else "30"} for n, each in enumerate(roles)]
    study = coded([(n, 0, 0, 0, 1) for n in range(11)], variables, places)
    study = replace(study, released=frozenset(COLLECTIONS))

    def held(limit) -> list[str]:
        found = traits.narrowed(study, limit, "Grenze")[0]
        quotations = found.quotations(np.arange(len(found.codings)))
        return [each.words.partition(":")[0] for each in quotations if each.held_back]

    # interviews from Hafen: a five times, in two collections; b four times; the document was written to be read
    assert held({ROLE: ("a",)}) == ["0", "1", "4", "5", "8"]  # all without these are the four of b
    assert held({ROLE: ("b",)}) == ["2", "3", "6", "7", "9"]
    assert held({ROLE: ("a", "b")}) == ["9"]
    assert held({ROLE: ("a",), AGE: ("60+",)}) == ["0", "1"]
    assert held({traits.METHOD: ("world_cafe",)}) == []  # said beside every quotation anyway
    assert held({"month": ("2023-12",)}) == []
    twice = traits.narrowed(traits.narrowed(study, {ROLE: ("b",)}, "b")[0], {"month": ("2024-01",)}, "b, Januar")[0]
    assert [bool(each.held_back) for each in twice.quotations(np.arange(3))] == [True, True, False]
    evidence = traits.narrowed(study, {ROLE: ("b",)}, "b")[0].cite("Satz", "Hafen", "home", quoted=np.array([0]))
    assert (evidence.quotations[0].held_back.code, evidence.shown.quotations[0].words) == ("quotations-singled-out", "")


def test_texts_without_an_attribute_do_not_give_away_who_has_one():
    """Who takes these five away from the file without a limit would have the words of the only one."""
    variables = [{"Rolle": "Wirtin"}, *({"Rolle": each} for each in ("", " ")), {}, {}, {}]
    study = coded([(n, 0, 0, 0, 1) for n in range(6)], variables, ("walk",) * 6)
    for limit, count in (({ROLE: ("Wirtin",)}, 1), ({ROLE: ("",)}, 5), ({ROLE: ("Wirtin", "")}, 6)):
        found = traits.narrowed(study, limit, "Grenze")[0]
        quotations = found.quotations(np.arange(len(found.codings)))
        is_all = count == 6  # nothing is left to take away
        assert [bool(each.held_back) for each in quotations] == [not is_all] * count


def test_tables_say_their_limit_and_how_many_texts_have_a_value():
    variables = [{"Rolle": "Mieterin"}, {"Rolle": "Mieterin", "Alter": "60+"}, {"Rolle": "Wirt"}, {}, {}, {}]
    study = coded([(0, 0, 0, 0, 1), (1, 0, 1, 0, 2), (1, 1, 1, 0, 2), (3, 0, 2, 0, 1)], variables)
    with speaking("de"):
        table = trait_table(study, ROLE, "segments")
        assert table.columns == ("Mieterin (2)", "Wirt (1)", "ohne Angabe (3)")
        assert table.column_keys == ("Mieterin", "Wirt", "")
        assert table.rows == ("Bedarf › Wohnen", "Bedarf › Bus", "Gutes")
        assert table.counts.tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 1]]
        assert trait_table(study, ROLE, "codings").counts.tolist()[1] == [2, 0, 0]
        limit = {traits.METHOD: ("telephone_interview",), ROLE: ("Mieterin", "Wirt")}
        words = limit_words(study, limit)
        assert words.endswith("; Rolle: Mieterin oder Wirt")
        narrow = traits.narrowed(study, limit, words)[0]
        assert all(f"Nur Texte mit: {words}." in each.said for each in trait_tables(narrow, "texts"))
        assert trait_table(narrow, ROLE, "texts").columns == ("Mieterin (2)", "Wirt (1)")
        assert [each.column_keys for each in trait_tables(study, "texts")][2:3] == [("2023", "2024", "")]
    many = coded([], [{"Rolle": str(n)} for n in range(101)], ("meet",) * 101)
    assert ROLE not in [each.key for each in offered(many)]


def test_two_hundred_texts_with_twenty_thousand_codings_take_fifty_milliseconds():
    random = np.random.default_rng(7)
    marks = list(zip(*(random.integers(0, top, 20_000) for top in (200, 2, 3, 17, 3)), strict=True))
    marks = [(*each[:4], int(each[4]) + 1) for each in marks]
    variables = [{"Rolle": f"r{n % 9}", "Alter": f"a{n % 5}"} for n in range(200)]
    study = coded(marks, variables, [("walk", "talk", "meet", "file")[n % 4] for n in range(200)])
    taken = []
    for _again in range(5):
        start = perf_counter()
        narrow = traits.narrowed(study, {AGE: ("a1", "a2", "a3"), traits.METHOD: ("telephone_interview",)}, "Grenze")[0]
        traits.trait_by_category(narrow, traits.trait(narrow, ROLE))
        traits.trait_by_category(study, traits.trait(study, ROLE))
        taken.append(perf_counter() - start)
    assert min(taken) < 0.05
