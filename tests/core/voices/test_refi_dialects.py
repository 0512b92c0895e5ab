"""Every dialect of positions that was seen in real files: each coding must cover exactly its quotation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.base import Severity
from nahraum.evidence.voices.exchange.dialect import Certainty, Dialect, Marked, Newline, as_written, decide, placed
from nahraum.evidence.voices.exchange.model import On, counted
from nahraum.evidence.voices.exchange.reading import read_project
from tests.core.voices.refi_files import project, qdpx, selection, text_source

TEXT = (
    "Moderation: Was fehlt im Quartier? 🚌\n"
    "Teilnehmerin 😀: Der Bus fährt nach acht Uhr nicht mehr, das ist für viele schwer.\n"
    "\n"
    "Teilnehmer: Wir brauchen einen Treff 👩‍👧 für Alleinerziehende, und die Miete steigt.\n"
    "Moderation: Danke!\n"
)
QUOTATIONS = (
    "Der Bus fährt nach acht Uhr nicht mehr",
    "das ist für viele schwer.",
    "einen Treff 👩‍👧 für Alleinerziehende",
    "die Miete steigt.",
    "Danke!",
)


def positions(raw, quotation, *, utf16=False, newline="file", bom=False, inclusive=False):
    """Count as the other program does, character by character; ``raw`` is the file's text with its BOM."""
    body = raw.removeprefix("\ufeff")
    wanted = quotation.replace("\n", "\r\n") if "\r\n" in body else quotation
    at = body.index(wanted)

    def width(words):
        if newline == "one":
            words = words.replace("\r\n", "\n")
        elif newline == "two":
            words = words.replace("\r\n", "\n").replace("\n", "\r\n")
        return sum(2 if utf16 and ord(sign) > 0xFFFF else 1 for sign in words)

    first = width(body[:at]) + (1 if bom and raw.startswith("\ufeff") else 0)
    last = first + width(wanted)
    return first, last - (width(wanted[-1]) if inclusive else 0)


# name: what the file looks like, how its program counts, entry and path of the text, the program's name
FILES = {
    "NVivo Windows": ("\ufeff", "\r\n", {"utf16": True}, "Sources/a.txt", "internal://a.txt", "NVivo 12.6 Windows"),
    "NVivo Mac": ("", "\n", {"utf16": True}, "sources/a.txt", "internal://a.txt", "NVivo for Mac 12.7"),
    "ATLAS.ti": ("", "\r\n", {"newline": "one"}, "Sources/a.txt", "internal://a.txt", "ATLAS.ti 8.4"),
    "qc": ("", "\n", {}, "sources/a.txt", "a.txt", "qc 1.3"),
    "last character": ("", "\n", {"inclusive": True}, "sources/a.txt", "internal://a.txt", "?"),
    "BOM counted": ("\ufeff", "\n", {"bom": True}, "sources/a.txt", "internal://a.txt", "?"),
    "counted as if CRLF": ("", "\n", {"newline": "two", "utf16": True}, "sources/a.txt", "internal://a.txt", "?"),
}


@pytest.mark.parametrize("quoted", [True, False], ids=["quotations", "borders"])
@pytest.mark.parametrize("program", FILES)
def test_every_coding_covers_its_quotation(tmp_path, program, quoted):
    bom, newline, counts, entry, path, origin = FILES[program]
    raw = bom + TEXT.replace("\n", newline)
    marks = [
        selection(*positions(raw, words, **counts), n, name=words if quoted else "")
        for n, words in enumerate(QUOTATIONS)
    ]
    xml = project(text_source(marks, path), origin=origin)
    reading = read_project(qdpx(tmp_path / "a.qdpx", xml, {entry: raw.encode()}))
    made = reading.project
    assert made.texts[0].text == TEXT
    at = zip(made.selections.start, made.selections.end, strict=True)
    assert [TEXT[start:end] for start, end in at] == list(QUOTATIONS)
    assert [made.codes[c].name for c in made.codings.code] == ["Wohnen"] * len(QUOTATIONS)
    (choice,) = reading.choices.values()
    assert choice.certainty is (Certainty.QUOTATIONS if quoted else Certainty.BORDERS)
    assert [issue.code for issue in reading.issues] == ["exchange-dialect"]


SPOKEN = "Es ist laut. Der Bus fehlt. Sie sagt „genug“. Im Gu\u0308terhof wird es eng.\n\nMehr Ba\u0308ume, bitte.\n"


