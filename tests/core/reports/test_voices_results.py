"""Results of Musterstadt's study: matrices as files and chapters, against its protocols counted by hand."""

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise, product
from types import SimpleNamespace

import numpy as np
import openpyxl
import pytest
from docx import Document
from pypdf import PdfReader

from nahraum.base import WrongRequest
from nahraum.base.language import speaking
from nahraum.evidence.indicators.edition import Imprint
from nahraum.evidence.voices.behind import behind, behind_meeting, passages
from nahraum.evidence.voices.categories import Category, System
from nahraum.evidence.voices.coded import meetings, space_by_category, themes
from nahraum.evidence.voices.evidence import Quotation
from nahraum.evidence.voices.together import Meeting
from nahraum.reports.blocks import Heading, Quote, Table
from nahraum.reports.compose import compose
from nahraum.reports.voices.chapters import space_chapter, study_chapters, write_study_report
from nahraum.reports.voices.counted import matrices, table
from nahraum.reports.voices.files import csv_file, docx_file, xlsx_file
from nahraum.reports.voices.quoting import marked, stamp
from nahraum.reports.voices.told import Told, find_category
from tests.pdf.verapdf import failures
from tests.town.voices import FINER, PROTOCOLS, WORDS, city_wide, coded

IMPRINT = Imprint(
    id="stimmen", title="Stimmen aus Musterstadt", city="Musterstadt", publisher="Stadt Musterstadt",
    date=date(2024, 11, 29), licence="CC BY 4.0", fictional=True,
)  # fmt: skip
TOLD = tuple(Told(row=row, text=text) for row, text in WORDS.items())
SIX = ("Hafen", "Nordstadt", "Lindenfeld", "Oststadt", "Südstadt", "Weidengrund")


def written() -> list[tuple[str, str, str]]:
    """Return (space, method, code) of every marked sentence, read from the protocols by nothing but split."""
    found, head = [], ["", ""]
    for line in PROTOCOLS.strip().splitlines():
        if line.startswith("# "):
            head = [part.strip() for part in line[2:].split("|")]
        else:
            found += [(head[0], head[1], code) for code in line.split(" > ")[0].lstrip("*").split("+")]
    return found


@pytest.fixture(scope="module")
def study():
    return coded()


def read_csv(content: bytes):
    return list(csv.DictReader(io.StringIO(content.decode()), delimiter=";"))


def test_files_hold_what_the_protocols_hold_and_say_what_was_counted(study):
    with speaking("de"):
        tables = matrices(study)
        rows = read_csv(csv_file(tables, stamp(study, IMPRINT)))
        book = openpyxl.load_workbook(io.BytesIO(xlsx_file(tables, stamp(study, IMPRINT))))
    counted = Counter((code, space) for space, _method, code in written())
    got = {
        (row["zeile"], row["spalte"]): int(row["anzahl"])
        for row in rows
        if row["tabelle"] == "Raum nach Kategorie · Textstellen"
    }
    for code, name in FINER.items():
        labels = [label for label, _column in got if label.endswith(f"› {name}")]
        for key, space in zip(study.study.spaces, SIX, strict=True):
            assert got[labels[0], space] == counted[code, key]
        assert got[labels[0], "Alle Räume"] == sum(counted[code, key] for key in study.study.spaces)
        assert got[labels[0], "gesamtstädtisch"] == counted[code, "-"]
    methods = Counter((code, method) for _space, method, code in written())
    telephone = {
        row["zeile"]: int(row["anzahl"])
        for row in rows
        if row["tabelle"] == "Methode nach Kategorie · Textstellen" and row["spalte"] == "Telefoninterview"
    }
    assert sum(telephone.values()) == sum(n for (_c, method), n in methods.items() if method == "telephone_interview")
    told = [row for row in rows if row["gezaehlt"]]  # once for each table: it is long
    assert [row["tabelle"] for row in told] == [each.title for each in tables]
    assert all(row["gezaehlt"].startswith("Gezählt sind ") and "beide Personen" in row["gezaehlt"] for row in told)
    assert {(row["quelle"], row["stand"]) for row in rows} == {
        ("Stadt Musterstadt: Stimmen aus Musterstadt", "2024-11-29")
    }
    assert {"1 Räume · Textstellen", "7 Methoden · Kodierende", "10 Überlappung"} <= set(book.sheetnames)
    for each, sheet in zip(tables, book.worksheets, strict=True):
        cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
        words = " ".join(str(row[0]) for row in cells[: len(each.said) + 2])
        assert "Gezählt sind" in words
        assert "Stand: 29.11.2024" in words
        assert "Wessen Kodierungen gelten: beide Personen" in words
        assert [row[1 : len(each.columns) + 1] for row in cells[-len(each.rows) :]] == each.counts.tolist()


