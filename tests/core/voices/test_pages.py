"""Codings on rectangles of PDF pages and on moments of films: on their very words, or told that they are not."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.evidence.voices.exchange.reading import read_project
from nahraum.evidence.voices.exchange.writing import write_project
from nahraum.evidence.voices.incoming.pages import FEED, Box, How, paged
from nahraum.evidence.voices.outgoing import About
from tests.core.voices import refi_files as refi
from tests.core.voices.test_beside import came, coded, coding, heard, moment, told

PAGES = ["Am Markt fehlt\nein Treff. Der Bus.", "Der Bus 🚌 kommt\nnicht. Ein Treff.", "Die Miete steigt."]
TEXT = FEED.join(PAGES) + FEED


def box(n, page, *, said="", words="", name="", coded=True):
    told = f"<Description>{words}</Description>" if words else ""
    told += (
        f'<Representation guid="{refi.guid(n, 10)}"><PlainTextContent>{said}</PlainTextContent></Representation>'
        * bool(said)
    )
    return (
        f'<PDFSelection guid="{refi.guid(n, 4)}" name="{name}" page="{page}" firstX="1" firstY="2" secondX="30"'
        f' secondY="40">{told}{coding(n) if coded else ""}</PDFSelection>'
    )


def pdf(boxes="", *, marks="", whole="", words=True):
    # As programs write it: the words of all pages in a file of their own.
    inside = (
        f'<Representation guid="{refi.guid(1, 6)}" name="Protokoll" plainTextPath="internal://p.txt">{marks}'
        "</Representation>"
    ) * words
    return (
        f'<PDFSource guid="{refi.guid(97, 4)}" name="Protokoll" path="internal://p.pdf">{"".join(boxes)}{inside}{whole}'
        "</PDFSource>"
    )


def pdf_came(tmp_path, sources, text=TEXT):
    return came(tmp_path, sources, {"sources/p.txt": text, "sources/p.pdf": b"%PDF-1.7"})


def memos(back):
    return [each.words for each in back.remarks if each.about is About.CODING]


def test_what_is_selected_in_the_words_of_a_pdf_stands_there(tmp_path):
    marks = refi.selection(TEXT.index("ein Treff"), TEXT.index(". Der Bus"), 5)
    back = pdf_came(tmp_path, pdf(marks=marks, whole=coding(9)))
    assert coded(back) == sorted(["ein Treff", TEXT])
    assert [(each.page, TEXT[each.start : each.end]) for each in back.texts[0].segments] == list(enumerate(PAGES, 1))
    assert "Kodierungen auf" not in told(back)


@pytest.mark.parametrize("first", [0, 1])
def test_rectangles_stand_at_their_words_on_their_page_or_on_a_line_of_their_own(tmp_path, first):
    boxes = [
        box(1, first + 2, said="Die  Miete"),  # once in the text, whatever the blanks: and it tells how pages count
        box(2, first + 1, said="Ein Treff"),
        box(3, first, said="Der Bus"),  # twice in the text, once on its page
        box(4, first + 1, words="Bild eines Busses"),  # a description is no quotation
        box(5, first + 7, name="Karte"),  # no such page
        box(6, first, coded=False),
    ]
    back = pdf_came(tmp_path, pdf(boxes))
    (text,) = back.texts
    assert text.text == TEXT + "\nKarte"
    at = {m.row: (m.start, m.end) for m in marked(back)}
    assert [text.text[slice(*at[row])] for row in sorted(at)] == [
        "Die Miete", "Ein Treff", "Der Bus", PAGES[1], "Karte",
    ]  # fmt: skip
    assert at[2][0] == TEXT.index("Der Bus")
    said = memos(back)
    assert len(said) == 2
    assert said[0] == f"Bild eines Busses\nPDF, Seite {first + 1}, Ausschnitt von 1, 2 bis 30, 40, wie die Datei zählt."
    for sentence in ("wo ihre Worte stehen: 3.", "Worten der ganzen Seite stehen; ein Memo sagt, wo: 1.",
                     "jede auf einer eigenen Zeile an seinem Ende; ein Memo sagt, wo: 1."):  # fmt: skip
        assert sentence in told(back)


def marked(back):
    from nahraum.evidence.voices.incoming.persons import moved

    return moved(back, {})


@pytest.mark.parametrize(
    ("boxes", "why"),
    [
        ([box(1, 1), box(2, 2)], "nothing tells whether pages count from 0 or 1"),
        ([box(1, 0), box(2, 3)], "what tells it contradicts itself"),
        ([box(1, 2, said="Am Markt"), box(2, 2, said="Die Miete")], "words stand on pages that cannot both be meant"),
    ],
)
def test_a_page_that_is_not_sure_is_not_taken(tmp_path, boxes, why):
    back = pdf_came(tmp_path, pdf(boxes))
    assert not set(coded(back)) & set(PAGES), why
    assert len(back.marks) == 2


def test_a_pdf_without_words_becomes_its_rectangles(tmp_path):
    back = pdf_came(tmp_path, pdf([box(1, 1, said="Mehr Bänke"), box(2, 1)], words=False))
    assert back.texts[0].text == "Mehr Bänke\nAusschnitt 2"
    assert coded(back) == ["Ausschnitt 2", "Mehr Bänke"]
    assert len(memos(back)) == 2


def test_a_pdf_whose_words_are_missing_is_one_text_that_is_missing(tmp_path):
    marks = refi.selection(0, 3, 5)
    back = came(tmp_path, pdf(marks=marks))
    assert back.texts == ()
    assert "Texte, die fehlen oder leer sind und mit ihren Kodierungen wegbleiben: 1." in told(back)
    back = came(tmp_path, pdf([box(1, 1, said="Mehr Bänke")], marks=marks))
    assert coded(back) == ["Mehr Bänke"]  # what is selected in the missing words is not laid on others


def test_words_of_a_rectangle_that_are_coded_themselves_stay_a_text(tmp_path):
    inside = box(1, 3, said="Die Miete").replace("</PlainTextContent>", "</PlainTextContent>" + refi.selection(4, 9, 6))
    back = pdf_came(tmp_path, pdf([inside]))
    assert [each.text for each in back.texts] == [TEXT, "Die Miete"]
    assert coded(back) == ["Die Miete", "Miete"]


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.text("ab \n", max_size=12), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(-1, 5), st.text("ab ", max_size=3)), max_size=6),
)
def test_no_sign_moves_and_whatever_was_found_are_its_words(pages, given_boxes):
    text = FEED.join(pages)
    boxes = [Box(place=(page, 0, 0, 1, 1), words=words, called="x") for page, words in given_boxes]
    done = paged(text, boxes)
    assert done.text.startswith(text)
    for each, (start, end), how in zip(boxes, done.places, done.how, strict=True):
        assert 0 <= start < end <= len(done.text)
        if how is How.WORDS:
            assert done.text[start:end].split() == each.words.split()
            assert end <= len(text)
        elif how is How.PAGE:
            assert FEED not in text[start:end]
        else:
            assert start >= len(text)
    ends = [0, *(end for each in done.segments for end in (each.start, each.end))]
    assert ends == sorted(ends)


def film(said, points, moments):
    return heard(said, points, moments).replace("Audio", "Video")


def test_moments_of_a_film_stand_on_the_lines_said_then(tmp_path):
    said, points = "Der Platz.\nDer Bus 🚌.\nDie Miete.\n", [(1000, 0), (2000, 11), (3000, 22)]
    back = came(tmp_path, film(said, points, moment(1, 1000, 3000) + moment(2, 3_723_500, 2500)))
    assert coded(back) == ["Der Bus 🚌.\nDie Miete.", "Der Platz.\nDer Bus 🚌."]
    assert memos(back) == ["Film, von 0:00:02.500 bis 1:02:03.500; die Zeilen beginnen früher oder dauern länger."]
    assert back.media == ()  # the film itself stays outside
    for sentence in ("die auf den Zeilen stehen, die dort gesprochen werden: 1.", "von wann bis wann: 1."):
        assert sentence in told(back)
    back = came(tmp_path, film(said, points, moment(1, 0, 900)))
    assert len(back.marks) == 0
    assert "zu denen keine Zeile gehört, weggelassen: 1." in told(back)


def test_what_is_read_of_pdf_and_film_can_be_written_and_read_again(tmp_path):
    sources = pdf([box(1, 1, said="Am Markt"), box(2, 2)]) + film("Ja.\n", [(0, 0)], moment(7, 0, 500))
    path = refi.qdpx(tmp_path / "a.qdpx", refi.project(sources), {"sources/p.txt": TEXT, "sources/p.pdf": b"%PDF"})
    before = read_project(path).project
    write_project(before, tmp_path / "b.qdpx")
    after = read_project(tmp_path / "b.qdpx").project
    assert [(r.place, r.guid, r.medium) for r in after.regions] == [(r.place, r.guid, r.medium) for r in before.regions]
    assert [(t.guid, t.role, t.text) for t in after.texts] == [(t.guid, t.role, t.text) for t in before.texts]


def test_a_hostile_number_of_rectangles_ends_soon():
    text = ("ab " * 100_000 + FEED) * 3
    random.seed(1)
    boxes = [Box(place=(1, 0, 0, 1, 1), words="ab " * random.randrange(1, 9), called="") for _n in range(20_000)]
    assert len(paged(text, boxes).places) == 20_000
