"""The author's own text: what planners write is read; what could do harm stays words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.reports.prose import Group, Line, Slot, Word, apart, read


def words(line):
    return "".join(piece.text if isinstance(piece, Word) else f"<{piece.source}>" for piece in line.pieces)


def test_headings_paragraphs_and_emphasis():
    heading, paragraph = read("## Am Hafen\n\nHier ist **viel *Gutes*** geschehen.")
    assert (heading.level, words(heading)) == (2, "Am Hafen")
    assert [(p.text, p.bold, p.italic) for p in paragraph.pieces] == [
        ("Hier ist ", False, False),
        ("viel ", True, False),
        ("Gutes", True, True),
        (" geschehen.", False, False),
    ]


def test_lists_nest_and_count_from_where_they_begin():
    (group,) = read("3. drei\n4. vier\n   - tief\n   - tiefer")
    assert (group.kind, group.start, len(group.parts)) == ("numbers", 3, 2)
    inner = group.parts[1][1]
    assert isinstance(inner, Group)
    assert [words(item[0]) for item in inner.parts] == ["tief", "tiefer"]


def test_a_date_at_the_beginning_of_a_paragraph_is_no_list():
    (line,) = read("31. Dezember 2024 war der Stichtag.")
    assert isinstance(line, Line)
    assert words(line) == "31. Dezember 2024 war der Stichtag."


def test_a_quotation():
    (quote,) = read("> Hier halten die Leute\n> zusammen.")
    assert quote.kind == "quote"
    assert words(quote.parts[0][0]) == "Hier halten die Leute zusammen."


def test_html_entities_code_and_pictures_stay_words():
    text = "<script>alert(1)</script> &amp; `code` ![Bild](/x.png)\n\n<div>Kasten</div>\n\n    eingerückt"
    lines = read(text)
    assert words(lines[0]) == "<script>alert(1)</script> &amp; `code` !Bild"
    assert [words(line) for line in lines[1:]] == ["<div>Kasten</div>", "eingerückt"]


def test_only_links_to_pages_of_the_own_site_are_links():
    targets = {
        "/gebiete/1306": "/gebiete/1306",
        "#karte": "#karte",
        "https://example.org": "",
        "//example.org": "",
        "/\\example.org": "/%5Cexample.org",  # quoted by the reader: a page of the own site, none of another
        "mailto:a@example.org": "",
    }
    for target, kept in targets.items():
        (line,) = read(f"[Wort]({target})")
        (word,) = line.pieces
        assert (word.text, word.link) == ("Wort", kept), target
        assert bool(word.foreign) is (not kept)
    (line,) = read("[Wort](javascript:alert(1))")
    assert all(not piece.link for piece in line.pieces)


def test_placeholders_are_taken_before_emphasis_and_know_their_line():
    first, second = read(
        "Eins {{wert: a_b | c_d}} und *{{gebiet: x}}*\nnoch {{anzahl}}.\n\nZwei {{ rang:\n index | 1 }}"
    )
    assert [(p.source, p.line, p.italic) for p in first.pieces if isinstance(p, Slot)] == [
        ("wert: a_b | c_d", 1, False),
        ("gebiet: x", 1, True),
        ("anzahl", 2, False),
    ]
    assert [(p.source, p.line) for p in second.pieces if isinstance(p, Slot)] == [("rang: index | 1", 4)]


def test_braces_can_be_written_as_braces():
    (line,) = read("So schreibt man \\{{wert}} hin, und {so} auch.")
    assert words(line) == "So schreibt man {{wert}} hin, und {so} auch."


def test_a_placeholder_without_end_takes_only_its_line():
    (line,) = read("Hier {{wert: x\nund weiter")
    (slot,) = (piece for piece in line.pieces if isinstance(piece, Slot))
    assert (slot.source, slot.closed) == ("wert: x", False)
    assert words(line).endswith("und weiter")


def test_what_stands_alone_is_cut_out_of_its_paragraph():
    (line,) = read("Vorher.\n{{karte: index}}\nNachher {{karte: index}} im Satz.")
    parts = list(apart(line.pieces, lambda slot: slot.source.startswith("karte")))
    assert [words(Line(pieces=part)) for part in parts] == [
        "Vorher.",
        "<karte: index>",
        "Nachher <karte: index> im Satz.",
    ]


@pytest.mark.parametrize("sign", ["- ", "> ", "1. ", "> - "])
def test_no_words_are_lost_however_deep_a_list_goes(sign):
    for depth in (5, 9, 10, 30, 500):
        text = str(read(f"{sign * depth}tief\n\nnachher"))
        assert "tief" in text
        assert "nachher" in text


@given(st.text(alphabet="ab1 .#*_->[](){}|\\\n/:ä", max_size=80))
def test_every_text_can_be_read_and_no_letter_is_lost(text):
    def letters(parts):
        for part in parts:
            if isinstance(part, Group):
                for inside in part.parts:
                    yield from letters(inside)
            else:
                for piece in part.pieces:
                    yield piece.text + piece.foreign + piece.link if isinstance(piece, Word) else piece.source

    found = "".join(letters(read(text)))
    for sign in "abä":
        assert found.count(sign) >= min(text.count(sign), 1) or "](" in text
