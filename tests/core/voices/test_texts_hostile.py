"""Whatever is imported, a reader answers with texts or refuses; it never falls, and no position is wrong."""

import hashlib
import io
import random
import struct
import zipfile
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.base import BadInput
from nahraum.evidence.voices.texts import Answers, Text, docx_template, filled, read, suggested
from nahraum.evidence.voices.texts import package as package_module
from tests.core.voices.text_files import CSV, FILES, GUIDE, ODF, W, counts, docx, odt, one, p, refusal, zipped

LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
)
TEMPLATE = docx_template(GUIDE)
WORDS = st.text(alphabet="aß😀 \n\r\0\ufeff:#-[]{}\\<>&1", max_size=40)


def sound(texts):
    """Check what must hold of every text, by the characters themselves."""
    assert texts
    for text in texts:
        assert isinstance(text, Text)
        assert not {"\r", "\ufeff", "\0"} & set(text.text)
        assert text.sha256 == hashlib.sha256(text.text.encode("utf-8")).hexdigest()
        at = 0
        for segment in text.segments:
            assert at <= segment.start < segment.end <= len(text.text)
            at = segment.end
        lines = [text.text[a:b] for a, b in text.paragraphs]
        assert lines == [line for line in text.text.split("\n") if line.strip()]
        for issue in text.issues:
            assert str(issue)


def survives(reader, content):
    """Read and check; a refusal is as good, and any other exception fails the test."""
    with suppress(BadInput):
        found = reader("Datei", content)
        sound((found.text,) if hasattr(found, "unanswered") else found)


def mutated(raw, seed, *, inside):
    """Change, cut, double or swap a few stretches; ``inside``: in the parts of a zip archive."""
    dice = random.Random(seed)
    if inside and raw.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        for name in dice.sample(sorted(parts), k=min(2, len(parts))):
            parts[name] = mutated(parts[name], dice.random(), inside=False)
        return zipped(parts)
    out = bytearray(raw)
    for _ in range(dice.randint(1, 4)):
        at, length = dice.randrange(len(out) + 1), dice.randint(0, 12)
        stretch = bytes(out[at : at + length])
        new = dice.choice(
            [b"", stretch * 2, dice.randbytes(length), stretch[::-1], b"\0", b"<", b"{", b"\\u-10179", b"-->"]
        )
        out[at : at + length] = new
    return bytes(out)


@settings(max_examples=150)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"%PDF-1.4\n", b"{\\rtf1 ", b"PK\x03\x04", b"WEBVTT\n\n", b"\xff\xfe"]),
)
def test_any_bytes_are_read_or_refused(raw, start):
    survives(read, start + raw)
    survives(filled, start + raw)


@settings(max_examples=300)
@given(st.sampled_from(sorted(FILES)), st.integers(0, 2**32), st.booleans())
def test_files_with_faults_are_read_or_refused(kind, seed, inside):
    survives(read, mutated(FILES[kind], seed, inside=inside))


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.booleans())
def test_templates_with_faults_are_read_or_refused(seed, inside):
    survives(filled, mutated(TEMPLATE, seed, inside=inside))


@pytest.fixture(scope="module")
def workbook():
    import xlsxwriter

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(CSV.split("\n")[:3]):
            sheet.write_row(row, 0, line.split(";"))
    return stream.getvalue()


@settings(max_examples=120)
@given(seed=st.integers(0, 2**32), inside=st.booleans(), is_csv=st.booleans())
def test_survey_tables_with_faults_are_read_or_refused(workbook, seed, inside, is_csv):
    raw = mutated(CSV.encode() if is_csv else workbook, seed, inside=inside)
    survives(partial(read, answers=Answers(answer="Was fehlt?", variables=("Alter",))), raw)
    with suppress(BadInput):
        assert suggested("Datei", raw).answer


@settings(max_examples=150)
@given(st.lists(st.tuples(WORDS, st.booleans()), min_size=1, max_size=5), st.sampled_from(["txt", "srt", "vtt", "rtf"]))
def test_positions_fit_whatever_is_written(parts, kind):
    if kind == "rtf":
        raw = b"{\\rtf1 " + b"\\par ".join(words.encode("cp1252", "ignore") for words, _ in parts) + b"}"
    elif kind == "txt":
        raw = "\n".join(("# " if heading else "") + words for words, heading in parts).encode()
    else:
        cues = (
            f"00:0{n}.000 --> 00:0{n}.500\n{'<v A>' if voice else 'B: '}{words}"
            for n, (words, voice) in enumerate(parts)
        )
        raw = ("WEBVTT\n\n" * (kind == "vtt") + "\n\n".join(cues)).encode()
    survives(read, raw)


def test_nul_and_half_characters_are_replaced_one_to_one_and_told():
    text = one(b"a" * 300 + b"\nb\0c")
    assert text.text == "a" * 300 + "\nb\ufffdc"
    assert [(issue.code, issue.row, issue.params["count"]) for issue in text.issues] == [("text-signs-replaced", 2, 1)]
    assert one(rb"{\rtf1 a\u-10179?b}").text == "a\ufffdb"
    assert counts(one("a\ufeffb".encode())) == {"text-marks-removed": 1}


