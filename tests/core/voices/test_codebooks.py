"""A category system as .qdc and back; and which codings stand elsewhere after changes."""

from uuid import uuid4

from nahraum.evidence.voices.categories import Category, Decide, Merge, Split, System, elsewhere
from nahraum.evidence.voices.codebooks import as_qdc, from_qdc, renewed


def new_id():
    return str(uuid4())


def system():
    top = Category(id=new_id(), name="Bedarfe", codable=False)
    words = {"description": "Miete\n\nund Bau", "anchor": "zu teuer", "rule": "nur Wohnungen", "colour": "#1a7f37"}
    full = Category(id=new_id(), name="Wohnen", parent=top.id, **words)
    return System(id="s", name="S", categories=(top, full, Category(id=new_id(), name="Wohnen")))


def test_everything_said_about_a_category_comes_back(tmp_path):
    path = tmp_path / "c.qdc"
    path.write_bytes(as_qdc(system()))
    back, issues = from_qdc(path, id="s", name="S", new_id=new_id)
    assert not issues
    shown = [(back.label(c.id), c.description, c.anchor, c.rule, c.colour, c.codable) for c in back.categories]
    assert shown == [
        ("Bedarfe", "", "", "", "", False),
        ("Bedarfe › Wohnen", "Miete\n\nund Bau", "zu teuer", "nur Wohnungen", "#1a7f37", True),
        ("Wohnen", "", "", "", "", True),
    ]


def test_equal_names_in_one_place_are_numbered(tmp_path):
    path = tmp_path / "c.qdc"
    codes = "".join(f'<Code guid="{uuid4()}" name="A" isCodable="true"/>' for _ in range(3))
    path.write_text(f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="x"><Codes>{codes}</Codes></CodeBook>')
    back, _issues = from_qdc(path, id="s", name="S", new_id=new_id)
    assert [each.name for each in back.categories] == ["A", "A (2)", "A (3)"]


def test_short_colours_and_a_second_example_are_kept(tmp_path):
    path = tmp_path / "c.qdc"
    told = "Miete\n\nAnkerbeispiel: zu teuer\n\nKodierregel: nur Mieten\n\nAnkerbeispiel: zu klein"
    code = f'<Code guid="{uuid4()}" name="A" color="#F0a" isCodable="true"><Description>{told}</Description></Code>'
    path.write_text(f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="x"><Codes>{code}</Codes></CodeBook>')
    (found,) = from_qdc(path, id="s", name="S", new_id=new_id)[0].categories
    assert found.colour == "#ff00aa"
    assert (found.description, found.anchor, found.rule) == ("Miete", "zu teuer\n\nzu klein", "nur Mieten")


def test_renewed_ids_keep_the_tree():
    before = system()
    after = renewed(before, new_id)
    assert [after.label(c.id) for c in after.categories] == [before.label(c.id) for c in before.categories]
    assert not {c.id for c in after.categories} & {c.id for c in before.categories}


def test_codings_that_stand_elsewhere_are_named():
    a, b = (Category(id=id, name=id) for id in ("p", "q"))
    changes = [Merge(id="x", into="y"), Split(id="z", parts=(a, b), decided={3: "q"}), Decide(id="z", decided={4: "p"})]
    codings = {1: "x", 2: "y", 3: "z", 4: "z", 5: "z"}
    assert elsewhere(codings, changes) == {1: "y", 3: "q", 4: "p"}
    assert elsewhere({}, changes) == {}
