"""Slides of Musterstadt's study: nothing runs out of them, and who cannot see them hears the same."""

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from pptx import Presentation
from pptx.util import Pt

from nahraum.base.language import speaking
from nahraum.evidence.indicators.edition import Imprint
from nahraum.evidence.voices.studies.terms import INTERVIEWS
from nahraum.reports.blocks import Table
from nahraum.reports.stamp import day_words
from nahraum.reports.voices import fitting
from nahraum.reports.voices.deck import Said, Slide, Style, deck
from nahraum.reports.voices.quoting import stamp
from nahraum.reports.voices.slides import pptx_bytes, write_slides
from nahraum.reports.voices.told import Told
from tests.core.reports.slides_seen import faults, texts
from tests.town.voices import city_wide, coded

IMPRINT = Imprint(
    id="stimmen", title="Stimmen aus Musterstadt", city="Musterstadt", publisher="Stadt Musterstadt",
    date=date(2024, 11, 29), licence="CC BY 4.0", fictional=True,
)  # fmt: skip
SUMMARY = "Die Wege sind **weit**.\n\n- Räume fehlen\n- und Zeit\n\n> „So ist es.“"


@pytest.fixture(scope="module")
def study():
    return coded()


@pytest.fixture(scope="module")
def shows(study, tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    for row in study.rows:
        told = Told(row=row, summaries={"hs": SUMMARY})
        write_slides(study, told, IMPRINT, folder / f"{row}.pptx")
    return {row: folder / f"{row}.pptx" for row in study.rows}


def test_every_space_has_a_set_in_which_nothing_is_lost_or_runs_over(shows):
    assert len(shows) == 7
    for path in shows.values():
        assert faults(Presentation(path)) == []


def test_a_set_goes_theme_by_perspective_with_quotations_and_sources(shows):
    show = Presentation(shows["13"])
    titles = [slide.shapes.title.text for slide in show.slides]
    assert titles[:4] == [
        "Hafen",
        "Hafen: Wer erreicht wurde",
        "Hafen: Themen auf einen Blick",
        "Herausforderungen und Bedarfe: Institutionen",
    ]
    assert titles[-1] == "Wie ausgewertet wurde"
    assert len(set(titles)) == len(titles)
    space = show.slides[titles.index("Herausforderungen und Bedarfe: Sozialraum")]
    assert texts(space)[1].split("\n") == [
        "Die Wege sind weit.",
        "Räume fehlen",
        "und Zeit",
        "„So ist es.“",
        "Weite Wege: 1 Textstelle",
        "Fehlende Räume: 1 Textstelle",
        "„Zum Kinderarzt fahre ich zweimal um, das dauert mit dem Kleinen fast eine Stunde.“",
        "World-Café, Hafen, 10.09.2024",
    ]
    assert "Zitate aus: World-Café, Hafen, 10.09.2024." in space.notes_slide.notes_text_frame.text
    assert "Wessen Kodierungen gelten: beide Personen" in space.notes_slide.notes_text_frame.text


def test_held_back_words_are_in_no_part_of_the_file(shows):
    for path in shows.values():
        with zipfile.ZipFile(path) as archive:
            parts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        assert not any(words in part for part in parts for words in ("immer ist besetzt", "Ampel", "Kiosk"))
    few = " ".join(text for row in ("41", "42") for slide in Presentation(shows[row]).slides for text in texts(slide))
    assert "und Zeit" not in few  # all segments of the cell that the summary is about are held back
    assert few.count("Die Zusammenfassung ist hier zurückgehalten") == 2
    institutions = Presentation(shows["13"]).slides[3]
    assert "1 Zitat ist hier zurückgehalten" in texts(institutions)[1]


def test_the_set_of_the_city_tells_what_reaches_across_spaces(shows):
    titles = [slide.shapes.title.text for slide in Presentation(shows[None]).slides]
    assert "Herausforderungen und Bedarfe: raumübergreifend" in titles


def test_a_study_that_is_city_wide_only_has_no_slides_across_spaces(study):
    with speaking("de"):
        found = deck(city_wide(study), Told(row=None), stamp(study, IMPRINT))
    assert found
    assert not any("raumübergreifend" in each.title for each in found)


def test_what_is_long_continues_on_further_slides_and_no_word_is_lost(study):
    long = " ".join(f"Wort{n}" for n in range(900))
    points = tuple((Said(text=f"Punkt {n} " + "lang " * 30),) for n in range(40))
    rows = tuple((f"Zeile {n} " + "breit " * (n % 30), str(n)) for n in range(60))
    quote = (Said(text=long, style=Style.QUOTE), Said(text="Quelle", style=Style.SOURCE))
    slides = (
        Slide(title="Titel", points=((Said(text="x"),),), notes="n"),
        Slide(title="Ein sehr langer Titel " * 6, points=(*points, quote), notes="n"),
        Slide(title="Tabelle", table=Table(caption="Alt", head=("A", "B"), rows=rows, widths=(2, 1)), notes="n"),
    )
    with speaking("de"):
        content = pptx_bytes(slides, stamp(study, IMPRINT))
        assert pptx_bytes(slides, stamp(study, IMPRINT)) == content
    show = Presentation(io.BytesIO(content))
    assert faults(show) == []
    told = " ".join(text for slide in show.slides for text in texts(slide)).split()
    assert [word for word in told if word.startswith("Wort")] == long.split()
    assert sum(word == "Punkt" for word in told) == 40
    cells = [
        row.cells[1].text
        for slide in show.slides
        for shape in slide.shapes
        if shape.has_table
        for row in list(shape.table.rows)[1:]
    ]
    assert cells == [str(n) for n in range(60)]


def test_the_inspection_sees_what_runs_over():
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "T"
    slide.placeholders[1].text = "viel Text " * 300
    slide.shapes.add_table(1, 1, Pt(10), Pt(400), Pt(5000), Pt(20))
    found = " ".join(faults(show))
    for fault in ("outside", "too long", "no alternative text", "no number", "no notes"):
        assert fault in found


def test_lines_are_counted_generously():
    assert fitting.lines("", 20, 100) == 1
    assert fitting.lines("a b", 20, 1000) == 1
    assert fitting.lines("wort " * 10, 20, 60) == 10
    assert fitting.lines("x" * 400, 20, 100) >= 30  # words longer than a line are broken


def test_empty_cells_have_no_slide(study):
    with speaking("de"):
        slides = deck(study, Told(row="42"), stamp(study, IMPRINT))
    assert not any(slide.points == () and slide.table is None for slide in slides)
    assert "Ressourcen und Möglichkeiten: Institutionen" not in [slide.title for slide in slides]


def test_the_day_of_an_interview_stands_beside_no_quotation_and_in_no_note(study):
    """An interview hides among those of its method and space on all days: its own day would point at it."""
    held = study.material.collections
    days = {id: date(2024, 1 + n % 12, 1 + n) for n, id in enumerate(held)}
    known = {id: replace(each, day=days[id], participants=9) for id, each in held.items()}
    dated = replace(study, material=replace(study.material, collections=known))
    with speaking("de"):
        said = "\n".join(
            " ".join([each.notes, *(words.text for point in each.points for words in point)])
            for row in dated.rows
            for each in deck(dated, Told(row=row), stamp(dated, IMPRINT))
        )
        seen = {each.method for each in known.values() if day_words(each.day) in said}
    assert "Telefoninterview, Hafen, 2024" in said
    assert seen
    assert not seen & INTERVIEWS
