"""The real study: 372 statements of six spaces by main and sub category; counts must be those of the file.

No statement stands here: rows of the file are texts, known by their number.
"""

import csv
from collections import Counter
from datetime import date

import numpy as np
import pytest
from docx import Document
from pptx import Presentation

from nahraum.base.language import speaking
from nahraum.evidence.indicators.edition import Imprint
from nahraum.evidence.voices.categories.terms import Category, Kind, System
from nahraum.evidence.voices.coded import Coded, space_by_category, themes
from nahraum.evidence.voices.codings import Codings
from nahraum.evidence.voices.cross_space import cross_space
from nahraum.evidence.voices.evidence import Material
from nahraum.evidence.voices.matrix import matrix
from nahraum.evidence.voices.studies.terms import Collection, Method, Study
from nahraum.evidence.voices.texts.terms import Text
from nahraum.reports.voices.chapters import study_chapters, write_study_report
from nahraum.reports.voices.slides import write_slides
from nahraum.reports.voices.told import Told
from tests.core.reports.slides_seen import faults, texts

pytestmark = pytest.mark.real_data

# Participants and day (November 2020) of each workshop, as the report prints them.
WORKSHOPS = {
    "MANFORT": (8, 9), "ALKENRATH": (3, 9), "RHEINDORF": (12, 16),
    "OPLADEN": (11, 19), "WIESDORF": (6, 23), "STEINBÜCHEL": (6, 26),
}  # fmt: skip
IMPRINT = Imprint(
    id="leverkusen-2020", title="Stimmen", city="Leverkusen", publisher="Probe", date=date(2021, 6, 1), licence="keine"
)


@pytest.fixture(scope="module")
def statements(shared):
    with (shared / "data" / "leverkusen" / "statements.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def names(statements):
    return {column: sorted({row[column] for row in statements}) for column in ("space", "main", "sub")}


@pytest.fixture(scope="module")
def study(statements, names):
    """Every statement is a text that one code marks as a whole."""
    count = len(statements)
    length = np.array([len(row["text"]) for row in statements])
    code = [names["main"].index(row["main"]) * len(names["sub"]) + names["sub"].index(row["sub"]) for row in statements]
    nobody = np.zeros(count, dtype=np.int64)
    return Codings(np.arange(count), nobody, np.array(code), nobody, length, length, np.ones((1, count), dtype=bool))


def test_the_matrix_of_spaces_and_categories_is_that_of_the_file(statements, names, study):
    spaces, mains, subs = (names[column] for column in ("space", "main", "sub"))
    assert (len(statements), len(spaces), len(mains), len(subs)) == (372, 6, 3, 4)
    row = np.array([spaces.index(each["space"]) for each in statements])
    found = matrix(study, row, np.arange(12), (6, 12))
    counted = Counter((each["space"], each["main"], each["sub"]) for each in statements)
    for r, space in enumerate(spaces):
        for k in range(12):
            expected = counted[space, mains[k // 4], subs[k % 4]]
            assert found.codings[r, k] == found.texts[r, k] == len(found.behind(r, k)) == expected
    assert (found.codings > 0).all(), "all 72 cells are filled"
    assert all(reach.spaces == 6 and reach.is_cross_space and reach.one_more for reach in cross_space(found.segments))


@pytest.fixture(scope="module")
def coded(statements, names, study):
    """The same as a study: one workshop per space, every statement quoted; whether from an interview is not told."""
    mains, subs = names["main"], names["sub"]
    top = [Category(id=f"{m}", name=main, kind=Kind.DEDUCTIVE) for m, main in enumerate(mains)]
    below = [Category(id=f"{m}.{s}", name=sub, parent=f"{m}") for m in range(3) for s, sub in enumerate(subs)]
    read = [Text(name=str(n), text=row["text"]) for n, row in enumerate(statements, start=1)]
    return Coded(
        study=Study(id="2020", title="Leverkusen 2020", spaces=tuple(names["space"])),
        system=System(id="2020", name="Leverkusen", version=2, categories=tuple(top + below)),
        codings=study,
        categories=tuple(category.id for category in below),
        material=Material(
            texts=tuple(text.sha256 for text in read),
            collection=tuple(row["space"] for row in statements),
            collections={
                space: Collection(
                    id=space, method=Method.WORLD_CAFE, space=space, participants=people, day=date(2020, 11, day)
                )
                for space, (people, day) in WORKSHOPS.items()
            },
            words=lambda text, start, end: read[text].text[start:end],
        ),
        whose="Forschungsteam",
        names={space: space.title() for space in WORKSHOPS},
        quoted=np.arange(len(statements)),
    )


def test_as_a_study_it_has_the_same_matrix_and_the_rule_says_nothing_at_this_level(statements, coded):
    found = space_by_category(coded, 2)
    counted = Counter((row["space"], row["main"], row["sub"]) for row in statements)
    for r, space in enumerate(found.rows):
        for k, id in enumerate(found.columns):
            main, sub = (category.name for category in coded.system.line(id))
            assert found.counts.segments[r, k] == counted[space, main, sub]
    assert found.counts.segments.sum() == 372
    assert not themes(coded, level=2).deciding


def test_the_chapter_prints_every_statement_but_those_of_the_three(statements, coded, tmp_path):
    with speaking("de"):
        chapters = study_chapters(coded, level=2)
    write_study_report(coded, chapters, IMPRINT, tmp_path / "chapter.docx")
    write_study_report(coded, chapters, IMPRINT, tmp_path / "chapter.pdf")
    assert (tmp_path / "chapter.pdf").read_bytes().startswith(b"%PDF")
    printed = "\n".join(each.text for each in Document(tmp_path / "chapter.docx").paragraphs)
    elsewhere = {row["text"] for row in statements if row["space"] != "ALKENRATH"}
    for number, row in enumerate(statements, start=1):
        said = " ".join(row["text"].split())
        shown = said in " ".join(printed.split())
        assert shown or row["space"] == "ALKENRATH", f"row {number} is missing"
        only_there = row["space"] == "ALKENRATH" and not any(row["text"] in text for text in elsewhere)
        assert not (shown and only_there), f"row {number} ought to be held back"
    held = sum(int(line.split()[0]) for line in printed.split("\n") if "zurückgehalten, weil" in line)
    assert held == sum(row["space"] == "ALKENRATH" for row in statements)


def test_the_slides_of_a_space_hold_what_was_said_there(statements, coded, tmp_path):
    for space in ("MANFORT", "ALKENRATH"):
        write_slides(coded, Told(row=space), IMPRINT, tmp_path / f"{space}.pptx")
        assert faults(Presentation(tmp_path / f"{space}.pptx")) == []
    told = " ".join(" ".join(" ".join(texts(s)).split()) for s in Presentation(tmp_path / "MANFORT.pptx").slides)
    rows = [" ".join(row["text"].split()) for row in statements if row["space"] == "MANFORT"]
    assert [n for n, said in enumerate(rows) if said not in told] == []
