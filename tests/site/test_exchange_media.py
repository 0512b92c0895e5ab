"""Photographs and recordings leave only if somebody ticks it and the team may see them; they come in sealed."""

import hashlib
import io
import zipfile

import pytest

from tests.core.voices import refi_files as refi
from tests.core.voices.test_beside import heard, moment, pictured, region
from tests.core.voices.test_cards import photo
from tests.site.cast import words
from tests.site.coding_fixtures import at, step
from tests.site.test_exchange import ada, another, cem, committed, decide, holds, take, upload
from tests.site.texts_fixtures import apart, collections, enter, forgetful, hire, imported, study, team

__all__ = ["ada", "apart", "cem", "collections", "enter", "forgetful", "hire", "study", "team"]
TRANSCRIPT = (
    b"1\n00:00:01,000 --> 00:00:03,000\nDer Platz ist laut.\n\n2\n00:00:04,500 --> 00:00:06,000\nEin Bus fehlt.\n"
)
SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt " + hashlib.shake_256(b"sound").digest(2_300_000)
AREAS = [(101, 99, 333, 250), (555, 1, 445, 999)]


@pytest.fixture
def category(study, team):
    """Make a category of the study and return its id."""
    from nahraum.evidence.voices.categories import Add, Category
    from nahraum_site.voices.categories import actions

    id = refi.guid(1, 2)
    actions.change(study, [Add(category=Category(id=id, name="Wohnen"))], None, team["Ada"])
    return id


def photographed(study, collection, user, said=("Bänke", "Bus"), *, shown=True, color=0):
    """Import a photograph with cards, as the page of cards does."""
    from nahraum.evidence.voices.texts import Card
    from nahraum_site.voices.texts import actions, queries

    source = actions.take_file(study, collection, "Güneş.jpg", photo((1600, 1200 + color)), user)
    typed = [Card(words=words, area=area) for words, area in zip(said, AREAS, strict=True)]
    actions.type_cards(source, typed, 1, shown=shown)
    source.refresh_from_db()
    wanted = actions.Wanted(name="Karten " + said[0], variables={}, decisions=[()])
    return actions.freeze(source, queries.drafts_of(source), wanted, source.version, user)[0]


def recorded(study, collection, user, name="gespraech.srt", *, shown=True, said=TRANSCRIPT):
    from nahraum_site.voices.texts import actions

    (text,) = imported(study, collection, user, name, said)
    actions.lay_beside(text, "Güneş.wav", [SOUND], user, shown=shown)
    return text


def known(study):
    """Return the stretches of each text, without their speakers, and the bytes that lie beside it."""
    from nahraum_site.records.sealing import Seal
    from nahraum_site.voices.texts import vault
    from nahraum_site.voices.texts.models import Source, Text
    from nahraum_site.voices.texts.queries import structure_of

    found = {}
    for text in Text.objects.filter(collection__study=study).select_related("collection", "source"):
        seal, media = Seal(text.collection.uuid), []
        if text.source and text.source.kind == "photo":
            media.append(vault.open_file(seal, text.source))
        for each in Source.objects.filter(beside=text):
            media.append(b"".join(vault.open_recording(seal, each, 0, each.size)))
        found[text.name] = (structure_of(text), media)
    return found


@pytest.fixture
def full(study, collections, team, category, ada):
    """Return the study with photographs and recordings, half of them for the whole team."""
    card = photographed(study, collections[0], team["Ada"])
    spoken = recorded(study, collections[0], team["Ada"])
    photographed(study, collections[1], team["Ada"], ("Neu", "Alt"), shown=False, color=1)
    recorded(study, collections[1], team["Ada"], "hof.srt", shown=False, said=TRANSCRIPT.replace(b"Bus", b"Hof"))
    for text in (card, spoken):
        assert step(ada, study, text, start=0, end=5, category=category).status_code == 200
    return study