@pytest.mark.parametrize("quotations", [
    ["ist laut", "Bus fehlt", "wird es eng", "bitte"],  # before the full stop
    ["„genug", "Der Bus fehlt", "Sie sagt „genug", "wird es eng"],  # before one of two marks
    ["wird es eng.\n", "Im Gu\u0308terhof wird es eng.\n", "eng.\n"],  # before an empty line
])  # fmt: skip
def test_an_end_before_a_mark_does_not_name_the_last_character(tmp_path, quotations):
    marks = [selection(*positions(SPOKEN, words), n) for n, words in enumerate(quotations * 4)]
    xml = project(text_source(marks), origin="QualCoder 3.5")
    reading = read_project(qdpx(tmp_path / "a.qdpx", xml, {"sources/a.txt": SPOKEN.encode()}))
    (choice,) = reading.choices.values()
    assert not choice.dialect.inclusive
    made = reading.project.selections
    assert [SPOKEN[s:e] for s, e in zip(made.start, made.end, strict=True)] == quotations * 4


def test_ends_that_cut_into_words_name_the_last_character_of_all(tmp_path):
    quotations = ["ist laut", "Bus fehlt", "Sie sagt", "Der Bus", "Im Gu\u0308terhof", "bitte."]
    marks = [selection(*positions(SPOKEN, words, inclusive=True), n) for n, words in enumerate(quotations)]
    reading = read_project(qdpx(tmp_path / "a.qdpx", project(text_source(marks)), {"sources/a.txt": SPOKEN.encode()}))
    (choice,) = reading.choices.values()
    assert (choice.dialect.inclusive, choice.certainty) == (True, Certainty.BORDERS)
    made = reading.project.selections
    assert [SPOKEN[s:e] for s, e in zip(made.start, made.end, strict=True)] == quotations


def test_shortened_quotations_are_evidence_too(tmp_path):
    raw = TEXT.replace("\n", "\r\n")
    marks = [selection(*positions(raw, QUOTATIONS[2], newline="one"), 0, name="einen Treff …")]
    reading = read_project(qdpx(tmp_path / "a.qdpx", project(text_source(marks)), {"sources/a.txt": raw.encode()}))
    start, end = reading.project.selections.start[0], reading.project.selections.end[0]
    assert TEXT[start:end] == QUOTATIONS[2]


def test_what_nothing_tells_is_assumed_and_to_be_confirmed(tmp_path):
    xml = project(text_source([selection(2, 2, 1)]))
    reading = read_project(qdpx(tmp_path / "a.qdpx", xml, {"sources/a.txt": "aaaaaaaa 😀 bbb"}))
    told = [issue for issue in reading.issues if issue.code == "exchange-dialect"]
    assert [issue.severity for issue in told] == [Severity.WARNING]
    assert (reading.project.selections.start[0], reading.project.selections.end[0]) == (2, 2)


def test_a_text_with_too_little_evidence_follows_the_others_of_its_project(tmp_path):
    long = TEXT
    marks = [selection(*positions(long, words, utf16=True), n) for n, words in enumerate(QUOTATIONS)]
    short = "😀 Bus"
    sources = text_source(marks) + text_source(
        [selection(3, 6, 50)], "internal://b.txt", guid="33333333-0000-4000-8000-000000000002"
    )
    entries = {"sources/a.txt": long, "sources/b.txt": short}
    made = read_project(qdpx(tmp_path / "a.qdpx", project(sources), entries)).project
    assert short[made.selections.start[-1] : made.selections.end[-1]] == "Bus"


def test_positions_outside_are_told_and_nothing_is_shifted(tmp_path):
    marks = [selection(0, 3, 1), selection(4, 99, 2), selection(-1, 2, 3), selection(3, 2, 4), selection(4, 7, 5)]
    reading = read_project(qdpx(tmp_path / "a.qdpx", project(text_source(marks)), {"sources/a.txt": "Bus und Rad"}))
    at = zip(reading.project.selections.start, reading.project.selections.end, strict=True)
    assert [("Bus und Rad")[start:end] for start, end in at] == ["Bus", "und"]
    codes = [issue.code for issue in reading.issues]
    assert codes.count("exchange-position-outside") == codes.count("exchange-coding-lost") == 3
    assert list(counted(reading.project).start) == [0, 4]


