"""What comes from outside may be anything: refused with a reason, or imported with a list of issues; never a crash."""

import io
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.base import BadInput
from nahraum.evidence.voices.exchange import archive
from nahraum.evidence.voices.exchange.reading import read_project
from tests.core.voices.refi_files import CODE, SPACE, TEXT, guid, project, qdpx, selection, text_source

GOOD = project(text_source([selection(0, 3, 1)]))


def refused(path):
    with pytest.raises(BadInput) as caught:
        read_project(path)
    (issue,) = caught.value.issues
    assert issue.said
    return issue.code


def told(path):
    reading = read_project(path)
    assert all(str(issue) for issue in reading.issues)
    return reading.project, [issue.code for issue in reading.issues]


@pytest.mark.parametrize(
    "name", ["../a.txt", "/etc/a.txt", "sources/../../a.txt", "C:\\a.txt", "sources\\..\\..\\a.txt"]
)
def test_names_that_leave_the_archive_are_refused(tmp_path, name):
    assert refused(qdpx(tmp_path / "a.qdpx", GOOD, {name: "x"})) == "exchange-path-leaves"


def test_paths_of_sources_that_lead_outside_are_never_followed(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    for path in (
        "internal://../secret.txt",
        f"absolute://{tmp_path}/secret.txt",
        "relative:///secret.txt",
        "file:///etc/passwd",
    ):
        made, codes = told(qdpx(tmp_path / "a.qdpx", project(text_source([selection(0, 3, 1)], path)), {}))
        assert made.texts[0].text is None
        assert made.texts[0].path == path
        assert len(made.codings) == 1
        assert {"exchange-file-missing", "exchange-file-outside"} & set(codes)


def test_bombs_are_refused_without_unpacking(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "a.qdpx", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("project.qde", GOOD)
        made.writestr("sources/a.txt", b"0" * (archive.HARMLESS + 1))
    assert refused(tmp_path / "a.qdpx") == "exchange-bomb"
    monkeypatch.setattr(archive, "TOTAL", 1000)
    assert refused(qdpx(tmp_path / "b.qdpx", GOOD, {"sources/a.txt": "x" * 1000})) == "exchange-bomb"
    monkeypatch.setattr(archive, "ENTRIES", 2)
    assert refused(qdpx(tmp_path / "c.qdpx", GOOD, {"a": "", "b": ""})) == "exchange-too-many-entries"
    monkeypatch.setattr(archive, "ENTRIES", 1000)
    monkeypatch.setattr(archive, "MOST_LISTED", 60)  # before Python makes an object of each
    assert refused(qdpx(tmp_path / "d.qdpx", GOOD, {"a": "", "b": ""})) == "exchange-too-many-entries"


def test_many_texts_that_are_harmless_one_by_one_are_refused_together(tmp_path, monkeypatch):
    sources = "".join(text_source([], f"internal://{n}.txt", guid=guid(n)) for n in range(12))
    again = "".join(text_source([], "internal://0.txt", guid=guid(n)) for n in range(12))
    inside = "".join(
        text_source([], "", guid=guid(n), inside=f"<PlainTextContent>{'Bus ' * 1000}</PlainTextContent>")
        for n in range(12)
    )
    files = {f"sources/{n}.txt": "Bus " * 1000 for n in range(12)}
    assert len(told(qdpx(tmp_path / "a.qdpx", project(sources), files))[0].texts) == 12
    monkeypatch.setattr(archive, "TEXTS", 40_000)
    for each in (sources, again, inside):
        assert refused(qdpx(tmp_path / "a.qdpx", project(each), files)) == "exchange-texts-too-large"
    monkeypatch.undo()
    monkeypatch.setattr(archive, "FEW", 20_000)
    monkeypatch.setattr(archive, "RATIO", 20)
    with zipfile.ZipFile(tmp_path / "b.qdpx", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("project.qde", project(sources))
        for name, words in files.items():
            made.writestr(name, words)
    assert refused(tmp_path / "b.qdpx") == "exchange-texts-too-large"


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_says(tmp_path):
    """The directory says 20 bytes, the entry holds a million: the checksum of what is given does not fit."""
    path = tmp_path / "a.qdpx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("project.qde", GOOD)
        made.writestr("sources/a.txt", b"Bus" * 300_000)
    raw = bytearray(path.read_bytes())
    size = (900_000).to_bytes(4, "little")
    while (at := raw.find(size)) >= 0:
        raw[at : at + 4] = (20).to_bytes(4, "little")
    path.write_bytes(raw)
    made, codes = told(path)
    assert made.texts[0].text is None
    assert "exchange-text-damaged" in codes


def test_texts_and_projects_too_large_are_told(tmp_path, monkeypatch):
    path = qdpx(tmp_path / "a.qdpx", GOOD, {"sources/a.txt": "Bus"})
    monkeypatch.setattr(archive, "PROJECT", 10)
    assert refused(path) == "exchange-damaged"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE Project [<!ENTITY a "Bus"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE Project SYSTEM "file:///etc/passwd">',
        "<!DOCTYPE Project>",
    ],
)
def test_doctype_is_refused_in_any_encoding(tmp_path, doctype, encoding):
    declared = encoding.removesuffix("-sig")
    xml = f'<?xml version="1.0" encoding="{declared}"?>{" " * 70_000}<!-- x -->{doctype}<Project {SPACE} name="a"/>'
    assert refused(qdpx(tmp_path / "a.qdpx", xml, encoding=encoding)) == "exchange-doctype"


def test_the_word_doctype_in_a_text_is_no_doctype(tmp_path):
    inside = "<PlainTextContent>&lt;!DOCTYPE x&gt;</PlainTextContent>"
    made, _codes = told(qdpx(tmp_path / "a.qdpx", project(text_source([], "", inside=inside))))
    assert made.texts[0].text == "<!DOCTYPE x>"


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"no xml",
        b"<Project",
        b'<Project xmlns="urn:QDA-XML:project:1.0" name="&unknown;"/>',
        b'<?xml version="1.0" encoding="utf-8"?><Project name="\xff\xfe"/>',
        b'<?xml version="1.0" encoding="utf-16"?><Project name="a"/>',
        b'<?xml version="1.0" encoding="klingon"?><Project name="a"/>',
        b"<Project>" + b"<Code>" * 300 + b"</Code>" * 300 + b"</Project>",
        GOOD.encode()[:-20],
    ],
)
def test_broken_xml_is_told_as_such(tmp_path, xml):
    assert refused(qdpx(tmp_path / "a.qdpx", xml)) == "exchange-xml-broken"