def test_at_the_level_of_main_categories_everything_counts_once(study):
    found = space_by_category(study, 1)
    per_main = Counter((code[0], space) for space, _method, code in {(s, m, c) for s, m, c in written()})
    assert found.columns == ("h", "r", "e")
    assert study.above(1) == study.former == 0
    # the sentence of Nordstadt with two codes is one segment of its main category
    assert found.counts.segments[study.rows.index("21"), 0] == per_main["h", "21"] - 1
    assert replace(study, categories=("h", *study.categories[1:])).above(3) == 0
    above = replace(study, codings=replace(study.codings, code=np.zeros_like(study.codings.code)))
    assert above.above(2) == len(study.codings)


def test_codes_that_meet_are_named_by_how_they_meet(study):
    columns, found = meetings(study, Meeting.OVERLAP)
    at = columns.index
    assert found[at("hi-termine"), at("hi-personal")] == 4  # one sentence, two coders on each side
    assert found[at("hi-termine"), at("hz-allein")] == 0
    with speaking("de"):
        titles = [table.title for table in matrices(study, 2)]
    how = "Kategorien, die zusammen auftreten"
    assert titles[-2:] == [f"{how} · Überlappung", f"{how} · ineinander"]


def test_behind_every_cell_stand_the_codings_that_it_counts(study):
    """Of all tables at all levels; sums over spaces, too."""
    for level in (None, 1, 2):
        with speaking("de"):
            tables = matrices(study, level)
        for each in (each for each in tables if each.measure in ("codings", "segments")):
            for (n, row), (k, column) in product(enumerate(each.row_keys), enumerate(each.column_keys)):
                place, category = (row, column) if each.kind == "text" else (column, row)
                if each.kind != "together":
                    found = behind(study, each.kind, place, category)
                    count = len(found) if each.measure == "codings" else len(passages(study, found))
                    assert count == each.counts[n, k], (each.title, row, column)
    found = behind_meeting(study, Meeting.OVERLAP, "hi-termine", "hi-personal")
    assert [len(each.codings) for each in passages(study, found)] == [4]  # one sentence, two codes of two coders
    assert not len(behind_meeting(study, Meeting.OVERLAP, "hi-termine", "hz-allein"))
    with pytest.raises(WrongRequest):
        behind(study, "space", "13", "nowhere")
    with pytest.raises(WrongRequest):
        behind_meeting(study, Meeting.OVERLAP, "hi-termine", "hi")


def test_what_is_left_out_is_told_in_every_table(study):
    code = int(study.codings.code[0])
    ids = tuple("lost" if n == code else id for n, id in enumerate(study.categories))
    gone = replace(study, categories=ids, study=replace(study.study, spaces=("77",)))
    count = int((study.codings.code == code).sum())
    with speaking("de"):
        words = " ".join(table(gone, "space", "codings", 2).said)
        assert gone.former == count > 0
        assert f"Kategorien, die nicht mehr gelten und in keiner Zeile stehen: {count}" in words
        assert "Aus 77 gibt es keinen Text" in words
        few = replace(study, codings=study.codings.where(study.codings.text == 0), quoted=study.quoted[:0])
        assert (
            f"Texte ohne eine dieser Kodierungen: {len(study.material.texts) - 1} von {len(study.material.texts)}."
            in (table(few, "text", "segments").said)
        )


def test_formulas_stay_words(study):
    with speaking("de"):
        poisoned = replace(study, titles=tuple("=HYPERLINK(1)" for _text in study.titles), whose="=1+1")
        tables = matrices(poisoned)
        rows = read_csv(csv_file(tables, stamp(study, IMPRINT)))
        book = openpyxl.load_workbook(io.BytesIO(xlsx_file(tables, stamp(study, IMPRINT))))
    assert "'=HYPERLINK(1)" in {row["zeile"] for row in rows}
    assert not any(value.startswith(("=", "+", "@")) for row in rows for value in row.values())
    assert not any(cell.data_type == "f" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)