def test_a_doctype_is_refused():
    head = "<!DOCTYPE x SYSTEM 'file:///etc/passwd'>"
    wide = f"<?xml version='1.0' encoding='utf-16'?>{head}<w:styles {W}/>".encode("utf-16")
    for content in (
        docx(p("a"), head),
        odt("<text:p>a</text:p>", head),
        docx(p("a"), styles=f"{head}<w:styles {W}/>"),
        docx(p("a"), styles=wide),
    ):
        assert refusal(content).code == "text-doctype"


def test_entities_are_never_unfolded():
    assert refusal(docx(p("&a11;"), LAUGHS)).code in {"text-doctype", "text-damaged"}
    assert refusal(odt("<text:p>&a11;</text:p>", LAUGHS)).code in {"text-doctype", "text-damaged"}


def test_a_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(package_module, "LARGEST", 1 << 20)
    bomb = docx(p("a" * (2 << 20)))
    assert len(bomb) < 20_000
    assert refusal(bomb).code == "text-zip-bomb"


def test_more_elements_than_a_document_has_are_not_opened(monkeypatch):
    monkeypatch.setattr(package_module, "MOST_MARKS", 2000)
    assert one(docx(p("a") * 100)).text
    many, known = "<a/>" * 2000, "".join(f' a{n}=""' for n in range(2000))
    for body in (many, f"<a{known}/>"):
        assert refusal(docx(body)).code == "text-too-many-elements"
        assert refusal(odt(body)).code == "text-too-many-elements"
    # What is not counted is not opened: in EBCDIC, other bytes stand for the signs.
    assert refusal(docx("", styles=f"<?xml version='1.0' encoding='cp037'?><a>{many}</a>".encode("cp037"))).code in (
        "text-damaged",
        "text-too-many-elements",
        "text-empty",
    )


def test_a_part_that_lies_about_its_size_is_damaged():
    raw = docx(p("a" * 5000))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    assert refusal(raw.replace(struct.pack("<I", size), struct.pack("<I", 100))).code == "text-damaged"


def test_elements_in_elements_in_elements_are_refused():
    depth = 100_000
    assert refusal(docx("<w:sdt>" * depth + "</w:sdt>" * depth)).code == "text-damaged"
    assert refusal(odt("<text:section>" * depth + "</text:section>" * depth)).code == "text-damaged"
    assert one(b"{\\rtf1 " + b"{" * depth + b"a" + b"}" * depth + b"}").text == "a"


def test_one_element_cannot_stand_for_a_billion_blanks():
    assert len(one(odt('<text:p>a<text:s text:c="999999999999"/>b<text:s text:c="99999999"/>c</text:p>')).text) < 3000


def test_a_locked_odt_says_so():
    manifest = f"<manifest {ODF}><file-entry><encryption-data/></file-entry></manifest>"
    content = zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": b"\x8f\x01",
            "META-INF/manifest.xml": manifest,
        }
    )
    assert refusal(content).code == "text-encrypted"


def test_a_file_above_the_limit_says_the_limit():
    issue = refusal(b"a" * ((50 << 20) + 1))
    assert issue.code == "text-too-large"
    assert "50 MB" in issue.sentence


def test_boxes_in_boxes_are_read_once():
    box = "<w:p><w:r><w:drawing><w:txbxContent>{}</w:txbxContent></w:drawing></w:r></w:p>"
    inner = p("innen")
    for _ in range(30):
        inner = box.format(inner)
    assert one(docx(inner)).text.split() == ["innen"]


@pytest.mark.parametrize(
    "line",
    [
        "# " + "# " * 200_000 + "x",
        "<v " * 200_000,
        "<v" + " " * 200_000,
        "a: " * 200_000,
        "{\\" * 200_000,
        "\n".join("a" * 99_999),
    ],
)
def test_no_line_takes_long(line):
    for head in ("", "WEBVTT\n\n00:01.000 --> 00:02.000\n"):
        sound(read("Datei", (head + line).encode()))


def test_a_chain_of_a_hundred_thousand_styles_is_gone_through_once():
    style = '<w:style w:type="paragraph" w:styleId="s{}"><w:basedOn w:val="s{}"/></w:style>'
    chain = "".join(style.format(n, n + 1) for n in range(100_000))
    assert one(docx(p("a"), styles=f"<w:styles {W}>{chain}</w:styles>")).text == "a"


def test_an_rtf_of_nothing_but_groups_and_an_archive_of_nothing_but_names_are_not_opened():
    assert refusal(b"{\\rtf" + b"{" * 2_100_000).code == "text-too-many-elements"
    names = b"".join(b"PK\1\2" + bytes(42) for _ in range(200_000))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(names), 0, 0)
    with pytest.raises(BadInput) as refused:
        package_module.Package("Datei", names + end)
    assert refused.value.issues[0].code == "text-too-many-elements"