def test_other_files_are_named(tmp_path):
    assert refused(qdpx(tmp_path / "a.qdpx", "<CodeBook/>")) == "exchange-other-xml"
    assert refused(qdpx(tmp_path / "b.qdpx", GOOD, project="readme.txt")) == "exchange-no-project"
    assert refused(qdpx(tmp_path / "c.qdpx", GOOD, {"other.qde": GOOD}, project="one.qde")) == "exchange-no-project"
    (tmp_path / "d.qdpx").write_bytes(b"no zip")
    assert refused(tmp_path / "d.qdpx") == "exchange-no-archive"


@pytest.mark.parametrize("name", ["project.qde", "Project.qde", "PROJECT.QDE", "Nordstadt.qde", "Ordner/project.qde"])
def test_the_project_is_found_under_its_many_names(tmp_path, name):
    folder = name.rpartition("/")[0]
    entries = {f"{folder}/Sources/A.TXT".lstrip("/"): "Bus fehlt"}
    made, _codes = told(qdpx(tmp_path / "a.qdpx", GOOD, entries, project=name))
    assert made.texts[0].text == "Bus fehlt"


def test_protected_and_doubled_entries_are_refused(tmp_path):
    path = qdpx(tmp_path / "a.qdpx", GOOD)
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    assert refused(path) == "exchange-protected"
    with zipfile.ZipFile(tmp_path / "b.qdpx", "w") as made:
        made.writestr("project.qde", GOOD)
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("project.qde", GOOD)
    assert refused(tmp_path / "b.qdpx") == "exchange-entry-twice"