def test_the_document_cuts_wide_tables_and_keeps_every_count(study):
    with speaking("de"):
        tables = matrices(study, 2)
        document = Document(io.BytesIO(docx_file(tables, stamp(study, IMPRINT))))
    assert all(len(table.columns) <= 9 for table in document.tables)
    wanted = sum(int(table.counts.sum()) for table in tables)
    found = sum(int(cell.text) for table in document.tables for row in table.rows[1:] for cell in row.cells[1:])
    assert found == wanted


def words_of(chapter):
    quotes = [block for block in chapter.blocks if isinstance(block, Quote)]
    return [["".join(run.text for run in text.runs) for text in quote.blocks] for quote in quotes]


def test_a_chapter_keeps_marks_and_sources_and_fills_in_what_the_team_left_out(study):
    with speaking("de"):
        chapter = space_chapter(study, TOLD[0])
    assert chapter.is_whole
    quotes = words_of(chapter)
    assert quotes[0] == ["„Der Hafen ist näher an der Altstadt, als die Altstadt denkt.“"]  # the team's own
    bus = [quote for quote in quotes if "Kinderarzt" in quote[0]]
    assert bus == [
        [
            "„Zum Kinderarzt fahre ich zweimal um, das dauert mit dem Kleinen fast eine Stunde.“",
            "(World-Café, Hafen, 10.09.2024)",
        ]
    ]  # placed by the team, so not once more
    captions = [block.caption for block in chapter.blocks if isinstance(block, Table)]
    assert captions == ["Hafen: erreichte Menschen", "Hafen: Textstellen nach Kategorie"]
    assert [used.words for used in chapter.used if used.key.startswith("mentions")] == ["1"]


def test_quotations_of_few_people_are_in_no_format_and_the_chapter_says_so(study, tmp_path):
    with speaking("de"):
        chapters = study_chapters(study, TOLD)
    for ending in (".pdf", ".docx", ".json"):
        write_study_report(study, chapters, IMPRINT, tmp_path / f"x{ending}")
    pages = "\n".join(page.extract_text() for page in PdfReader(tmp_path / "x.pdf").pages)
    document = "\n".join(each.text for each in Document(tmp_path / "x.docx").paragraphs)
    web = json.loads((tmp_path / "x.json").read_text("utf-8"))
    for told in (pages, document, json.dumps(web, ensure_ascii=False)):
        assert "immer ist besetzt" not in told
        assert "Ampel" not in told
        assert "Lesepatinnen" in told
        assert "zurückgehalten" in told
    released = replace(study, released=frozenset({"p3"}))
    with speaking("de"):
        said = str(words_of(space_chapter(released, Told(row="13"))))
    assert "immer ist besetzt" in said
    assert "(Telefoninterview, Hafen, 2024)" in said
    assert failures(tmp_path / "x.pdf", "ua1", "3a") == {"ua1": [], "3a": []}


def test_a_theme_in_four_of_six_spaces_is_told_with_the_segments_that_decide(study):
    named = {code: {space for space, _m, each in written() if each == code and space != "-"} for code in FINER}
    found = themes(study)
    for reach in found.reaches:
        spaces = named.get(found.columns[reach.theme], set())
        assert (reach.spaces, reach.is_cross_space) == (len(spaces), len(spaces) >= 4)
        assert (reach.one_less, reach.one_more) == (len(spaces) >= 3, len(spaces) >= 5)
    with speaking("de"):
        chapter = study_chapters(study, TOLD, across="Vorspann.")[-2]
    rows = {row[0]: row[1:] for block in chapter.blocks if isinstance(block, Table) for row in block.rows}
    assert rows["Sozialraum › Weite Wege"] == ("4", "ja", "ja", "nein", "0")
    assert rows["Institutionen › Wartezeiten auf Termine"] == ("3", "ja", "nein", "nein", "1")
    text = json.dumps([str(block) for block in chapter.blocks], ensure_ascii=False)
    assert "entscheidet in: Hafen, Lindenfeld, Südstadt, Weidengrund" in text
    # the protocol's own words are no quotation
    assert ["Aus dem Wohnpark fährt nach 19 Uhr kein Bus mehr.",
            "(aus dem Protokoll: Fokusgruppe, Lindenfeld, 19.09.2024)"] in words_of(chapter)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{zitate: Sozialraum}}", "Mehrere Kategorien heißen „Sozialraum“"),
        ("{{zitate: Weite Wegge}}", "Es gibt keine Kategorie „Weite Wegge“"),
        ("{{zitate: Fehlende Geräte}}", "keine Textstelle"),
        ("{{wert: unemployment}}", "Platzhalter"),
    ],
)
def test_what_cannot_be_filled_is_a_marked_gap_with_its_place(study, text, says):
    with speaking("de"):
        chapter = space_chapter(study, Told(row="13", text=f"Satz.\n\n{text}"))
        (issue,) = chapter.issues
        assert says in issue.sentence
    assert (issue.file, issue.row) == ("Hafen", 3)
    assert not chapter.is_whole


