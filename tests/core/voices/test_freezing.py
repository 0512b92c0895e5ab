"""Before a text is frozen, what was decided is replaced everywhere, and what is known of its stretches moves along."""

from nahraum.evidence.voices.freezing import MARKED, frozen, plain_name, suggestions
from nahraum.evidence.voices.pseudonyms import Decision, Key, Kind
from nahraum.evidence.voices.texts import Segment, Text

WORDS = "Meryem: Bei uns fehlt Schatten.\nOmar: Im Birnenhof auch, sagt Meryem.\n"
DRAFT = Text(
    name="p",
    text=WORDS,
    segments=(
        Segment(start=0, end=31, speaker="Meryem", start_ms=0),
        Segment(start=32, end=len(WORDS) - 1, speaker="Omar", heading="Meryems Frage"),
    ),
    variables={"Gruppe": "mit Meryem", "Alter": "65+"},
)


def test_positions_speakers_headings_and_variables_follow_the_pseudonyms():
    at = [n for n in range(len(WORDS)) if WORDS.startswith("Meryem", n)]
    decisions = [Decision(start=n, end=n + 6, kind=Kind.PERSON, identity="m") for n in at]
    text, key = frozen(DRAFT, decisions, Key())
    assert text.text == "[Person 1]: Bei uns fehlt Schatten.\nOmar: Im Birnenhof auch, sagt [Person 1].\n"
    assert [text.text[each.start : each.end] for each in text.segments] == text.text.splitlines()
    assert [each.speaker for each in text.segments] == ["[Person 1]", "Omar"]
    assert text.segments[1].heading == "[Person 1]s Frage"
    assert text.variables == {"Gruppe": "mit [Person 1]", "Alter": "65+"}
    assert key.originals("[Person 1]") == ("Meryem",)
    assert text.sha256 != DRAFT.sha256


def test_nothing_decided_nothing_changed():
    text, key = frozen(DRAFT, [], Key())
    assert (text.text, text.segments, text.sha256) == (DRAFT.text, DRAFT.segments, DRAFT.sha256)
    assert not key.entries


def test_marked_words_are_found_wherever_they_stand_alone():
    (found,) = suggestions([Text(name="", text="Birnenhof, Birnenhofs, Birnenhofer")], others=["Birnenhof"])
    assert [(each.start, each.end, each.why) for each in found] == [(0, 9, MARKED), (11, 20, MARKED)]


def test_a_marked_stretch_that_is_longer_takes_the_place_of_what_the_rules_found():
    said = "Frau Dahl vom Birnenhof kam."
    (rules,) = suggestions([Text(name="", text=said)])
    assert next(said[each.start : each.end] for each in rules).endswith("Dahl")
    (found,) = suggestions([Text(name="", text=said)], others=["Frau Dahl vom Birnenhof"])
    assert [said[each.start : each.end] for each in found] == ["Frau Dahl vom Birnenhof"]


def test_a_marked_person_is_the_same_in_the_next_text_of_the_collection():
    (found,) = suggestions([DRAFT], persons=["Meryem"])
    _text, key = frozen(DRAFT, [each for each in found if each.why == MARKED], Key())
    (later,) = suggestions([Text(name="", text="Das hat Meryem gesagt.")], key.identities)
    assert [(each.start, each.end) for each in later] == [(8, 14)]
    assert key.pseudonym(Kind.PERSON, later[0].identity) == "[Person 1]"


def test_the_name_of_a_file_becomes_a_name_without_people():
    assert plain_name("Protokoll_Tisch_2.docx") == "Protokoll Tisch 2"
    assert "Dahl" not in plain_name("Interview_Frau_Dahl.docx")
