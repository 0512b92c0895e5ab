"""Photographs of cards become texts whose lines know their area; recordings lie beside texts; both are sealed."""

import hashlib
import io
import re

import pytest
from PIL import Image

from tests.site.cast import words
from tests.site.texts_fixtures import apart, collections, enter, forgetful, hire, imported, study, team

__all__ = ["apart", "collections", "enter", "forgetful", "hire", "study", "team"]
TRANSCRIPT = (
    b"1\n00:00:01,000 --> 00:00:03,000\nDer Platz ist laut.\n\n2\n00:00:04,500 --> 00:00:06,000\nAber gr\xc3\xbcn.\n"
)
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + hashlib.shake_256(b"sound").digest(2_500_000)
ROWS = {
    "words": ["Frau Güneş-Wagenknecht will Bänke", "Der Bus", ""],
    "left": ["10", "55,5", ""],
    "top": ["10", "10", ""],
    "width": ["30", "30", ""],
    "height": ["20", "20", ""],
}


def at(study, rest):
    return f"/studien/{study.uuid}/{rest}"


def named(content, name):
    stream = io.BytesIO(content)
    stream.name = name
    return stream


def photo():
    found = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Zwetschgenkamera"
    Image.new("RGB", (400, 300), (200, 180, 90)).save(found, "JPEG", exif=exif)
    return found.getvalue()


@pytest.fixture
def taken(enter, study, collections, team):
    """Upload a photograph as Cem and return its page."""
    coder = enter(team["Cem"])
    given = {"collection": collections[0].uuid, "files": named(photo(), "Güneş.jpg")}
    answer = coder.post(at(study, "texte/einlesen/"), given, follow=True)
    return coder, answer.redirect_chain[-1][0]


def typed(**more):
    return {"version": "1", **ROWS, **more}


@pytest.fixture
def frozen(taken, study):
    """Return a function that types two cards, imports them and returns the text."""

    def freeze(**more):
        from nahraum_site.voices.texts.models import Text

        coder, page = taken
        answer = coder.post(page, typed(go="1", **more), follow=True)
        source = answer.redirect_chain[-1][0]
        assert "Güneş" in words(answer)
        html = answer.content.decode()
        given = {each: re.search(rf'name="{each}" value="([^"]*)"', html)[1] for each in ("version", "seen", "name")}
        marks = re.findall(r'name="replace" value="([^"]+)" checked', html)
        done = coder.post(source, {**given, "replace": marks, "freeze": "1"}, follow=True)
        assert "1 Text wurde eingelesen" in words(done), words(done)
        return Text.objects.get(source__kind="photo")

    return freeze


def test_cards_are_typed_in_and_become_a_text_with_areas(taken, frozen, study, apart, enter, team):
    from nahraum_site.voices.texts import queries

    coder, page = taken
    assert page.endswith("/karten/")
    picture = coder.get(page.replace("karten", "bild"))
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/jpeg")
    assert b"Zwetschgenkamera" not in picture.content
    assert coder.post(page, typed(keep="1"), follow=True).redirect_chain[-1][0] == page
    again = coder.get(page).content.decode()
    assert 'value="55.5"' in again
    text = frozen(version="2", shown="on")
    content, segments = queries.content_of(text), queries.structure_of(text)
    assert content.endswith("will Bänke\nDer Bus")
    assert "Güneş" not in content
    assert [each.area for each in segments] == [(100, 100, 300, 200), (555, 100, 300, 200)]
    for path in (f"texte/{text.uuid}/", f"texte/{text.uuid}/kodieren/"):
        answer = coder.get(at(study, path)).content.decode()
        assert answer.count("<rect ") == 2
        start = content.index("Der Bus")
        assert f'data-start="{start}" data-length="7" aria-label="Der Bus"' in answer
    # nothing of it lies open on the disk
    for path in (each for each in apart.rglob("*") if each.is_file()):
        assert b"JFIF" not in path.read_bytes()


def test_only_who_leads_sees_a_photograph_that_is_not_for_all_and_the_log_says_so(frozen, study, enter, team):
    from nahraum_site.records.models import LogEntry

    text = frozen()
    picture = at(study, f"texte/{text.uuid}/bild/")
    for name, status in (("Cem", 403), ("Rita", 403), ("Olga", 404), ("Ada", 200)):
        client = enter(team[name])
        before = LogEntry.objects.filter(action="source.opened").count()
        assert client.get(picture).status_code == status
        assert LogEntry.objects.filter(action="source.opened").count() == before + (status == 200)
        if name != "Olga":
            shown = "<rect " in client.get(at(study, f"texte/{text.uuid}/")).content.decode()
            assert shown == (name == "Ada")