def test_a_position_within_a_character_is_widened_and_told(tmp_path):
    marks = [selection(*positions(TEXT, words, utf16=True), n, name=words) for n, words in enumerate(QUOTATIONS)]
    inside = positions(TEXT, "😀", utf16=True)[0] + 1
    xml = project(text_source([*marks, selection(inside, inside + 1, 40)]))
    reading = read_project(qdpx(tmp_path / "a.qdpx", xml, {"sources/a.txt": TEXT}))
    made = reading.project.selections
    assert TEXT[made.start[-1] : made.end[-1]] == "😀"
    assert "exchange-position-split" in [issue.code for issue in reading.issues]


def test_annotations_and_equal_names_and_nameless_cases_are_kept(tmp_path):
    """MAXQDA: selections without a coding, survey rows as equal-named sources, a case without name holds variables."""
    variable, other = "44444444-0000-4000-8000-000000000001", "33333333-0000-4000-8000-000000000002"
    before = (
        f'<Variables><Variable guid="{variable}" name="Alter" typeOfVariable="Integer"/></Variables><Cases>'
        f'<Case guid="{CASE}"><VariableValue><VariableRef targetGUID="{variable}"/><IntegerValue>41</IntegerValue>'
        f'</VariableValue><VariableValue><VariableRef targetGUID="{variable}"/></VariableValue>'
        f'<SourceRef targetGUID="{other}"/></Case></Cases>'
    )
    after = f'<Sets><Set guid="{SET}" name="Umfrage"><MemberSource targetGUID="{other}"/></Set></Sets>'
    sources = text_source([selection(0, 3, 1, code=None)], name="Umfrage") + text_source(
        [], "internal://b.txt", name="Umfrage", guid=other
    )
    xml = project(sources, before=before, after=after, origin="MAXQDA 24")
    reading = read_project(qdpx(tmp_path / "a.qdpx", xml, {"sources/a.txt": "Bus fehlt", "sources/b.txt": "Nichts"}))
    made = reading.project
    assert [text.name for text in made.texts] == ["Umfrage", "Umfrage"]
    assert list(made.annotations) == [0]
    assert made.cases[0].name == ""
    assert [(value.kind, value.value) for value in made.cases[0].values] == [("Integer", "41"), ("Text", None)]
    assert made.cases[0].sources == made.sets[0].sources == (other,)


CASE, SET = "55555555-0000-4000-8000-000000000001", "66666666-0000-4000-8000-000000000001"


def test_whole_texts_are_coded_and_counted(tmp_path):
    coding = f'<Coding guid="{CASE}"><CodeRef targetGUID="22222222-0000-4000-8000-000000000001"/></Coding>'
    made = read_project(qdpx(tmp_path / "a.qdpx", project(text_source([coding])), {"sources/a.txt": "Bus"})).project
    assert list(made.codings.on) == [On.TEXT]
    columns = counted(made)
    assert (list(columns.start), list(columns.end), list(columns.coder)) == ([0], [3], [1])  # 1: who is not told


signs = st.text(st.sampled_from("a b.ä😀\n"), max_size=30)


@settings(deadline=None)
@given(body=signs, bom=st.booleans(), crlf=st.booleans(), inclusive=st.booleans(), utf16=st.booleans(), data=st.data())
def test_every_dialect_comes_back_to_code_points(body, bom, crlf, inclusive, utf16, data):
    newline = data.draw(st.sampled_from(list(Newline)))
    bom_counts = data.draw(st.booleans())
    start = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(start, len(body)))
    if inclusive and start == end:
        return
    raw = ("\ufeff" if bom else "") + (body.replace("\n", "\r\n") if crlf else body)
    shape = {Newline.ONE: "one", Newline.AS_WRITTEN: "file", Newline.TWO: "two"}[newline]

    def width(words):
        breaks = shape == "two" or (shape == "file" and crlf)
        return sum(2 if (utf16 and ord(s) > 0xFFFF) or (breaks and s == "\n") else 1 for s in words)

    begin = int(bom and bom_counts)
    first = begin + width(body[:start])
    last = begin + width(body[: end - 1] if inclusive else body[:end])
    written = as_written(raw)
    assert written.text == body
    dialect = Dialect(utf16, newline, bom_counts, inclusive)
    there = placed(written, dialect, np.array([first]), np.array([last]))
    assert (there.start[0], there.end[0], there.outside[0], there.split[0]) == (start, end, False, False)


def test_our_own_files_are_read_as_written():
    marked = Marked(written=as_written("ab 😀cd"), start=np.array([1]), end=np.array([6]), quotes=[("",)])
    assert decide([marked], "Nahraum")[0].dialect == Dialect()