def test_damaged_bytes_are_told(tmp_path):
    path = qdpx(tmp_path / "a.qdpx", GOOD, {"sources/a.txt": "Bus fehlt"})
    path.write_bytes(path.read_bytes().replace(b"Bus fehlt", b"Bus fuhlt"))
    made, codes = told(path)
    assert made.texts[0].text is None
    assert "exchange-text-damaged" in codes
    path = qdpx(tmp_path / "b.qdpx", GOOD)
    path.write_bytes(path.read_bytes().replace(b"Wohnen", b"Wohnin"))
    assert refused(path) == "exchange-damaged"


def test_encodings_of_texts(tmp_path):
    for raw, wanted in (("Größe".encode("cp1252"), "exchange-encoding"), (b"\xff\xfe\x00", "exchange-text-damaged")):
        _made, codes = told(qdpx(tmp_path / "a.qdpx", GOOD, {"sources/a.txt": raw}))
        assert wanted in codes
    made, codes = told(qdpx(tmp_path / "a.qdpx", GOOD, {"sources/a.txt": "Größe".encode("utf-16")}))
    assert made.texts[0].text == "Größe"
    assert "exchange-encoding" not in codes


def test_utf_16_without_its_mark_is_read_and_told(tmp_path):
    for name, called in (("utf-16-le", "UTF-16LE"), ("utf-16-be", "UTF-16BE")):
        entries = {"sources/a.txt": "Müll und Bänke".encode(name)}
        reading = read_project(qdpx(tmp_path / "a.qdpx", project(text_source([selection(0, 4, 1)])), entries))
        assert reading.project.texts[0].text == "Müll und Bänke"
        (told,) = [each for each in reading.issues if each.code == "exchange-encoding"]
        assert called in told.sentence
    broken = qdpx(tmp_path / "a.qdpx", project(text_source([])), {"sources/a.txt": "Müll".encode("utf-16-le")[:-1]})
    assert "exchange-text-damaged" in [each.code for each in read_project(broken).issues]


def test_entries_that_differ_in_capitals_only_keep_their_own_words(tmp_path):
    other = "33333333-0000-4000-8000-000000000002"
    sources = text_source([]) + text_source([], "internal://A.txt", guid=other)
    entries = {"Sources/A.txt": "groß", "Sources/a.txt": "klein"}
    made = read_project(qdpx(tmp_path / "a.qdpx", project(sources), entries)).project
    assert [text.text for text in made.texts] == ["klein", "groß"]
    entries = {"sources/A.txt": "groß", "sources/A.TXT": "laut"}
    reading = read_project(qdpx(tmp_path / "b.qdpx", project(text_source([])), entries))
    assert reading.project.texts[0].text is None
    assert "exchange-file-missing" in [issue.code for issue in reading.issues]


def test_entries_with_backslashes_are_read_and_may_not_leave_or_come_twice(tmp_path):
    picture = f'<PictureSource guid="{guid(1)}" name="Karte" path="internal://b/k.jpg"/>'
    entries = {"x\\Sources\\a.txt": "Bus", "x\\Sources\\b\\k.jpg": b"1", "x\\Sources\\": b""}
    path = qdpx(tmp_path / "a.qdpx", project(text_source([]) + picture), entries, project="x\\Project.qde")
    reading = read_project(path)
    assert reading.project.texts[0].text == "Bus"
    assert list(reading.project.files) == ["internal://b/k.jpg"]
    assert reading.issues == ()
    for entries in ({"sources\\..\\..\\a.txt": ""}, {"sources\\a.txt": "1", "sources/a.txt": "2"}):
        with pytest.raises(BadInput):
            read_project(qdpx(tmp_path / "b.qdpx", project(), entries))


def test_a_case_may_have_the_guid_of_a_code_but_two_codes_may_not_share_one(tmp_path):
    """NVivo writes the first; the second is mended: both codes stay, codings mean the first."""
    codes = f'<Code guid="{CODE}" name="Wohnen" isCodable="true"/>'
    codes += f'<Code guid="{{{CODE.upper()}}}" name="Miete" isCodable="true"/>'
    before = f'<Cases><Case guid="{CODE}" name="Fall"><SourceRef targetGUID="{TEXT.upper()}"/></Case></Cases>'
    made, issues = told(
        qdpx(
            tmp_path / "a.qdpx",
            project(text_source([selection(0, 3, 1)]), codes=codes, before=before),
            {"sources/a.txt": "Bus"},
        )
    )
    assert made.cases[0].guid == made.codes[0].guid == CODE
    assert made.cases[0].sources == (TEXT,)
    assert [code.name for code in made.codes] == ["Wohnen", "Miete"]
    assert made.codes[1].guid != CODE
    assert made.codes[made.codings.code[0]].name == "Wohnen"
    assert issues.count("exchange-guid-twice") == 1