def test_a_photograph_that_waits_is_seen_by_who_brought_it_and_who_leads_and_the_log_says_so(
    taken, study, enter, team, hire
):
    from nahraum_site.records.models import LogEntry
    from nahraum_site.voices.models import Member

    _coder, page = taken
    Member.objects.create(study=study, user=hire("Zoe", "researcher"), part=Member.Part.CODER)
    team["Zoe"] = Member.objects.get(user__name="Zoe").user
    for name, status in (("Zoe", 403), ("Rita", 403), ("Olga", 404), ("Ada", 200), ("Cem", 200)):
        client = enter(team[name])
        before = LogEntry.objects.filter(action="source.opened").count()
        assert client.get(page.replace("karten", "bild")).status_code == status
        assert LogEntry.objects.filter(action="source.opened").count() == before + (status == 200)
        assert client.get(page).status_code == status
        assert client.post(page, {}).status_code == (422 if status == 200 else status)
    listed = enter(team["Zoe"]).get(at(study, "texte/einlesen/"))
    assert "Foto, das Cem mitgebracht hat" in words(listed)
    link = f'href="{page.replace("karten/", "")}"'
    assert link not in listed.content.decode()
    assert link in enter(team["Ada"]).get(at(study, "texte/einlesen/")).content.decode()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"left": ["links", "", ""]}, "Karte 1: Der Ort im Bild sind vier Zahlen"),
        ({"left": ["", "55", ""]}, "Karte 1: Der Ort im Bild sind vier Zahlen"),
        ({"left": ["nan", "55", ""]}, "Karte 1: Der Ort im Bild sind vier Zahlen"),
        ({"left": ["10", "1e400", ""]}, "Karte 2: Der Ort im Bild sind vier Zahlen"),
        ({"width": ["30", "-30", ""]}, "Karte 2: Dieser Ort liegt nicht im Bild"),
        ({"words": ["x" * 2001, "b", ""]}, "Karte 1: bitte höchstens 2000 Zeichen"),
        ({"version": "0"}, "Inzwischen hat jemand anderes"),
    ],
)
def test_wrong_cards_are_told_kept_as_typed_and_not_stored(taken, wrong, told):
    from nahraum_site.voices.texts import queries
    from nahraum_site.voices.texts.models import Source

    coder, page = taken
    answer = coder.post(page, typed(**wrong))
    assert answer.status_code == 422
    assert told in words(answer)
    assert wrong.get("words", ROWS["words"])[1] in answer.content.decode()
    assert queries.photo_of(Source.objects.get()).cards == ()


def test_rows_that_do_not_fit_together_and_too_many_are_refused(taken):
    coder, page = taken
    assert coder.post(page, {"version": "1", "words": ["a", "b"]}).status_code in (302, 422)
    many = {name: ["1"] * 501 for name in ROWS}
    answer = coder.post(page, {"version": "1", **many})
    assert answer.status_code == 422
    assert "höchstens 500 Karten" in words(answer)


def test_a_photograph_without_cards_asks_for_them_and_a_damaged_one_is_refused(taken, study, collections):
    from nahraum_site.voices.texts.models import Source

    coder, page = taken
    assert coder.get(page.replace("karten/", "")).url == page
    given = {"collection": collections[0].uuid, "files": named(photo()[:300], "halb.jpg")}
    answer = coder.post(at(study, "texte/einlesen/"), given)
    assert answer.status_code == 422
    assert "Das Bild lässt sich nicht öffnen" in words(answer)
    assert Source.objects.count() == 1


@pytest.fixture
def transcript(study, collections, team):
    return imported(study, collections[0], team["Ada"], "gespraech.srt", TRANSCRIPT)[0]


def lay(client, study, text, *, content=SOUND, name="Güneş.wav", **more):
    return client.post(at(study, f"texte/{text.uuid}/aufnahme/"), {"file": named(content, name), **more})


def test_a_recording_lies_sealed_beside_its_transcript_and_every_stretch_opens(transcript, study, enter, team):
    from nahraum_site.records import sealing
    from nahraum_site.voices.texts.models import Source

    coder = enter(team["Cem"])
    assert lay(coder, study, transcript, shown="on").status_code == 302
    source = Source.objects.get(kind="recording")
    sealed = source.path.read_bytes()
    assert source.stored_sha256 == hashlib.sha256(sealed).hexdigest()
    mark = sealing.Seal(source.collection.uuid).mark(hashlib.sha256(SOUND).hexdigest())
    assert (source.sha256, source.size) == (mark, len(SOUND))
    assert SOUND[1000:1100] not in sealed
    address = at(study, f"aufnahmen/{source.uuid}/")
    page = coder.get(at(study, f"texte/{transcript.uuid}/")).content.decode()
    assert f'src="{address}"' in page
    assert 'data-at="4500"' in page
    desk = coder.get(at(study, f"texte/{transcript.uuid}/kodieren/")).content.decode()
    assert '"times": [[0, 1000], [20, 4500]]' in desk
    whole = coder.get(address)
    assert whole.getvalue() == SOUND
    assert whole.headers["Content-Type"] == "audio/wav"
    mega = 1 << 20
    for start, end in ((0, 99), (mega - 1, mega), (mega, 2 * mega + 5), (len(SOUND) - 3, len(SOUND) - 1), (5, 10**9)):
        part = coder.get(address, headers={"Range": f"bytes={start}-{end}"})
        last = min(end, len(SOUND) - 1)
        assert (part.status_code, part.content) == (206, SOUND[start : last + 1])
        assert part.headers["Content-Range"] == f"bytes {start}-{last}/{len(SOUND)}"
    assert coder.get(address, headers={"Range": f"bytes={len(SOUND)}-"}).status_code == 416
    assert coder.get(address, headers={"Range": "bytes=9-3"}).status_code == 416
    assert enter(team["Rita"]).get(address).status_code == 200
    assert enter(team["Olga"]).get(address).status_code == 404


