"""Windows, sentences and paragraphs around hits."""

import re

from hypothesis import given
from hypothesis import strategies as st

from nahraum.evidence.voices.search import Index, Stretch, find, paragraphs, proposals, sentences, window

TEXT = (
    "Der Bus fährt z. B. nur am 19. November. Das ist Dr. Meiers Meinung! „Wirklich?“ fragte sie. Ja…\n"
    "\n"
    "  Ohne Bus geht nichts. Der Bus-Fahrplan ist dünn  \n"
    "Ende"
)


def cut(text, spans):
    return [text[start:end] for start, end in spans.tolist()]


def test_sentences_end_where_a_reader_ends_them():
    assert cut(TEXT, sentences(TEXT)) == [
        "Der Bus fährt z. B. nur am 19. November.",
        "Das ist Dr. Meiers Meinung!",
        "„Wirklich?“ fragte sie.",
        "Ja…",
        "Ohne Bus geht nichts.",
        "Der Bus-Fahrplan ist dünn",
        "Ende",
    ]


def test_paragraphs_are_the_lines_that_hold_something():
    assert cut(TEXT, paragraphs(TEXT)) == [
        TEXT.split("\n")[0],
        "Ohne Bus geht nichts. Der Bus-Fahrplan ist dünn",
        "Ende",
    ]
    assert paragraphs(" \n\n").shape == (0, 2)


def test_a_code_is_proposed_for_hits_their_sentences_or_their_paragraphs_each_once():
    found = find(Index.of({"a": "Kein Wort davon.", "b": TEXT}), "bus")
    texts = ["Kein Wort davon.", TEXT]
    proposed = {
        stretch: [TEXT[s:e] for _t, s, e in proposals(texts, found, stretch)]
        for stretch in Stretch
    }  # fmt: skip
    assert proposed[Stretch.HIT] == ["Bus", "Bus", "Bus"]
    assert proposed[Stretch.SENTENCE] == [
        "Der Bus fährt z. B. nur am 19. November.",
        "Ohne Bus geht nichts.",
        "Der Bus-Fahrplan ist dünn",
    ]
    assert proposed[Stretch.PARAGRAPH] == cut(TEXT, paragraphs(TEXT))[:2]
    assert {t for t, _s, _e in proposals(texts, found, Stretch.PARAGRAPH)} == {1}


def test_a_hit_over_two_sentences_gets_both():
    text = "Wir warten. Immer. Nie kommt er."
    found = find(Index.of({"a": text}), '"immer nie"')
    assert [text[s:e] for _t, s, e in proposals([text], found, Stretch.SENTENCE)] == ["Immer. Nie kommt er."]


def test_a_window_does_not_cut_words():
    text = "Abends fährt kein Bus-Shuttle mehr.\nUnd morgens?"
    start = text.index("Bus")
    assert [text[slice(*window(text, start, start + 3, width))] for width in (0, 7, 8, 99)] == [
        "Bus-Shuttle",
        "kein Bus-Shuttle mehr.",
        "kein Bus-Shuttle mehr.",
        "Abends fährt kein Bus-Shuttle mehr.",
    ]


@given(st.text(alphabet="ab -\n🙂ä\u0308", max_size=60), st.integers(0, 20), st.data())
def test_a_window_holds_its_hit_and_begins_and_ends_at_a_blank(text, width, data):
    spots = [found.span() for found in re.finditer(r"[abä]+", text)]
    if not spots:
        return
    start, end = data.draw(st.sampled_from(spots))
    left, right = window(text, start, end, width)
    assert left <= start <= end <= right
    assert left == 0 or text[left - 1].isspace()
    assert right == len(text) or text[right].isspace()
    assert "\n" not in text[left:right]
    words = re.search(r"\S*\Z", text[:start])[0], re.match(r"\S*", text[end:])[0]
    assert start - left <= max(width, 0) + len(words[0])
    assert right - end <= max(width, 0) + len(words[1])
