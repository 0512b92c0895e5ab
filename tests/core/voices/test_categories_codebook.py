"""A category system as CSV: what was written is read again, and bad rows are told."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.base import BadInput
from nahraum.base.language import speaking
from nahraum.evidence.voices.categories import Category, Kind, System
from nahraum.evidence.voices.categories.codebook import read, written

names = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=6).filter(
    lambda name: name.isprintable() and not name.startswith("'")
)
# an apostrophe before what is like a formula is taken away when read: base.cells
texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8).filter(
    lambda text: not text.startswith("'")
)


def taken(text):
    count = itertools.count()
    return read(text, id="s", name="S", new_id=lambda: f"new{next(count)}", file="codes.csv")


@st.composite
def systems(draw):
    found, used = [], set()
    for n in range(draw(st.integers(0, 6))):
        parent = draw(st.sampled_from([None, *(each.id for each in found)]))
        name = draw(names)
        if (parent, name) in used:
            continue
        used.add((parent, name))
        found.append(
            Category(
                id=f"c{n}",
                name=name,
                parent=parent,
                description=draw(texts),
                anchor=draw(texts),
                rule=draw(texts),
                colour=draw(st.sampled_from(["", "#1a7f37"])),
                kind=draw(st.sampled_from(Kind)),
                codable=draw(st.booleans()),
            )
        )
    return System(id="s", name="S", categories=tuple(found))


@given(systems(), st.sampled_from(["de", "en"]))
def test_what_was_written_is_read_again(system, language):
    with speaking(language):
        again, issues = taken(written(system))
    assert again == system
    assert issues == []


def test_formulas_are_defused():
    made = System(id="s", name="S", categories=(Category(id="1", name="=1+1", rule="@SUM(A1)"),))
    row = written(made).splitlines()[1]
    assert row.startswith("'=1+1;")
    assert ";'@SUM(A1);" in row


def test_a_table_of_another_program_is_taken():
    system, issues = taken("\ufeffKategorie,Farbe,Art\nBedarfe > Wohnen,#ABCDEF,induktiv\nBedarfe > A \\> B,,\n")
    assert [(each.id, each.name, each.codable) for each in system.categories] == [
        ("new0", "Bedarfe", False),
        ("new1", "Wohnen", True),
        ("new2", "A > B", True),
    ]
    assert system.get("new1").colour == "#abcdef"
    assert [system.get(id).kind for id in ("new1", "new2")] == [Kind.INDUCTIVE, Kind.DEDUCTIVE]
    assert [(issue.code, issue.row) for issue in issues] == [("category-implied", 2)]


def test_unknown_words_are_told_and_left_out():
    with speaking("en"):
        system, issues = taken("path;colour;kind;codable\n\nNeeds;red;open;perhaps\n")
        assert [(issue.row, issue.column, issue.value) for issue in issues] == [
            (3, "colour", "red"),
            (3, "kind", "open"),
            (3, "codable", "perhaps"),
        ]
        assert "codes.csv, row 3, column kind" in str(issues[1])
    assert system.categories[0] == Category(id="new0", name="Needs", kind=Kind.DEDUCTIVE)


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("", "category-path-missing", 1),
        ("colour\nred\n", "category-path-missing", 1),
        ('path;rule\nA;"two\nlines"\nA;\n', "category-twice", 3),
        ("path;id\nA;1\nB;1\n", "category-twice", 3),
        ("path\nA\nA > > B\n", "category-path-unfit", 3),
        ("path\nA\n" + "A > " * 3000 + "A\n", "category-too-deep", 3),
        ('path;rule\nA;\n"B;\n', "category-table-broken", 3),
        ('path;rule\nA;"x"y\n', "category-table-broken", 2),
    ],
)
def test_what_cannot_be_taken_whole_is_refused(text, code, row):
    with pytest.raises(BadInput) as refused:
        taken(text)
    assert [(issue.code, issue.row) for issue in refused.value.issues] == [(code, row)]