def test_no_person_stands_in_a_source(study):
    named = replace(
        study.material,
        collections={
            id: replace(each, title="Gespräch mit Frau Beispiel", moderators=("Ada Beispiel",), place="Praxis Beispiel")
            for id, each in study.material.collections.items()
        },
    )
    with speaking("de"):
        chapters = study_chapters(replace(study, material=named, released=frozenset(named.collections)), TOLD)
    assert "Beispiel" not in str([chapter.blocks for chapter in chapters])


def test_a_study_that_is_city_wide_only_has_no_chapter_across_spaces(study, tmp_path):
    with speaking("de"):
        everywhere = city_wide(study)
        chapters = study_chapters(everywhere)
        told = study_chapters(everywhere, across="Das gilt **überall**.")
    assert [each.title for each in chapters] == ["Gesamtstädtisch", "Wie ausgewertet wurde"]
    assert [each.title for each in told][1] == "Raumübergreifend"
    write_study_report(everywhere, told, IMPRINT, tmp_path / "a.docx")
    assert "Das gilt überall." in [each.text for each in Document(tmp_path / "a.docx").paragraphs]


@pytest.mark.parametrize("name", ["Alter > 65", "Alter › 65", "bedarfe > alter > 65"])
def test_a_category_whose_name_holds_the_sign_between_two_is_found(study, name):
    system = System(id="s", name="S", categories=(Category(id="b", name="Bedarfe"),
                                                  Category(id="a", name="Alter > 65", parent="b")))  # fmt: skip
    assert find_category(replace(study, system=system), name) == "a"


def test_a_text_for_a_space_that_is_not_there_is_refused(study):
    with speaking("en"), pytest.raises(WrongRequest, match="no space “99”"):
        study_chapters(study, [Told(row="99")])


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("kein Bus", "„kein Bus“"),
        ("„kein Bus“", "„kein Bus“"),
        ("„Offenheit“ und „Nähe“", "„„Offenheit“ und „Nähe““"),
        ("“no bus”", "“no bus”"),
        ("", "„“"),
        ("„", "„„“"),
    ],
)
def test_quotation_marks_are_kept_or_added(words, shown):
    with speaking("de"):
        assert marked(Quotation(words=words, text="", start=0, end=0, collection="")) == shown


def test_chapters_of_a_study_stand_in_the_social_report_unchanged(study):
    with speaking("de"):
        chapter = space_chapter(study, TOLD[0])
    composed = compose(SimpleNamespace(imprint=IMPRINT), [chapter])
    assert composed.blocks == chapter.blocks
    levels = [block.level for block in composed.blocks if isinstance(block, Heading)]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_evidence_keeps_its_identity_and_notices_when_the_codings_change(study):
    cited = study.cite("Die Wege sind weit.", "13", "hs")
    assert (cited.space, cited.category, cited.strength.segments, cited.strength.coders) == ("13", "hs", 2, 2)
    assert [each.words[:5] for each in cited.shown.quotations] == ["„Zum "]
    assert cited.check(cited.seen).holds
    fewer = np.setdiff1d(np.arange(len(study.codings)), study.at("13", "hs-wege"))
    changed = replace(study, codings=study.codings.where(fewer), quoted=np.zeros(0, dtype=np.int64))
    later = changed.cite("Die Wege sind weit.", "13", "hs")
    assert later.id == cited.id
    assert study.cite("Die Wege sind weit.", "21", "hs").id != cited.id
    assert re.fullmatch("[0-9a-f]{32}", cited.id)
    now = cited.check(later.seen)
    assert not now.holds
    assert len(now.lost) == 1
    assert not now.new
    assert not cited.shown.seen