def test_equal_names_under_different_parents_stay_apart(tmp_path):
    codes = "".join(
        f'<Code guid="{guid(n, 2)}" name="{main}" isCodable="false">'
        f'<Code guid="{guid(n + 1, 2)}" name="Bedarf" isCodable="true"/></Code>'
        for n, main in ((1, "Wohnen"), (3, "Bus"))
    )
    made, issues = told(qdpx(tmp_path / "a.qdpx", project(codes=codes)))
    assert [(code.name, code.parent) for code in made.codes] == [
        ("Wohnen", ""), ("Bedarf", guid(1, 2)), ("Bus", ""), ("Bedarf", guid(3, 2)),
    ]  # fmt: skip
    assert issues == []


def test_codes_and_users_that_are_not_defined_are_kept(tmp_path):
    xml = project(text_source([selection(0, 3, 1, code=guid(7, 2))])).replace("<Users>", "<Users><!-- -->")
    xml = xml.replace(f'creatingUser="{"11111111-0000-4000-8000-000000000001"}"', f'creatingUser="{guid(5, 1)}"')
    made, issues = told(qdpx(tmp_path / "a.qdpx", xml, {"sources/a.txt": "Bus"}))
    assert made.codes[made.codings.code[0]].guid == guid(7, 2)
    assert made.users[made.codings.coder[0]].guid == guid(5, 1)
    assert {"exchange-code-unknown", "exchange-user-unknown"} <= set(issues)


def test_what_the_schema_does_not_allow_is_told_piece_by_piece(tmp_path):
    wrong = (
        f'<PlainTextSelection guid="{guid(1)}" startPosition="0"/>'
        f'<PlainTextSelection guid="abc" startPosition="0" endPosition="3" creationDateTime="gestern" mood="good"/>'
        f'<PlainTextSelection startPosition="4.0" endPosition="7"><Wish/>'
        f'<Coding guid="{guid(2)}"/></PlainTextSelection>'
    )
    xml = project(text_source([wrong]), after='<Links><Link guid="x" direction="Sideways"/></Links><Extra/>')
    made, issues = told(qdpx(tmp_path / "a.qdpx", xml, {"sources/a.txt": "Bus und Rad"}))
    assert [(int(a), int(b)) for a, b in zip(made.selections.start, made.selections.end, strict=True)] == [
        (0, 3),
        (4, 7),
    ]
    for code in ("incomplete", "form", "unknown", "guid-missing", "coding-without-code"):
        assert f"exchange-{code}" in issues
    assert made.links[0].direction == ""


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_damage_is_refused_or_told(tmp_path_factory, data):
    """Cut, flip and exchange bytes of the archive and of the XML: only BadInput may come out."""
    path = tmp_path_factory.mktemp("damaged") / "a.qdpx"
    xml = bytearray(project(text_source([selection(0, 3, 1), selection(4, 7, 2)])).encode())
    for at, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(xml) - 1), st.sampled_from(b'<>"&/ x0-\xff')), max_size=4)
    ):
        xml[at] = byte
    qdpx(path, bytes(xml), {"sources/a.txt": "Bus und Rad"})
    raw = bytearray(path.read_bytes())
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, len(raw) - 1), st.integers(0, 255)), max_size=2)):
        raw[at] = byte
    path.write_bytes(raw)
    issues = ()
    try:
        issues = read_project(path).issues
    except BadInput as bad:
        issues = bad.issues
    assert all(issue.said for issue in issues)


def test_nothing_of_zip_is_forgotten():
    """What Python's zip reader may raise is known to the reader."""
    assert {zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError} <= set(archive.BROKEN)
    assert issubclass(io.UnsupportedOperation, archive.BROKEN)
