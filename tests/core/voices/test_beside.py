"""Photographs and recordings go with a project and come with one: areas are lines, moments are lines, nothing is lost
in silence."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nahraum.evidence.voices import beside, outgoing
from nahraum.evidence.voices.exchange.model import Held
from nahraum.evidence.voices.exchange.reading import read_project
from nahraum.evidence.voices.exchange.writing import project_bytes
from nahraum.evidence.voices.incoming import media, persons
from nahraum.evidence.voices.incoming.read import read
from nahraum.evidence.voices.outgoing import About
from nahraum.evidence.voices.pseudonyms import Key
from nahraum.evidence.voices.texts import Segment, cards
from tests.core.voices import refi_files as refi
from tests.core.voices.test_cards import photo
from tests.core.voices.test_incoming import BUS, HOME, NOW, USERS, study, unasked
from tests.core.voices.test_refi_round_trip import assert_valid

CARDS = "Bus\nBänke 🌳\nBus"
AREAS = ((101, 99, 333, 250), None, (555, 1, 445, 999))
SPOKEN = "Der Platz ist laut.\nOhne Zeit gesagt.\nE\u0301s fehlt 🚌 ein Bus."
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(range(256)) * 9000
TEXTS = ((refi.guid(1, 3), "Karten", CARDS), (refi.guid(2, 3), "Gespräch", SPOKEN), (refi.guid(3, 3), "Notiz", "Bus"))


def lines(text, known):
    """Return a segment for each line of which something is known."""
    at, found = 0, []
    for words, more in zip(text.split("\n"), known, strict=True):
        if more:
            found.append(Segment(start=at, end=at + len(words), **more))
        at += len(words) + 1
    return tuple(found)


PLACES = lines(CARDS, [each and {"area": each} for each in AREAS])
TIMES = lines(SPOKEN, [{"start_ms": 1000, "end_ms": 3000}, None, {"start_ms": 4500}])


def held(content):
    return Held(parts=lambda: [content[:100], content[100:]])


def leaving(size=(1600, 1200), **more):
    """Return a study with a photograph, a recording and codings of both."""
    from dataclasses import replace

    at = {"Bänke 🌳": (0, 4, 11), "Bus": (0, 12, 15), "laut.\nOhne": (1, 14, 24), "E\u0301s fehlt 🚌": (1, 38, 49)}
    codings = [
        outgoing.Marked(refi.guid(n, 8), text, USERS[0].guid, HOME if n % 2 else BUS, start, end, False, NOW)
        for n, (text, start, end) in enumerate(at.values())
    ]
    picture, sound = photo(size), SOUND
    made = study(codings, texts=TEXTS)
    known = [PLACES, TIMES, ()]
    return replace(
        made,
        texts=[replace(each, segments=some) for each, some in zip(made.texts, known, strict=True)],
        beside=[
            beside.Beside(id=refi.guid(1, 4), text=TEXTS[0][0], ending="jpg", content=held(picture), pixels=size),
            beside.Beside(id=refi.guid(2, 4), text=TEXTS[1][0], ending="wav", content=held(sound)),
        ],
        **more,
    ), picture


def parts(content, back):
    """Return the bytes of all media, by the name of their text."""
    names = {each.entry: back.texts[each.text].name for each in back.media}
    return {names[entry]: b"".join(some) for entry, some in media.bytes_of(content, names)}


def test_photographs_and_recordings_come_back_with_areas_times_and_every_byte():
    made, picture = leaving()
    content, issues = project_bytes(outgoing.project_of(made), "a.qdpx")
    assert issues == ()
    assert project_bytes(outgoing.project_of(leaving()[0]), "a.qdpx")[0] == content  # the same GUIDs each time
    back = read(content, "a.qdpx", unasked)
    assert back.issues == ()
    found = {each.name: (each.text, each.segments, dict(each.variables)) for each in back.texts}
    told = {"Rolle": "Mieter"}
    assert found == {"Karten": (CARDS, PLACES, told), "Gespräch": (SPOKEN, TIMES, told), "Notiz": ("Bus", (), told)}
    assert parts(content, back) == {"Karten": picture, "Gespräch": SOUND}
    words = {(back.texts[m.text].name, back.texts[m.text].text[m.start : m.end], back.codes[m.code].name)
             for m in persons.moved(back, {})}  # fmt: skip
    assert words == {
        ("Karten", "Bänke 🌳", "Bus"), ("Karten", "Bus", "Wohnen"), ("Gespräch", "laut.\nOhne", "Bus"),
        ("Gespräch", "E\u0301s fehlt 🚌", "Wohnen"),
    }  # fmt: skip
    (case,) = back.groups["cases"]
    assert sorted(case.texts) == [0, 1, 2]


def test_a_card_lies_in_pixels_where_it_lies_in_the_picture():
    made, _picture = leaving()
    project = read_project(project_bytes(outgoing.project_of(made), "a.qdpx")[0]).project
    assert [(each.place, each.description) for each in project.regions] == [
        ((162, 119, 694, 419), "Bus"),
        ((888, 1, 1600, 1200), "Bus"),
    ]
    assert [each.name for each in project.media] == ["Karten", "Gespräch"]
    points = [(p.milliseconds, p.position) for text in project.texts for p in text.points if p.milliseconds]
    assert points == [(1000, 0), (3000, 19), (4500, 38)]


@pytest.mark.real_data
def test_it_is_valid_against_the_schema(tmp_path, shared):
    content, _issues = project_bytes(outgoing.project_of(leaving()[0]), "a.qdpx")
    tmp_path.joinpath("a.qdpx").write_bytes(content)
    assert_valid(tmp_path / "a.qdpx", shared)


def test_without_them_it_leaves_as_ever_and_what_stays_is_counted():
    from dataclasses import replace

    made, _picture = leaving()
    bare = replace(made, beside=())
    project = outgoing.project_of(bare)
    assert not project.media
    assert {each.role.value for each in project.texts} == {"source"}
    counts = {each.params["count"] for each in outgoing.left_here(bare) if each.message == outgoing.SEGMENTS}
    assert counts == {4}
    assert not [each for each in outgoing.left_here(made) if each.message == outgoing.SEGMENTS]


def test_what_cannot_be_opened_any_more_is_told_and_the_rest_leaves():
    from dataclasses import replace

    from nahraum.base import WrongRequest

    def gone():
        yield b"RIFF"
        raise WrongRequest("gone")

    made, picture = leaving()
    made = replace(made, beside=[made.beside[0], replace(made.beside[1], content=Held(parts=gone))])
    content, issues = project_bytes(outgoing.project_of(made), "a.qdpx")
    assert [each.code for each in issues] == ["exchange-file-lost"]
    back = read(content, "a.qdpx", unasked)
    assert parts(content, back) == {"Karten": picture}
    assert len(back.marks) == 4


@given(*[st.integers(0, 1000)] * 4, st.integers(1000, 3000), st.integers(1, 3000))
def test_a_place_comes_back_to_the_thousandth_or_half_a_pixel(left, top, width, height, large, any_size):
    area = cards.area_of(left, top, width, height)
    if not area:
        return
    assert beside.area_at(beside.place_of(area, (large, large)), (large, large)) == area
    place = beside.place_of(area, (any_size, any_size))
    assert 0 <= place[0] < place[2] <= any_size
    assert 0 <= place[1] < place[3] <= any_size
    again = beside.area_at(place, (any_size, any_size))
    limit = max(1000 / any_size, 1)
    assert again is None or max(abs(a - b) for a, b in zip(again, area, strict=True)) <= 2 * limit


# What other programs write


def coding(n, code=refi.CODE):
    return f'<Coding guid="{refi.guid(n, 8)}" creatingUser="{refi.USER}"><CodeRef targetGUID="{code}"/></Coding>'


def region(n, place, *, name="", words="", said="", coded=True, inside=""):
    x, y, right, below = place
    told = f"<Description>{words}</Description>" if words else ""
    told += (
        f'<Representation guid="{refi.guid(n, 10)}"><PlainTextContent>{said}</PlainTextContent></Representation>'
        * bool(said)
    )
    return (
        f'<PictureSelection guid="{refi.guid(n, 4)}" name="{name}" firstX="{x}" firstY="{y}" secondX="{right}"'
        f' secondY="{below}">{told}{coding(n) if coded else ""}{inside}</PictureSelection>'
    )


def pictured(regions, *, described=None, marks="", path="internal://k.jpg", whole="", name="Karte"):
    text = "" if described is None else (
        f'<TextDescription guid="{refi.guid(1, 6)}" name=""><PlainTextContent>{described}</PlainTextContent>{marks}'
        "</TextDescription>"
    )  # fmt: skip
    return (
        f'<PictureSource guid="{refi.guid(99, 4)}" name="{name}" path="{path}">{text}{"".join(regions)}{whole}'
        "</PictureSource>"
    )


def came(tmp_path, sources, files=None, **more):
    path = refi.qdpx(tmp_path / "a.qdpx", refi.project(sources, origin="NVivo", **more), files or {})
    return read(path.read_bytes(), "a.qdpx", unasked)


def coded(back):
    return sorted(back.texts[m.text].text[m.start : m.end] for m in persons.moved(back, {}))


def told(back):
    return " ".join(each.sentence for each in back.issues)


def test_areas_of_another_program_become_lines_with_their_words(tmp_path):
    regions = [
        region(1, (0, 0, 200, 150), words="Mehr  Bänke"),
        region(2, (400, 300, 200, 150), name="Frau Güneş-Wagenknecht"),  # corners in the other order
        region(3, (-50, 10, 9000, 20)),
        region(4, (0, 0, 10, 10), said="Aus der Karte", words="anderes"),
        region(5, (0, 0, 200, 150), words="Mehr Bänke"),  # once more the same
    ]
    back = came(tmp_path, pictured(regions, whole=coding(9)), {"sources/k.jpg": photo()})
    (text,) = back.texts
    assert text.name == "Karte"
    assert text.text == "Mehr Bänke\nFrau Güneş-Wagenknecht\nBildausschnitt 3\nAus der Karte"
    assert [each.area for each in text.segments] == [
        (0, 0, 500, 500), (500, 500, 500, 500), (0, 33, 1000, 34), (0, 0, 25, 33),
    ]  # fmt: skip
    assert [text.text[each.start : each.end] for each in text.segments] == text.text.split("\n")
    assert coded(back) == sorted([*text.text.split("\n"), text.text])  # the same area twice is coded once
    assert [each.words for each in back.remarks] == ["anderes"]
    assert "Kodierungen auf" not in told(back)
    what = persons.found(back, persons.by_rules(back))
    done = persons.frozen(back, what, {each.mark for each in what.named}, [0], [], Key(), "texts")
    moved = {done.texts[0].text[each.start : each.end]: each.area for each in done.texts[0].segments}
    assert moved["Frau [Person 1]"] == (500, 500, 500, 500)
    assert moved["Aus der Karte"] == (0, 0, 25, 33)


def test_a_line_and_its_area_are_coded_once_and_memos_find_their_coding(tmp_path):
    described = "Bus 🚌\nBänke\nBus 🚌"
    marks = refi.selection(6, 11, 21)
    note = f'<Notes><Note guid="{refi.guid(1, 7)}" name="n"><PlainTextContent>Dazu.</PlainTextContent></Note></Notes>'
    regions = [
        region(1, (0, 0, 100, 100), words="Bänke", inside=f'<NoteRef targetGUID="{refi.guid(1, 7)}"/>'),
        region(2, (100, 0, 200, 100), words="Bus 🚌"),
        region(3, (200, 0, 300, 100), words="Bus 🚌"),
        region(4, (300, 0, 400, 100), words="Neu", coded=False),
    ]
    sources = pictured(regions, described=described, marks=marks)
    back = came(tmp_path, sources, {"sources/k.jpg": photo(kind="PNG")}, after=note)
    (text,) = back.texts
    assert text.text == described + "\nNeu"
    assert [text.text[each.start : each.end] for each in text.segments] == ["Bus 🚌", "Bänke", "Bus 🚌", "Neu"]
    assert [each.area[0] for each in text.segments] == [250, 0, 500, 750]
    assert coded(back) == ["Bus 🚌", "Bus 🚌", "Bänke"]
    (memo,) = back.remarks
    assert memo.about is About.CODING
    (mark,) = [m for m in persons.moved(back, {}) if m.row == memo.number]
    assert text.text[mark.start : mark.end] == "Bänke"


def bomb():
    """Return a picture of a few kilobytes that claims to be far larger than any camera takes."""
    import struct
    import zlib

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({}, "in der Datei fehlen"),
        ({"sources/k.jpg": b"\xff\xd8\xffkaputt"}, "beschädigt"),
        ({"sources/k.jpg": photo(kind="GIF")}, "beschädigt"),
        ({"sources/k.jpg": bomb()}, "beschädigt"),
        ({"sources/k.jpg": photo() + bytes(51 << 20)}, "zu groß"),
    ],
)
def test_without_its_picture_the_words_and_codings_come_and_it_is_told(tmp_path, files, reason):
    back = came(tmp_path, pictured([region(1, (0, 0, 200, 150), words="Bänke")]), files)
    assert coded(back) == ["Bänke"]
    assert back.texts[0].segments == ()
    assert back.media == ()
    assert f"{reason}" in told(back)


def test_a_picture_that_nobody_said_a_word_of_is_a_text_with_its_name(tmp_path):
    back = came(tmp_path, pictured([], whole=coding(1), name=""), {"sources/k.jpg": photo()})
    assert coded(back) == ["Bild ohne Worte"]
    assert len(back.media) == 1


def moment(n, begin, end):
    return f'<AudioSelection guid="{refi.guid(n, 4)}" name="" begin="{begin}" end="{end}">{coding(n)}</AudioSelection>'


def heard(said, points, moments, *, path="internal://k.wav", whole=""):
    told = "".join(
        f'<SyncPoint guid="{refi.guid(n, 12)}" timeStamp="{ms}" position="{at}"/>' for n, (ms, at) in enumerate(points)
    )
    transcript = "" if said is None else (
        f'<Transcript guid="{refi.guid(1, 6)}" name="Gespräch"><PlainTextContent>{said}</PlainTextContent>{told}'
        "</Transcript>"
    )  # fmt: skip
    return f'<AudioSource guid="{refi.guid(98, 4)}" name="a" path="{path}">{transcript}{moments}{whole}</AudioSource>'


def test_moments_of_a_recording_become_the_lines_that_were_said_then(tmp_path):
    said = "Der Platz.\nDer Bus 🚌.\nDie Miete.\n"
    points = [(1000, 0), (2000, 11), (3000, 22)]
    moments = moment(1, 1500, 2500) + moment(2, 3500, 3500) + moment(3, 0, 900)
    back = came(tmp_path, heard(said, points, moments, whole=coding(9)), {"sources/k.wav": SOUND})
    (text,) = back.texts
    assert [(text.text[s.start : s.end], s.start_ms, s.end_ms) for s in text.segments] == [
        ("Der Platz.", 1000, 2000), ("Der Bus 🚌.", 2000, 3000), ("Die Miete.", 3000, None),
    ]  # fmt: skip
    assert coded(back) == sorted(["Der Platz.\nDer Bus 🚌.", "Die Miete.", said])
    assert "zu denen keine Zeile gehört, weggelassen: 1." in told(back)
    assert [(each.text, each.is_photo) for each in back.media] == [(0, False)]


def test_a_recording_without_transcript_stays_out_and_one_without_times_keeps_its_words(tmp_path):
    alone = came(tmp_path, heard(None, [], moment(1, 0, 900)), {"sources/k.wav": SOUND})
    assert (alone.texts, alone.media, len(alone.marks)) == ((), (), 0)
    assert "Aufnahmen ohne Transkript, weggelassen: 1." in told(alone)
    untimed = came(tmp_path, heard("Der Platz.", [], moment(1, 0, 900)), {"sources/k.wav": b"nur Text"})
    assert [each.text for each in untimed.texts] == ["Der Platz."]
    assert untimed.media == ()
    assert "zu denen keine Zeile gehört, weggelassen: 1." in told(untimed)
    assert "unbekannter Art" in told(untimed)


def test_a_recording_with_a_broken_checksum_is_told_before(tmp_path):
    made, picture = leaving()
    content, _issues = project_bytes(outgoing.project_of(made), "a.qdpx")
    at = content.index(SOUND) + 500_000
    broken = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    back = read(broken, "a.qdpx", unasked)
    assert parts(broken, back) == {"Karten": picture}
    assert "beschädigt" in told(back)
    with zipfile.ZipFile(io.BytesIO(broken)) as archive:
        assert archive.testzip()