def test_they_leave_only_if_ticked_and_only_what_the_team_may_see_and_come_back_whole(full, team, ada, cem, apart):
    from nahraum_site.records.models import LogEntry
    from nahraum_site.voices.texts.models import Source
    from nahraum_site.voices.texts.queries import is_shown

    page = words(ada.get(at(full, "austausch/")))
    assert "Fotos: 1, Aufnahmen: 1, zusammen" in page
    assert "dass das ganze Team sie sehen oder hören darf, bleiben hier: 2." in page
    assert cem.get(at(full, "austausch/projekt.qdpx?medien=1")).status_code == 403
    plain = ada.get(at(full, "austausch/projekt.qdpx")).content
    assert not [name for name in zipfile.ZipFile(io.BytesIO(plain)).namelist() if not name.endswith(("qde", "txt"))]
    assert "photos" not in LogEntry.objects.first().after
    sent = ada.get(at(full, "austausch/projekt.qdpx?medien=1")).content
    assert LogEntry.objects.first().after == {
        "kind": "qdpx", "all": False, "texts": 4, "codings": 2, "photos": 1, "recordings": 1
    }  # fmt: skip
    assert "Mitgegangen sind Fotos: 1, Aufnahmen: 1." in words(ada.get(at(full, "austausch/")))
    entries = zipfile.ZipFile(io.BytesIO(sent)).namelist()
    assert sorted(name[-3:] for name in entries if not name.endswith(("qde", "txt"))) == ["jpg", "wav"]
    assert b"Zwetsch" not in sent
    assert "Güneş".encode() not in zipfile.ZipFile(io.BytesIO(sent)).read("project.qde")
    new = another(team)
    arrival = words(ada.get(upload(ada, new, sent).url))
    assert "Fotos: 1, Aufnahmen: 1 (sie kommen mit Texten" in arrival
    told = take(ada, new, sent)
    assert "Fotos: 1, Aufnahmen: 1; nur wer die Studie leitet" in told
    before, after = known(full), known(new)
    assert {name for name, (_known, media) in after.items() if media} == {"Karten Bänke", "gespraech.srt"}
    for name in ("Karten Bänke", "gespraech.srt"):
        assert after[name] == before[name]
    assert [each.area for each in after["Karten Bänke"][0]] == AREAS
    assert (holds(new)["texts"], holds(new)["codings"]) == (holds(full)["texts"], holds(full)["codings"])
    fresh = Source.objects.filter(collection__study=new)
    assert sorted(each.kind for each in fresh) == ["photo", "recording"]
    assert not any(map(is_shown, fresh))
    for path in (each for each in apart.rglob("*") if each.is_file()):
        raw = path.read_bytes()
        assert b"JFIF" not in raw
        assert SOUND[1000:1100] not in raw
    entry = LogEntry.objects.filter(action="exchange.imported").first()
    assert {k: entry.after[k] for k in ("photos", "recordings", "media_left_out")} == {
        "photos": 1, "recordings": 1, "media_left_out": 0
    }  # fmt: skip
    logged = str([each.after for each in LogEntry.objects.all()])
    assert not any(word in logged for word in ("Karten", "Bänke", "gespraech", "Güneş"))


def test_media_of_texts_that_are_here_are_not_stored_twice(full, team, ada):
    from nahraum_site.voices.texts.models import Source

    sent = ada.get(at(full, "austausch/projekt.qdpx?medien=1")).content
    before = holds(full), Source.objects.count()
    told = take(ada, full, sent)
    assert "schon hier sind oder ihr Text nicht eingelesen wird: 2." in told
    assert (holds(full), Source.objects.count()) == before


def test_what_has_no_room_and_what_is_a_second_recording_is_told(full, collections, team, ada, monkeypatch):
    from nahraum_site.voices.exchange import media
    from nahraum_site.voices.texts import actions
    from nahraum_site.voices.texts.models import Text

    text = Text.objects.get(recordings__isnull=False, collection=collections[0])
    actions.lay_beside(text, "zwei.wav", [SOUND + b"2"], team["Ada"], shown=True)
    assert "zu dem schon etwas mitgeht, bleiben hier: 1." in words(ada.get(at(full, "austausch/")))
    monkeypatch.setattr(media, "MOST_MB", 1)
    page = words(ada.get(at(full, "austausch/")))
    assert "Fotos: 1, Aufnahmen: 0, zusammen" in page
    assert "keinen Platz mehr haben, bleiben hier: 2." in page
    sent = ada.get(at(full, "austausch/projekt.qdpx?medien=1")).content
    assert [n[-3:] for n in zipfile.ZipFile(io.BytesIO(sent)).namelist() if not n.endswith(("qde", "txt"))] == ["jpg"]


