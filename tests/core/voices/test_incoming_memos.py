"""Memos of a project that came: sealed with the text they are about, never in clear on the study, and whole."""

import pytest

from nahraum.evidence.voices import outgoing
from nahraum.evidence.voices.incoming import persons
from nahraum.evidence.voices.incoming.read import read
from nahraum.evidence.voices.outgoing import About
from tests.core.voices import refi_files as refi
from tests.core.voices.test_incoming import NOW, USERS, marked, sent, study

GONE = "die nicht behalten werden, mit ihnen weggelassen: "
LOOSE = "Memos zu nichts, was bleibt"
A, B, C, D = (refi.guid(n, 7) for n in range(1, 5))


def note(guid, words="", *, name="Memo", on=()):
    """Return a memo; ``on``: the memos that hang on it."""
    said = f"<PlainTextContent>{words}</PlainTextContent>" if words else ""
    return f'<Note guid="{guid}" name="{name}">{said}{refs(*on)}</Note>'


def refs(*guids):
    return "".join(f'<NoteRef targetGUID="{guid}"/>' for guid in guids)


def came(tmp_path, sources, *notes, rest="", said="Bus fehlt"):
    xml = refi.project(sources, after=f"<Notes>{''.join(notes)}</Notes>{rest}", origin="Nahraum")
    return read(refi.qdpx(tmp_path / "a.qdpx", xml, {"sources/a.txt": said}).read_bytes(), "a.qdpx", dict)


def told(back):
    return " ".join(each.sentence for each in back.issues)


def placed(back):
    return [(each.about, each.words) for each in back.remarks]


@pytest.mark.parametrize("place", [(2, 2), (0, 999)])
def test_a_memo_on_a_coding_that_is_left_out_stays_with_its_text(tmp_path, place):
    """The coding stands on no sign, or outside of the text."""
    mark = refi.selection(*place, 1).replace("</Coding>", f"{refs(A)}</Coding>")
    mark = mark.replace("</PlainTextSelection>", f"{refs(B)}</PlainTextSelection>")
    back = came(tmp_path, refi.text_source([mark]), note(A, "zum Code"), note(B, "zur Stelle"))
    assert sorted(placed(back)) == [(About.TEXT, "zum Code"), (About.TEXT, "zur Stelle")]
    assert LOOSE not in told(back)
    assert GONE not in told(back)


def test_a_memo_on_a_memo_is_about_what_that_is_about(tmp_path):
    mark = refi.selection(0, 3, 1).replace("</Coding>", f"{refs(A)}</Coding>")
    link = f'<Links><Link guid="{refi.guid(1, 6)}" originGUID="{C}" targetGUID="{D}"/></Links>'
    notes = (note(A, "a", on=[B]), note(B, "b", on=[C, A]), note(C, "c", on=[B]), note(D, "d"))
    back = came(tmp_path, refi.text_source([mark]), *notes, rest=link)
    assert placed(back) == [(About.CODING, each) for each in "abcd"]
    assert LOOSE not in told(back)
    circle = came(tmp_path, refi.text_source([]), note(A, "a", on=[B]), note(B, "b", on=[A]))
    assert placed(circle) == [(About.STUDY, "a"), (About.STUDY, "b")]
    assert f"{LOOSE}; sie werden Memos zur Studie: 2." in told(circle)


def test_what_is_selected_in_a_memo_and_said_of_it_goes_with_the_memo(tmp_path):
    mark = refi.selection(0, 2, 1).replace(">", "><Description>dazu</Description>", 1)
    inside = note(A, "Ach so").replace("</Note>", mark.replace("</Coding>", f"{refs(B)}</Coding>") + "</Note>")
    source = refi.text_source([], inside="").replace("</TextSource>", f"{refs(A)}</TextSource>")
    back = came(tmp_path, source, inside, note(B, "darin"))
    assert sorted(placed(back)) == [(About.TEXT, "Ach so"), (About.TEXT, "darin"), (About.TEXT, "dazu")]


