"""What identifies somebody is found, and little else: measured on sentences labelled before the rules were run."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.evidence.voices.pseudonyms import Kind, Sure, suggest
from nahraum.evidence.voices.pseudonyms.numbers import identity
from nahraum.evidence.voices.pseudonyms.reading import Reader
from nahraum.evidence.voices.search.words import spans

SENTENCES = Path(__file__).with_name("sentences_with_names.txt").read_text(encoding="utf-8")


def labelled(part):
    """Return the sentences of a part as (text, stretches) from their marks."""
    made = []
    for line in SENTENCES.split("# Part ")[part].splitlines()[1:]:
        text, stretches, at = "", set(), 0
        for mark in re.finditer(r"\{(\w+):([^}]*)\}", line):
            text += line[at : mark.start()]
            stretches.add((mark[1], len(text), len(text) + len(mark[2])))
            text, at = text + mark[2], mark.end()
        made.append((text + line[at:], stretches))
    return made


def found(text, *others):
    return [(each.kind.value, text[each.start : each.end]) for each in suggest([text, *others])[0]]


@pytest.mark.parametrize("part", [1, 2])
def test_the_labelled_sentences_are_found_without_false_alarms(part):
    # Precision and recall are 1 here; real talk will be harder. What was written for the rules flatters them.
    sentences = labelled(part)
    assert sum(len(stretches) for _text, stretches in sentences) == {1: 45, 2: 23}[part]
    suggested = suggest([text for text, _stretches in sentences])
    for (text, stretches), here in zip(sentences, suggested, strict=True):
        assert {(each.kind.value, each.start, each.end) for each in here} == stretches, text


@pytest.mark.real_data
def test_statements_of_a_real_study_that_name_nobody_raise_no_alarm(shared):
    import csv

    with (shared / "data" / "leverkusen" / "statements.csv").open(encoding="utf-8-sig", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    assert len(texts) == 372
    assert sum(map(len, suggest(texts))) == 0


def people(*texts, known=()):
    """Return for each text its persons as (what stands there, identity)."""
    return [
        [(text[each.start : each.end], each.identity) for each in here if each.kind is Kind.PERSON]
        for text, here in zip(texts, suggest(texts, known), strict=True)
    ]


def test_the_same_person_is_one_through_all_texts_and_forms():
    texts = [
        "Anna Meier leitet den Treff.",
        "Frau Meier ist krank. Meiers Vertretung fehlt, und Annas Schlüssel auch.",
        "Da half nur MEIER: Also ich helfe gern.",
    ]
    (one,), two, three = people(*texts)
    assert one[0] == "Anna Meier"
    assert [word for word, _who in two] == ["Meier", "Meier", "Anna"]
    assert {who for _word, who in [*two, *three]} == {one[1]}


def test_spellings_with_and_without_turkish_letters_are_one_person():
    (one,), (two,) = people("Frau Yılmaz kam.", "Und Frau Yilmaz ging.")
    assert one[1] == two[1]


def test_a_couple_and_two_sisters_stay_apart():
    couple = people("Herr Abdullah kam mit Frau Abdullah.")[0]
    assert len({who for _word, who in couple}) == 2
    sisters = people("Anna Meier und Petra Meier kamen. Meier ist ein häufiger Name.")[0]
    assert len({who for _word, who in sisters[:2]}) == 2
    assert sisters[2][1] not in {who for _word, who in sisters[:2]}


def test_who_is_in_the_key_is_found_in_later_texts():
    [(_word, who)] = people("Anna Meier leitet den Treff.")[0]
    assert people("Ohne Meier geht nichts.") == [[]]
    assert people("Ohne Meier geht nichts.", known=[who]) == [[("Meier", who)]]


@pytest.mark.parametrize(
    "text",
    [
        "Am Montag, im Mai und im Sommer.",
        "Das Robert-Koch-Institut und die Anna Seghers Schule.",
        "Die Straße Am Alten Markt, das Quartier Nordstadt.",
        "Eine Frau Mitte fünfzig, jede Frau Angst hat, meine Frau Montag zum Arzt fährt.",
        "St. Josef und Sankt Martin sind Kirchengemeinden.",
        "Fazit: Es fehlt Geld.\nZiel: mehr Bänke.",
        "Moderatorin: Und Sie?\nB1: Ja.\nI: Also gut.\nB1: Nein.",
        "Der Bahnhof 3 Minuten weiter, Spielplatz 12, Im Raum 3 sitzt sie.",
        "2019/2020 waren es 12.345.678 Euro, 0,5 Prozent, 1990-2020, 12.30 Uhr.",
    ],
)
def test_days_streets_organisations_and_figures_are_no_names(text):
    assert found(text) == []


def test_behind_an_article_a_name_is_doubtful_and_a_word_is_none():
    text = "Frau Grabowski klagt. Die Grabowski klagt immer. Herr Koch nickt. Der Koch kocht."
    assert [(each.start, each.sure) for each in suggest([text])[0]] == [
        (5, Sure.SURE),
        (26, Sure.DOUBTFUL),
        (54, Sure.SURE),
    ]


def test_labels_of_speakers_are_names_where_they_come_again_or_somebody_speaks():
    text = "Grabowski: Ich meine das.\nOkonkwo: Mehr Bänke.\n[00:12] Okonkwo: Und Licht.\nBänke: drei"
    assert found(text) == [("person", "Grabowski"), ("person", "Okonkwo"), ("person", "Okonkwo")]


def test_numbers_that_check_themselves_are_sure_and_others_doubtful():
    sure = {}
    # From published descriptions of the check digits: 15 070649 C 103, A123456780, 86095742719, DE89...3000.
    for written in ["15 070649 C 103", "15 070649 C 104", "A123456780", "A123456781", "DE89370400440532013000",
                    "DE88370400440532013000", "86095742719"]:  # fmt: skip
        [each] = suggest([f"Nummer {written} steht da."])[0]
        sure[written] = each.sure is Sure.SURE
    assert list(sure.values()) == [True, False, True, False, True, False, True]
    assert found("Nummer 86095742718 steht da.") == []


def test_spellings_of_one_telephone_number_are_one():
    spelt = ["0214 555-0142", "+49 214 5550142", "0049 (0)214/5550142", "(0214) 5550142"]
    assert {identity(Kind.PHONE, each) for each in spelt} == {"02145550142"}
    assert [found(f"Ruf {each} an")[0][0] for each in spelt] == ["phone"] * 4


def test_an_endless_line_takes_no_endless_time():
    for piece in ["A ", "Anna ", "Dr. ", "0 ", "a.", "Aa-", "Frau ", "a", "a" * 449 + "\n0"]:
        suggest([piece * 5000])


@pytest.mark.parametrize("between", [" ", "\n"])
def test_what_identifies_by_its_form_is_found_wherever_it_stands_in_a_long_text(between):
    forms = ["0214/555 01 23", "anna.b@web.example", "instagram.com/hafen_kind", "DE89 3704 0044 0532 0130 00",
             "Hauptstraße 5 a", "geboren am 3. Mai 1961", "B-AB 123", "A123456780"]  # fmt: skip
    alone = [found(form)[0] for form in forms]
    filler = between + "Das Treffen war gut besucht. " * 40 + between
    assert found(filler + filler.join(forms) + filler) == alone
    assert found(filler + between.join(2 * forms) + filler) == 2 * alone


@given(st.one_of(st.text(), st.text("abÄßÉ9²٣'’ʼ-_. \n😀𐐀𐐨\u0301")))
def test_a_text_is_read_as_words_with_their_hyphened_parts_and_those_with_a_capital(text):
    wanted = []
    for start, end in spans(text):
        if wanted and text[wanted[-1][1] : start] == "-":
            start = wanted.pop()[0]
        wanted.append((start, end))
    reader = Reader(text)
    assert list(zip(reader.starts, reader.ends, strict=True)) == wanted
    capitals = [n for n, (start, end) in enumerate(wanted) if re.match(r"(?!.*\d)", text[start:end])
                and text[start].isupper()]  # fmt: skip
    assert reader.capitals == capitals == [n for n in range(len(wanted)) if reader.is_capital(n)]