def foreign(tmp_path, files=None):
    """Return a project of another program with a coded picture and a coded recording."""
    regions = [region(1, (0, 0, 200, 150), words="Frau Güneş-Wagenknecht will Bänke"), region(2, (200, 0, 400, 300))]
    sources = pictured(regions) + heard("Der Platz.\nDer Bus.\n", [(1000, 0), (2000, 11)], moment(7, 2100, 2200))
    given = {"sources/k.jpg": photo(), "sources/k.wav": SOUND} if files is None else files
    return refi.qdpx(tmp_path / "fremd.qdpx", refi.project(sources, origin="NVivo"), given).read_bytes()


def test_areas_and_moments_of_another_program_are_coded_here_and_names_are_replaced(study, team, ada, cem, tmp_path):
    from nahraum_site.voices.texts.models import Text

    take(ada, study, foreign(tmp_path))
    found = holds(study)
    assert [each[0] for each in found["codings"]] == ["Bildausschnitt 2", "Der Bus.", "Frau [Person 1] will Bänke"]
    structure, (picture,) = known(study)["Karte"]
    assert [each.area for each in structure] == [(0, 0, 500, 500), (500, 0, 500, 1000)]
    assert picture.startswith(b"\xff\xd8\xff")
    assert [(each.start_ms, each.end_ms) for each in known(study)["Gespräch"][0]] == [(1000, 2000), (2000, None)]
    text = Text.objects.get(name="Karte")
    for client, status in ((ada, 200), (cem, 403)):
        assert client.get(at(study, f"texte/{text.uuid}/bild/")).status_code == status
    assert ada.get(at(study, f"texte/{text.uuid}/")).content.decode().count("<rect ") == 2


def test_a_picture_whose_inside_is_damaged_leaves_its_words(study, team, ada, tmp_path, apart):
    from nahraum_site.voices.texts.models import Source

    content = foreign(tmp_path, {"sources/k.jpg": photo()[:700], "sources/k.wav": b"kein Ton"})
    page = ada.get(upload(ada, study, content).url)
    assert "beschädigt oder von unbekannter Art sind; es kommen ihre Worte: 1." in words(page)
    take(ada, study, content)
    assert len(holds(study)["codings"]) == 3
    assert not Source.objects.exists()
    assert known(study)["Karte"][0] == ()


def test_a_failing_import_leaves_no_files_and_a_killed_one_is_swept(study, team, ada, tmp_path, apart, monkeypatch):
    from nahraum_site.records import sealing
    from nahraum_site.voices.exchange import receiving, storing
    from nahraum_site.voices.exchange.models import Arrival
    from nahraum_site.voices.texts.models import Source

    page = ada.get(upload(ada, study, foreign(tmp_path)).url)
    arrival = Arrival.objects.get()
    seen = []

    def fails(*_given):
        seen.extend(each.path for each in Source.objects.all() if each.path.exists())
        raise ZeroDivisionError

    monkeypatch.setattr(storing, "_remember", fails)
    decide(ada, page)
    assert len(seen) == 2
    assert not any(path.exists() for path in seen)
    assert not Source.objects.exists()
    # A killed process undoes nothing: key and file of a collection that was never stored go with the project.
    left = seen[0].parent
    assert receiving.collection_id(arrival, 0) in sealing.kept()
    left.joinpath("rest").write_bytes(b"versiegelt")
    with committed():
        receiving.discard(arrival, team["Ada"])
    assert not left.exists()
    assert not [each for each in sealing.kept() if each == receiving.collection_id(arrival, 0)]