def test_parts_of_a_recording_cannot_be_moved_or_cut_off(transcript, study, enter, team):
    from nahraum_site.voices.texts.models import Source

    coder = enter(team["Cem"])
    lay(coder, study, transcript, shown="on")
    source = Source.objects.get(kind="recording")
    sealed, part = source.path.read_bytes(), (1 << 20) + 28
    for wrong in (sealed[part : 2 * part] + sealed[:part] + sealed[2 * part :], sealed[: part + 5]):
        source.path.write_bytes(wrong)
        answer = coder.get(at(study, f"aufnahmen/{source.uuid}/"), headers={"Range": "bytes=1048576-1048600"})
        assert answer.status_code == 410, answer.status_code


def test_only_who_leads_hears_a_recording_that_is_not_for_all_and_takes_it_away(transcript, study, enter, team):
    from nahraum_site.records.models import LogEntry
    from nahraum_site.voices.texts.models import Source

    assert lay(enter(team["Cem"]), study, transcript).status_code == 302
    source = Source.objects.get(kind="recording")
    address = at(study, f"aufnahmen/{source.uuid}/")
    assert enter(team["Cem"]).get(address).status_code == 403
    assert "<audio" not in enter(team["Cem"]).get(at(study, f"texte/{transcript.uuid}/")).content.decode()
    lead = enter(team["Ada"])
    assert lead.get(address).status_code == 200
    assert LogEntry.objects.filter(action="recording.heard").count() == 1
    assert enter(team["Cem"]).post(address + "entfernen/").status_code == 403
    assert lead.post(address + "entfernen/").status_code == 302
    assert not Source.objects.filter(kind="recording").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<html>kein Ton</html>", "keine Aufnahme, die Browser abspielen"),
        (b"", "leer"),
        (SOUND, "schon in der Erhebung"),
    ],
)
def test_what_is_no_recording_or_is_there_already_is_refused(transcript, study, enter, team, content, told):
    from nahraum_site.voices.texts.models import Source

    coder = enter(team["Cem"])
    lay(coder, study, transcript)
    folder = Source.objects.get(kind="recording").path.parent
    before = sorted(folder.iterdir())
    answer = lay(coder, study, transcript, content=content, name="x.wav")
    assert answer.status_code == 422
    assert told in words(answer)
    assert sorted(folder.iterdir()) == before


def test_both_go_with_the_texts_of_their_collection(frozen, transcript, study, enter, team, collections):
    from nahraum_site.voices.texts import forgetting
    from nahraum_site.voices.texts.models import Source, Text

    frozen()
    lay(enter(team["Cem"]), study, transcript)
    assert {each.kind for each in Source.objects.all()} == {"photo", "text", "recording"}
    forgetting.delete_texts(collections[0], str(collections[0]), team["Ada"])
    assert not Source.objects.exists()
    assert not Text.objects.exists()


def test_who_leads_states_later_that_the_whole_team_may_see_and_hear_and_takes_it_back(
    frozen, transcript, study, enter, team
):
    from nahraum_site.records.models import LogEntry
    from nahraum_site.voices.texts.models import Source

    text = frozen()
    lay(enter(team["Cem"]), study, transcript)
    photo_at, sound_at = at(study, f"texte/{text.uuid}/bild/"), ""
    for source in Source.objects.exclude(kind="text"):
        sound_at = at(study, f"aufnahmen/{source.uuid}/") if source.kind == "recording" else sound_at
        state = at(study, f"neben/{source.uuid}/zeigen/")
        seen = photo_at if source.kind == "photo" else sound_at
        assert enter(team["Cem"]).post(state, {"shown": "1"}).status_code == 403
        assert enter(team["Olga"]).post(state, {"shown": "1"}).status_code == 404
        for given, status in (({"shown": "1"}, 200), ({}, 403)):
            assert enter(team["Ada"]).post(state, given).status_code == 302
            assert enter(team["Cem"]).get(seen).status_code == status
            assert LogEntry.objects.filter(action="source.stated").first().after["shown"] == bool(given)
    waiting = at(study, f"neben/{Source.objects.get(kind='text').uuid}/zeigen/")
    assert enter(team["Ada"]).post(waiting, {"shown": "1"}).status_code == 404
