"""Codebooks in their namespaces and forms, and codings as a table."""

import io

import numpy as np
import pytest

from nahraum.base import BadInput, WrongRequest
from nahraum.evidence.voices.exchange.codebook import codebook_xml, read_codebook
from nahraum.evidence.voices.exchange.model import (
    Code,
    Codings,
    Group,
    On,
    Project,
    Selections,
    Text,
    User,
    counted,
    fingerprint,
)
from nahraum.evidence.voices.exchange.reading import read_project
from nahraum.evidence.voices.exchange.table import codings_csv, read_codings_csv
from tests.core.voices.refi_files import guid, project, qdpx, selection, text_source


def qdc(tmp_path, inside, space="urn:QDA-XML:codebook:1.0"):
    path = tmp_path / "a.qdc"
    path.write_text(
        f'<?xml version="1.0" encoding="utf-8"?><CodeBook xmlns="{space}" origin="x">{inside}</CodeBook>', "utf-8"
    )
    return path


def test_atlas_ti_s_codebook(tmp_path):
    """Namespace 0:4, GUIDs in braces, description as attribute, sets of codes."""
    inside = (
        f'<Codes><Code guid="{{{guid(1).upper()}}}" name="Wohnen" isCodable="true" description="Mieten und Wohnraum">'
        f'<Code guid="{{{guid(2)}}}" name="Miete" isCodable="true" color="#ff0000"/></Code></Codes>'
        f'<Sets><Set guid="{{{guid(3)}}}" name="Neu"><MemberCode guid="{{{guid(2).upper()}}}"/></Set></Sets>'
    )
    made, issues = read_codebook(qdc(tmp_path, inside, "urn:QDA-XML:codebook:0:4"))
    assert [(c.guid, c.name, c.parent, c.description) for c in made.codes] == [
        (guid(1), "Wohnen", "", "Mieten und Wohnraum"),
        (guid(2), "Miete", guid(1), ""),
    ]
    assert made.sets[0].codes == (guid(2),)
    assert [issue.code for issue in issues] == ["exchange-namespace"]


def test_codebooks_come_back(tmp_path):
    codes = (
        Code(guid=guid(1), name='Wohnen & "Miete"', description="a\n<b>", is_codable=False),
        Code(guid=guid(2), name="Bedarf", parent=guid(1), color="#abc"),
        Code(guid=guid(4), name="Bus"),
        Code(guid=guid(3), name="Bedarf", parent=guid(4)),
    )
    sets = (Group(guid=guid(9), name="Neu", description="d", codes=(guid(2), guid(3))),)
    (tmp_path / "a.qdc").write_bytes(codebook_xml(codes, sets))
    made, issues = read_codebook(tmp_path / "a.qdc")
    assert (made.codes, made.sets, issues) == (codes, sets, ())


def test_an_empty_codebook_is_refused_because_the_standard_knows_none():
    with pytest.raises(WrongRequest):
        codebook_xml(())


def test_a_codebook_with_a_doctype_or_of_another_kind_is_refused(tmp_path):
    (tmp_path / "a.qdc").write_text("<!DOCTYPE CodeBook><CodeBook/>")
    with pytest.raises(BadInput, match="DOCTYPE"):
        read_codebook(tmp_path / "a.qdc")
    (tmp_path / "a.qdc").write_text("<Project/>")
    with pytest.raises(BadInput):
        read_codebook(tmp_path / "a.qdc")


@pytest.mark.real_data
def test_the_standard_s_own_codebook(tmp_path, shared):
    made, issues = read_codebook(shared / "data" / "refi" / "REFI-QDA-1-5.qdc")
    assert [code.name for code in made.codes] == [
        "Topics", "Economy", "Health care", "Values", "Conservatives", "Liberals",
    ]  # fmt: skip
    assert [code.is_codable for code in made.codes] == [False, True, True, False, True, True]
    assert issues == ()
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.parse(str(shared / "data" / "refi" / "Codebook.xsd")))
    sets = (Group(guid=guid(9), name="", codes=(made.codes[0].guid,)),)
    schema.assertValid(etree.parse(io.BytesIO(codebook_xml(made.codes, sets))))