def test_memos_and_descriptions_of_what_is_not_kept_are_left_out_and_counted(tmp_path):
    mark = refi.selection(0, 3, 1).replace(">", "><Description>Frau X hustet.</Description>", 1)
    mark = mark.replace("</Coding>", f"{refs(A)}</Coding>")
    missing = refi.text_source([mark], "internal://fehlt.txt", guid=refi.guid(1, 3)).replace(
        ">", "><Description>Von Frau X.</Description>", 1
    )
    recording = (
        f'<AudioSource guid="{refi.guid(1, 4)}" name="Gespräch"><Description>Frau X spricht.</Description>'
        f'<AudioSelection guid="{refi.guid(2, 4)}" begin="1" end="5">{refs(C)}</AudioSelection>{refs(B)}</AudioSource>'
    )
    notes = (note(A, "Sie ist krank.", on=[D]), note(B, "Ihre Stimme."), note(C, "Hier."), note(D, "Ja."))
    group = f'<Sets><Set guid="{refi.guid(1, 6)}" name="Memos"><MemberNote targetGUID="{B}"/></Set></Sets>'
    back = came(tmp_path, refi.text_source([]) + missing + recording, *notes, rest=group)
    assert back.remarks == ()
    assert f"{GONE}7." in told(back)
    assert LOOSE not in told(back)


def test_a_memo_in_a_set_or_of_a_link_lies_with_its_text_only(tmp_path):
    source = refi.text_source([]).replace("</TextSource>", f"{refs(A)}</TextSource>")
    members = "".join(f'<MemberNote targetGUID="{each}"/>' for each in (A, B))
    rest = (
        f'<Links><Link guid="{refi.guid(1, 6)}" originGUID="{refi.CODE}" targetGUID="{refi.TEXT}">{refs(C)}</Link>'
        f'</Links><Sets><Set guid="{refi.guid(2, 6)}" name="Memos">{members}</Set></Sets>'
    )
    back = came(tmp_path, source, note(A, "a"), note(B, "b"), note(C, "c"), rest=rest)
    assert placed(back) == [(About.TEXT, "a"), (About.STUDY, "b"), (About.TEXT, "c")]


@pytest.mark.parametrize(
    ("name", "description", "words", "said"),
    [
        ("Verdacht", "", "Der Bus fehlt.", "Verdacht\nDer Bus fehlt."),
        ("Verdacht", "Später prüfen.", "Der Bus fehlt.", "Verdacht\nSpäter prüfen.\nDer Bus fehlt."),
        ("Frau Wagenknecht fragen", "", "", "Frau Wagenknecht fragen"),
        ("Memo", "Später prüfen.", "", "Später prüfen."),
        ("Memo", "", "Memo an mich", "Memo an mich"),
        ("der  Bus", "Der Bus fehlt.", "Der Bus fehlt. Ja.", "Der Bus fehlt. Ja."),
        ("Der Bus feh…", "", "Der Bus fehlt.", "Der Bus fehlt."),
        ("Der Bus", "", "Der Busfahrer fehlt.", "Der Bus\nDer Busfahrer fehlt."),
    ],
)
def test_title_and_description_of_a_memo_stand_before_its_words(tmp_path, name, description, words, said):
    one = note(A, words, name=name).replace(">", f"><Description>{description}</Description>", 1)
    back = came(tmp_path, refi.text_source([]), one)
    assert [each.words for each in back.remarks] == [said]
    named = {form for each in persons.found(back, persons.by_rules(back)).named for form in each.forms}
    assert ("Wagenknecht" in named) == ("Wagenknecht" in said)


def test_a_memo_with_a_title_leaves_and_comes_back_as_it_is(tmp_path):
    back = came(tmp_path, refi.text_source([]), note(A, "Der Bus fehlt.", name="Verdacht"))
    (said,) = (each.words for each in back.remarks)
    words = (said, "Memo\nMemo", "Memo")
    remarks = [
        outgoing.Remark(id=refi.guid(n, 7), about=About.CODING, target=refi.guid(1, 8), words=each,
                        author=USERS[0].guid, made=NOW)
        for n, each in enumerate(words)
    ]  # fmt: skip
    assert tuple(each.words for each in sent(study([marked(1, "Bus")], remarks)).remarks) == words


def test_ten_thousand_memos_on_a_memo_with_ten_thousand_places_end_soon(tmp_path, monkeypatch):
    monkeypatch.setattr("nahraum.evidence.voices.incoming.remarks.MEMOS", 64 * 12_000)
    inner = [refi.guid(n, 5) for n in range(10_000)]
    marks = [
        refi.selection(0, 3, n).replace("</PlainTextSelection>", f"{refs(A)}</PlainTextSelection>")
        for n in range(10_000)
    ]
    back = came(tmp_path, refi.text_source(marks), note(A, "a", on=inner), *(note(each, "b") for each in inner))
    assert 12_000 <= len(back.remarks) <= 12_000 + len(inner)
    assert {each.about for each in back.remarks} == {About.CODING}
