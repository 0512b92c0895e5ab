"""A text that belongs to several cases: nothing of what they say is chosen silently."""

import pytest

from nahraum.base.language import speaking
from nahraum.evidence.voices.incoming.groups import told_by
from nahraum.evidence.voices.incoming.read import read
from nahraum.evidence.voices.incoming.terms import Group
from tests.core.voices import refi_files as refi

SAYS = {name: refi.guid(n, 6) for n, name in enumerate(("Rolle", "Alter=Jahre", "Tag", "Ort"), 1)}
CASES = {
    "Rundgang": {"Rolle": "Wirtin", "Alter=Jahre": "60", "Tag": "2026-02-01"},
    "Abend": {"Rolle": "Mieter", "Alter=Jahre": "60", "Tag": "2026-02-02"},
    "Ohne": {"Ort": "Markt"},
}


def came(tmp_path, inside=""):
    variables = "".join(f'<Variable guid="{id}" name="{name}" typeOfVariable="Text"/>' for name, id in SAYS.items())
    cases = "".join(
        f'<Case guid="{refi.guid(n, 5)}" name="{name}">'
        + "".join(value(key, said) for key, said in values.items())
        + f'<SourceRef targetGUID="{refi.TEXT}"/></Case>'
        for n, (name, values) in enumerate(CASES.items(), 1)
    )
    before = f"<Variables>{variables}</Variables><Cases>{cases}</Cases>"
    source = refi.text_source([]).replace("</TextSource>", f"{inside}</TextSource>")
    path = refi.qdpx(tmp_path / "a.qdpx", refi.project(source, before=before), {"sources/a.txt": "Bus fehlt"})
    return read(path.read_bytes(), "a.qdpx", dict)


def value(name, said):
    ref = f'<VariableRef targetGUID="{SAYS[name]}"/>'
    return f"<VariableValue>{ref}<TextValue>{said}</TextValue></VariableValue>"


@pytest.mark.parametrize(
    ("way", "variables"),
    [
        ("texts", {"Alter:Jahre": "60", "Ort": "Markt", "Fall": "Rundgang; Abend; Ohne"}),
        ("cases", {"Alter:Jahre": "60", "Fall": "Abend; Ohne"}),  # the collection is the first, with its day and place
    ],
)
def test_only_what_all_cases_of_a_text_agree_on_is_told_of_it(tmp_path, way, variables):
    back = came(tmp_path)
    with speaking("de"):
        assert told_by(back.cases, back.sets, way)(0) == variables
    assert "die die Fälle eines Textes verschieden angeben, weggelassen: 2." in " ".join(
        each.sentence for each in back.issues
    )


def test_what_the_text_itself_states_is_not_in_dispute(tmp_path):
    back = came(tmp_path, value("Rolle", "Gast") + value("Tag", "heute"))
    assert "verschieden angeben" not in " ".join(each.sentence for each in back.issues)


def test_a_text_in_two_sets_keeps_the_name_of_the_second():
    sets = [Group(name=name, texts=(0,)) for name in ("Nord", "Süd")]
    assert told_by([], sets, "sets")(0) == {"Set": "Süd"}
    assert told_by([], sets[:1], "sets")(0) == {}