@pytest.fixture
def made(tmp_path):
    codes = (
        f'<Code guid="{guid(1, 2)}" name="=Wohnen" isCodable="true">'
        f'<Code guid="{guid(2, 2)}" name="Bedarf" isCodable="true"/></Code>'
        f'<Code guid="{guid(3, 2)}" name="Bedarf" isCodable="true"/>'
    )
    marks = [
        selection(0, 3, 1, code=guid(2, 2)),
        selection(4, 12, 2, code=guid(3, 2)),
        selection(4, 12, 3, code=guid(1, 2)),
    ]
    xml = project(text_source(marks), codes=codes, origin="Nahraum")
    return read_project(qdpx(tmp_path / "a.qdpx", xml, {"sources/a.txt": 'Bus 😀;"x"\n fehlt'})).project


def test_codings_as_a_table(made):
    assert codings_csv(made) == (
        "text;coder;code;start;end;quotation\n"
        "Protokoll;Coder A;'=Wohnen > Bedarf;0;3;Bus\n"
        'Protokoll;Coder A;Bedarf;4;12;"😀;""x""\n f"\n'
        'Protokoll;Coder A;\'=Wohnen;4;12;"😀;""x""\n f"\n'
    )


def test_a_table_of_codings_comes_back(made):
    back, issues = read_codings_csv(codings_csv(made).encode(), "a.csv", {"Protokoll": made.texts[0].text})
    assert issues == ()
    assert codings_csv(back) == codings_csv(made)
    assert list(counted(back).end) == [3, 12, 12]
    assert [code.name for code in back.codes] == ["=Wohnen", "Bedarf", "Bedarf"]


def test_long_codings_and_names_that_hold_the_sign_between_two_come_back():
    said = "Der Bus fehlt. " * 10_000
    codes = (
        Code(guid=guid(1, 2), name="Alter > 65"),
        Code(guid=guid(2, 2), name="Wege > lang", parent=guid(1, 2)),
        Code(guid=guid(3, 2), name="Rad"),
    )
    text = Text(guid=guid(1, 3), name="A", text=said, sha256=fingerprint(said))
    numbers = np.arange(3)
    made = Project(
        name="P",
        users=(User(guid=guid(1, 1), name="Cem"),),
        codes=codes,
        texts=(text,),
        selections=Selections.plain(tuple(guid(n, 9) for n in range(3)), *(np.full(3, n) for n in (0, 0, len(said)))),
        codings=Codings(guid=tuple(guid(n, 8) for n in range(3)), coder=numbers * 0, code=numbers,
                        on=np.full(3, On.SELECTION), number=numbers, created=("",) * 3),
    )  # fmt: skip
    lines = [("Alter > 65",), ("Alter > 65", "Wege > lang"), ("Rad",), ("Rad > Weg",)]
    back, issues = read_codings_csv(codings_csv(made).encode(), "a.csv", {"A": said}, lines)
    assert issues == ()
    assert [(each.name, bool(each.parent)) for each in back.codes] == [
        ("Alter > 65", False), ("Wege > lang", True), ("Rad", False)
    ]  # fmt: skip
    assert counted(back).end.tolist() == [len(said)] * 3


def test_rows_that_do_not_fit_the_text_are_told_and_left_out():
    head = "text,coder,code,start,end,quotation\n"
    rows = "A,x,Bus,0,3,Bus\nA,x,Bus,1,4,Bus\nA,x,Bus,0,99,Bus\nB,x,Bus,0,3,Bus\nA,x,,0,3,Bus\nA,x,Bus,null,3,Bus\nA\n"
    back, issues = read_codings_csv((head + rows).encode(), "a.csv", {"A": "Bus fehlt"})
    assert len(back.codings) == 1
    assert [issue.code for issue in issues] == ["exchange-quotation"] + ["exchange-row"] * 5
    for raw in (b"", b"text;code\n", "text;Größe".encode("cp1252")):
        with pytest.raises(BadInput):
            read_codings_csv(raw, "a.csv", {})


def test_a_text_sent_as_a_project_is_told_where_texts_go():
    with pytest.raises(BadInput) as refused:
        read_codings_csv(b"# Protokoll\n\nDer Platz ist laut.\n", "protokoll.md", {})
    assert [issue.code for issue in refused.value.issues] == ["exchange-no-project"]
