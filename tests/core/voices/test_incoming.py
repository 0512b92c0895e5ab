"""A project on its way into a study: words stay with their codings, memos where they belong, nothing goes silently."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.base.language import speaking
from nahraum.evidence.voices import outgoing
from nahraum.evidence.voices.categories import Category, System, apply
from nahraum.evidence.voices.exchange.model import User
from nahraum.evidence.voices.exchange.writing import project_bytes
from nahraum.evidence.voices.incoming import persons
from nahraum.evidence.voices.incoming.categories import fitted
from nahraum.evidence.voices.incoming.groups import guessed
from nahraum.evidence.voices.incoming.read import read
from nahraum.evidence.voices.incoming.terms import Group
from nahraum.evidence.voices.incoming.twins import LONG, Here, twins
from nahraum.evidence.voices.outgoing import About
from nahraum.evidence.voices.pseudonyms import Key
from nahraum.evidence.voices.studies.terms import Collection, Method
from tests.core.voices import refi_files as refi

NAME = "Frau Güneş-Wagenknecht"
SAID = f"Der Platz 🌳🌳 ist laut.\nE\u0301s sagt {NAME}: Der Bus 🚌 fehlt.\n{NAME} wartet."
USERS = [User(guid=refi.guid(n, 1), name=name) for n, name in enumerate(("Ada", "Cem"), 1)]
TOP, HOME, BUS = (refi.guid(n, 2) for n in (1, 2, 3))
SYSTEM = System(
    id="s",
    name="Viertel",
    categories=(
        Category(id=TOP, name="Bedarfe", codable=False),
        Category(id=HOME, name="Wohnen", parent=TOP, description="Miete", anchor="Zu teuer.", rule="Nur Mieten."),
        Category(id=BUS, name="Bus", colour="#0072b2"),
    ),
)
NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def unasked():
    raise AssertionError("only a table of codings asks for the texts of the study")


def at(words, text=SAID):
    return text.index(words), text.index(words) + len(words)


ONE_TEXT = ((refi.guid(1, 3), "Protokoll", SAID),)


def study(codings, remarks=(), texts=ONE_TEXT):
    place = Collection(
        id=refi.guid(1, 5),
        method=Method.WALK,
        title="Gang",
        space="42",
        day=date(2026, 2, 1),
        place="Markthalle",
        participants=4,
    )
    return outgoing.Study(
        id="x",
        title="Viertel",
        users=USERS,
        system=SYSTEM,
        collections=[place],
        spaces={"42": "Hafen"},
        texts=[outgoing.Written(id=i, collection=place.id, name=n, text=t, variables={"Rolle": "Mieter"})
               for i, n, t in texts],
        codings=codings,
        remarks=remarks,
    )  # fmt: skip


def marked(n, words, coder="", category=HOME, *, quotation=False):
    return outgoing.Marked(refi.guid(n, 8), 0, coder, category, *at(words), quotation, NOW)


def sent(one):
    """Return a study as it comes back from its file."""
    content, issues = project_bytes(outgoing.project_of(one), "a.qdpx")
    assert issues == ()
    return read(content, "a.qdpx", unasked)


def test_a_study_comes_back_as_it_left():
    remarks = [
        outgoing.Remark(id=refi.guid(n, 7), about=about, target=target, words=f"{about} 🌳\nE\u0301s",
                        author=USERS[1].guid, made=NOW)
        for n, (about, target) in enumerate([(About.STUDY, ""), (About.CATEGORY, BUS), (About.TEXT, refi.guid(1, 3)),
                                             (About.CODING, refi.guid(2, 8))])
    ]  # fmt: skip
    codings = [
        marked(1, "Der Platz 🌳🌳", USERS[0].guid, quotation=True),
        marked(2, "Der Platz 🌳🌳", USERS[1].guid, BUS),
        marked(3, "E\u0301s sagt", "", BUS),
    ]
    back = sent(study(codings, remarks))
    assert [(t.name, t.text, dict(t.variables)) for t in back.texts] == [("Protokoll", SAID, {"Rolle": "Mieter"})]
    rows = {
        (
            back.texts[m.text].text[m.start : m.end],
            back.coders[m.coder].name,
            back.codes[m.code].name,
            m.is_quotation,
            m.made,
        )
        for m in persons.moved(back, {})
    }
    made = "2026-03-01T12:30:00Z"
    assert rows == {
        ("Der Platz 🌳🌳", "Ada", "Wohnen", True, made),
        ("Der Platz 🌳🌳", "Cem", "Bus", False, made),
        ("E\u0301s sagt", "Im Team vereinbart", "Bus", False, made),
    }
    assert {(m.about, m.words, back.coders[m.author].name) for m in back.remarks} == {
        (each.about, each.words, "Cem") for each in remarks
    }
    (coding,) = [m for m in back.remarks if m.about is About.CODING]
    assert [m.code for m in persons.moved(back, {}) if m.row == coding.number] == [2]
    (case,) = back.groups["cases"]
    assert (case.name, case.texts) == ("Gang", (0,))
    known = {"method": "walk", "space": "42", "day": "2026-02-01", "place": "Markthalle", "participants": "4"}
    assert guessed(case, {"42": "Hafen"}) == known
    assert back.issues == ()
    empty = fitted(back, System(id="n", name="Neu"), iter("abc").__next__, {})
    assert [(empty.brought.label(c.id), c.description, c.anchor, c.rule, c.colour, c.codable)
            for c in empty.brought.categories] == [
        (SYSTEM.label(c.id), c.description, c.anchor, c.rule, c.colour, c.codable) for c in SYSTEM.categories
    ]  # fmt: skip


@pytest.mark.parametrize("spoken", ["de", "en"])
def test_a_method_is_known_in_both_languages_and_never_made_up(spoken):
    with speaking(spoken):
        for told in ("Telefoninterview", "TELEPHONE INTERVIEW", "telephone_interview"):
            assert guessed(Group(name="", texts=(0,), values={"Methode": told}), {})["method"] == "telephone_interview"
        for values in ({}, {"Methode": "Gespräch"}):
            assert guessed(Group(name="", texts=(0,), values=values), {})["method"] == ""


def test_what_stays_is_said_before():
    told = " ".join(each.sentence for each in outgoing.left_here(study([]), removed=3))
    assert "Zurückgenommene Kodierungen bleiben hier: 3." in told
    assert "Einladungen" in told


@given(st.lists(st.tuples(st.integers(0, len(SAID)), st.integers(0, len(SAID))), min_size=1, max_size=20))
@settings(max_examples=40, deadline=None)
def test_codings_move_along_when_somebody_is_replaced(places):
    """Compare with the slow way: signs of the name become the pseudonym, all others stay one by one."""
    places = sorted({(min(p), max(p)) for p in places if p[0] != p[1]})
    rows = [
        outgoing.Marked(refi.guid(n, 8), 0, USERS[0].guid, HOME, s, e, False, NOW) for n, (s, e) in enumerate(places)
    ]
    back = sent(study(rows))
    what = persons.found(back, persons.by_rules(back))
    (somebody,) = [each for each in what.named if NAME.removeprefix("Frau ") in each.forms]
    done = persons.frozen(back, what, {somebody.mark}, [0], [], Key(), "cases")
    family = NAME.removeprefix("Frau ")
    assert done.texts[0].text == SAID.replace(family, "[Person 1]")
    names = [n for n in range(len(SAID)) if SAID.startswith(family, n)]
    for row in persons.moved(back, done.moves):
        old_start, old_end = _place_of(back, row)
        inside = [n for n in names if n < old_end and old_start < n + len(family)]
        start = min([old_start, *inside])
        end = max([old_end, *(n + len(family) for n in inside)])
        assert done.texts[0].text[row.start : row.end] == SAID[start:end].replace(family, "[Person 1]")


def _place_of(back, row):
    n = back.marks.row.tolist().index(row.row)
    return int(back.marks.start[n]), int(back.marks.end[n])


def test_another_programs_crlf_and_utf16_units_arrive_at_the_same_words(tmp_path):
    crlf = SAID.replace("\n", "\r\n")
    quotations = ["Der Platz 🌳🌳", "E\u0301s sagt", f"Der Bus 🚌 fehlt.\n{NAME}", "wartet."]

    def units(words):
        return len(words.encode("utf-16-le")) // 2

    marks = []
    for n, words in enumerate(quotations, 1):
        start = crlf.index(words.replace("\n", "\r\n"))
        begin = units(crlf[:start])
        marks.append(refi.selection(begin, begin + units(words.replace("\n", "\r\n")), n))
    source = refi.text_source(marks)
    path = refi.qdpx(tmp_path / "a.qdpx", refi.project(source, origin="NVivo"), {"sources/a.txt": "\ufeff" + crlf})
    back = read(path.read_bytes(), "a.qdpx", unasked)
    assert back.texts[0].text == SAID
    assert sorted(SAID[m.start : m.end] for m in persons.moved(back, {})) == sorted(quotations)
    what = persons.found(back, persons.by_rules(back))
    done = persons.frozen(back, what, {each.mark for each in what.named}, [0], [], Key(), "cases")
    after = [done.texts[0].text[m.start : m.end] for m in persons.moved(back, done.moves)]
    family = NAME.removeprefix("Frau ")
    assert sorted(after) == sorted(words.replace(family, "[Person 1]") for words in quotations)


def test_people_are_replaced_in_memos_and_names_and_a_pseudonym_means_one_person():
    texts = (
        (refi.guid(1, 3), f"Gespräch {NAME}", SAID),
        (refi.guid(2, 3), "Zweites", "[Person 1] kennt ihn: Herr Szymański-Okonkwo kam später."),
    )
    remarks = [
        outgoing.Remark(id=refi.guid(n, 7), about=about, target=target, words=f"{NAME} fragen", author=USERS[0].guid,
                        made=NOW)
        for n, (about, target) in enumerate([(About.STUDY, ""), (About.TEXT, texts[0][0])])
    ]  # fmt: skip
    back = sent(study([], remarks, texts))
    what = persons.found(back, persons.by_rules(back))
    chosen = {each.mark for each in what.named}
    inside = [n for n, each in enumerate(back.remarks) if each.about is About.TEXT]
    done = persons.frozen(back, what, chosen, [0, 1], inside, Key(), "cases")
    everything = [done.texts[0].name, *(t.text for t in done.texts.values()), *done.remarks.values()]
    assert not any("Wagenknecht" in words or "Okonkwo" in words for words in everything)
    pseudonym = done.key.pseudonym(what.texts[0][0].kind, what.texts[0][0].identity)
    assert pseudonym != "[Person 1]"  # somebody else is called that in the second text already
    assert list(done.remarks.values()) == [f"Frau {pseudonym} fragen"]
    assert "[Person]" in persons.plain(back, what, chosen).values()
    # The key of a collection with the second text alone does not learn who is named in the first.
    apart = persons.frozen(back, what, chosen, [1], [], Key(), "texts").key
    assert [form for entry in apart.entries for form in entry.forms] == ["Szymański-Okonkwo"]


def test_the_same_words_are_the_same_text_only_if_long_or_of_the_same_name():
    long = "Der Bus fehlt. " * 20
    assert len(long) >= LONG
    texts = tuple((refi.guid(n, 3), name, words) for n, (name, words) in enumerate(
        [("a", "nein"), ("b", "nein"), ("c", long), ("d", long)], 1))  # fmt: skip
    back = sent(study([], texts=texts))
    here = [Here("b", back.texts[1].sha256, 4), Here("anders", back.texts[2].sha256, len(long))]
    assert twins(back, here) == {1: 0, 2: 1}


def test_categories_are_the_same_by_name_and_place():
    back = sent(study([marked(1, "Bus", USERS[0].guid)]))
    there = System(
        id="t",
        name="Da",
        categories=(
            Category(id="p", name="Bedarfe"),
            Category(id="q", name="Wohnen", parent="p", codable=False, description="anders"),
            Category(id="r", name="Wohnen"),
        ),
    )
    fit = fitted(back, there, iter("abc").__next__, {})
    assert fit.ids[:2] == ("p", "q")
    assert (fit.same, fit.other_words) == (2, 1)
    after = there
    for each in fit.changes:
        after = apply(after, each)
    assert [after.label(c.id) for c in after.categories] == ["Bedarfe", "Bedarfe › Wohnen", "Wohnen", "Bus"]
    assert after.get("q").codable  # the file has codings there
    assert after.get("q").description == "anders"


def test_what_cannot_be_kept_is_counted(tmp_path):
    page = (
        f'<VideoSource guid="{refi.guid(1, 4)}" name="Film"><VideoSelection guid="{refi.guid(2, 4)}" begin="1" end="5">'
        f'<Coding guid="{refi.guid(3, 4)}" creatingUser="{refi.USER}"><CodeRef targetGUID="{refi.CODE}"/></Coding>'
        f"</VideoSelection></VideoSource>"
    )
    source = refi.text_source([refi.selection(0, 3, 1), refi.selection(2, 2, 2)])
    note = f'<Notes><Note guid="{refi.guid(9, 7)}" name="n"><PlainTextContent>Allein.</PlainTextContent></Note></Notes>'
    path = refi.qdpx(
        tmp_path / "a.qdpx",
        refi.project(source + page, after=note, origin="Nahraum"),
        {"sources/a.txt": "Bus fehlt"},
    )
    back = read(path.read_bytes(), "a.qdpx", unasked)
    told = " ".join(each.sentence for each in back.issues)
    assert "zu denen keine Zeile gehört, weggelassen: 1." in told
    assert "PDF-Dateien und Filme, von denen nur die Worte bleiben, als Texte: 1." in told
    assert "auf keinem Zeichen" in told
    assert [each.about for each in back.remarks] == [About.STUDY]
    assert len(back.marks) == 1


def test_a_table_of_codings_goes_to_the_texts_that_are_here():
    table = "text;coder;code;start;end;quotation\nA;Cem;Bedarfe > Bus;0;3;Bus\nB;Cem;Bus;0;3;Bus\n"
    back = read(table.encode(), "k.csv", lambda: {"A": "Bus fehlt"})
    assert [(m.text, m.start, m.end) for m in persons.moved(back, {})] == [(0, 0, 3)]
    assert [c.name for c in back.codes] == ["Bedarfe", "Bus"]
    assert back.issues


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04kaputt", b"SQLite format 3\0kaputt", b"\xff\xfe\x00irgendwas"])
def test_what_no_program_wrote_is_refused(content):
    from nahraum.base import BadInput

    with pytest.raises(BadInput):
        read(content, "a", dict)
