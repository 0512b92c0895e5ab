"""Texts are read, pseudonymised, frozen and sealed; what was frozen never changes."""

import hashlib
import re
from dataclasses import replace
from html import unescape

import pytest

from tests.site.texts_fixtures import (
    PROTOCOL,
    RAW,
    apart,
    collections,
    enter,
    forgetful,
    hire,
    imported,
    study,
    team,
)

__all__ = ["apart", "collections", "enter", "forgetful", "hire", "study", "team"]


def test_a_text_comes_back_as_it_was_and_lies_sealed(study, collections, team, apart):
    from nahraum_site.records import sealing
    from nahraum_site.voices.texts import queries

    (text,) = imported(study, collections[0], team["Cem"], replaced=False)
    found = queries.texts_of(study).get()
    assert queries.content_of(found) == PROTOCOL.rstrip("\n") or queries.content_of(found) == PROTOCOL
    bare = hashlib.sha256(queries.content_of(found).encode()).hexdigest()
    assert found.sha256 == sealing.Seal(found.collection.uuid).mark(bare) != bare
    assert found.length == len(queries.content_of(found))
    assert b"Zwetschgen" not in bytes(found.content)
    assert all(b"Zwetschgen" not in path.read_bytes() for path in apart.rglob("*") if path.is_file())
    assert queries.contents_of([found]) == {text.uuid: queries.content_of(found)}


def test_what_was_decided_is_replaced_and_only_the_key_knows(study, collections, team):
    from nahraum_site.voices.texts import queries

    (text,) = imported(study, collections[0], team["Cem"])
    content = queries.content_of(text)
    assert "Güneş" not in content
    assert "5550123" not in content
    assert "[Person 1]" in content
    assert queries.key_of(collections[0]).originals("[Person 1]")[0].endswith("Güneş-Wagenknecht")


@pytest.mark.parametrize("field", ["content", "structure", "sha256", "length", "position"])
def test_the_database_refuses_to_change_a_frozen_text(study, collections, team, field):
    from django.db import DatabaseError, transaction

    from nahraum_site.voices.texts.models import Text

    (text,) = imported(study, collections[0], team["Cem"])
    other = {"content": b"x", "structure": b"x", "sha256": "0" * 64, "length": 1, "position": 9}[field]
    with pytest.raises(DatabaseError, match="texts cannot be changed"), transaction.atomic():
        Text.objects.filter(pk=text.pk).update(**{field: other})
    Text.objects.filter(pk=text.pk).update(name="Anders")


def page(client, address, **form):
    answer = client.post(address, form) if form else client.get(address)
    return answer, unescape(answer.content.decode())


def upload(client, study, collection, name="protokoll.txt", content=RAW):
    from django.core.files.uploadedfile import SimpleUploadedFile

    form = {"collection": str(collection.uuid) if collection else "", "files": SimpleUploadedFile(name, content)}
    return client.post(f"/studien/{study.uuid}/texte/einlesen/", form)


def hidden(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"', html)[1]


def boxes(html):
    return dict(re.findall(r'name="replace" value="([^"]+)"( checked)?', html))


def test_a_coder_uploads_looks_marks_one_more_and_imports(study, collections, team, enter):
    from nahraum_site.voices.texts import queries

    coder = enter(team["Cem"])
    answer = upload(coder, study, collections[0])
    assert answer.status_code == 302
    address = answer["Location"]
    _answer, html = page(coder, address)
    assert "Zwetschgenbaumallee" in html
    assert any(boxes(html).values())
    form = {"version": hidden(html, "version"), "seen": hidden(html, "seen"), "name": "Café, Tisch 1"}
    chosen = [mark for mark, is_set in boxes(html).items() if is_set]
    extra = {**form, "others": "Zwetschgenbaumallee", "variables": "Rolle = Mieterin", "replace": chosen}
    answer, html = page(coder, address, **extra, freeze="1")
    assert answer.status_code == 422  # what was marked only now must be looked at first
    assert queries.texts_of(study).count() == 0
    form = {**extra, "seen": hidden(html, "seen"), "replace": [mark for mark, is_set in boxes(html).items() if is_set]}
    answer, html = page(coder, address, **form, freeze="1")
    assert answer.status_code == 302, html
    text = queries.texts_of(study).get()
    assert (text.name, text.variables) == ("Café, Tisch 1", {"Rolle": "Mieterin"})
    content = queries.content_of(text)
    for word in ("Zwetschgen", "Güneş", "5550123"):
        assert word not in content
    _answer, html = page(coder, f"/studien/{study.uuid}/texte/{text.uuid}/")
    assert "keinen Spielplatz" in html


def test_who_may_not_see_names_cannot_ask_the_key_and_the_same_person_keeps_the_pseudonym(
    study, collections, team, enter
):
    from nahraum_site.voices.texts import queries
    from nahraum_site.voices.texts.models import Text

    imported(study, collections[0], team["Cem"])
    coder, told = enter(team["Cem"]), "genannt wird"
    content = "Was Krahwinkel sagt, sagt auch Güneş-Wagenknecht immer.".encode()
    address = upload(coder, study, collections[0], "neu.txt", content)["Location"]
    _answer, html = page(enter(team["Ada"]), address)
    assert told in html
    assert boxes(html)
    for marked in ({}, {"version": "1", "name": "x", "others": "Krahwinkel", "look": "1"}):
        _answer, html = page(coder, address, **marked)
        assert told not in html
        assert len(boxes(html)) == len(marked) // 4
    form = {"version": "1", "name": "x", "persons": "Güneş-Wagenknecht"}
    _answer, html = page(coder, address, **form, seen=hidden(html, "seen"), look="1")
    done, _html = page(coder, address, **form, seen=hidden(html, "seen"), replace=list(boxes(html)), freeze="1")
    assert done.status_code == 302
    assert queries.content_of(Text.objects.get(name="x")) == "Was Krahwinkel sagt, sagt auch [Person 1] immer."


def test_nothing_ticked_nothing_replaced(study, collections, team, enter):
    from nahraum_site.voices.texts import queries

    coder = enter(team["Cem"])
    address = upload(coder, study, collections[0])["Location"]
    _answer, html = page(coder, address)
    _answer, html = page(coder, address, version="1", seen=hidden(html, "seen"), name="x", set="person:none")
    form = {"version": "1", "seen": hidden(html, "seen"), "name": "x"}
    page(coder, address, **form, freeze="1")
    assert queries.content_of(queries.texts_of(study).get()).strip() == PROTOCOL.strip()


def test_who_is_not_in_the_team_finds_nothing_and_readers_import_nothing(study, collections, team, enter):
    (text,) = imported(study, collections[0], team["Cem"])
    start = f"/studien/{study.uuid}/"
    one = f"{start}texte/{text.uuid}/"
    names = f"{start}erhebungen/{collections[0].uuid}/"
    expected = {
        f"{start}texte/": (200, 200, 200, 404),
        one: (200, 200, 200, 404),
        f"{start}texte/einlesen/": (200, 200, 403, 404),
        f"{one}merkmale/": (200, 200, 403, 404),
        f"{one}original/": (200, 403, 403, 404),
        f"{names}pseudonyme/": (200, 403, 403, 404),
        f"{names}texte-loeschen/": (200, 403, 403, 404),
    }
    for n, who in enumerate(("Ada", "Cem", "Rita", "Olga")):
        client = enter(team[who])
        found = {address: client.get(address).status_code for address in expected}
        assert found == {address: codes[n] for address, codes in expected.items()}, who


def test_every_look_at_names_is_logged_without_names(study, collections, team, enter):
    from nahraum_site.records.models import LogEntry

    (text,) = imported(study, collections[0], team["Cem"])
    lead = enter(team["Ada"])
    address = f"/studien/{study.uuid}/erhebungen/{collections[0].uuid}/pseudonyme/"
    assert "Wagenknecht" not in page(lead, address)[1]
    assert "Wagenknecht" in page(lead, address, show="1")[1]
    original = lead.get(f"/studien/{study.uuid}/texte/{text.uuid}/original/")
    assert original.content == PROTOCOL.encode()
    seen = list(LogEntry.objects.filter(action__in=["pseudonyms.seen", "source.opened"]))
    assert [each.actor for each in seen] == [str(team["Ada"].uuid)] * 2
    told = repr(list(LogEntry.objects.values()))
    assert not any(word in told for word in ("Wagenknecht", "Zwetschgen", "protokoll"))


def test_survey_rows_become_texts_with_variables(study, collections, team, enter):
    from nahraum_site.voices.texts import queries

    table = (
        "Nr;Alter;Was fehlt Ihnen?\n"
        "1;30-49;Ein Spielplatz für die Kleinen, bitte bald\n"
        "2;65+;\n"
        "3;65+;Bänke an der Straße, und Schatten\n"
        "4;30-49;Der Bus fährt zu selten, sagt jeder hier\n"
    )
    coder = enter(team["Cem"])
    address = upload(coder, study, collections[0], "umfrage.csv", table.encode())["Location"]
    _answer, html = page(coder, address)
    assert "Spalte mit den Antworten" in html
    version = hidden(html, "tabelle-version")
    chosen = {"tabelle-version": version, "tabelle-answer": "Was fehlt Ihnen?"}
    coder.post(f"{address}tabelle/", chosen | {"tabelle-variables": ["Alter", "Was fehlt Ihnen?"]})
    _answer, html = page(coder, address)
    assert "kann kein Merkmal sein" in html  # what people said would stand there unsealed
    answer = coder.post(f"{address}tabelle/", chosen | {"tabelle-variables": ["Alter"]})
    assert answer.status_code == 302
    _answer, html = page(coder, address)
    form = {"version": hidden(html, "version"), "seen": hidden(html, "seen"), "name": "Umfrage"}
    answer, html = page(coder, address, **form, freeze="1")
    assert answer.status_code == 302, html
    found = list(queries.texts_of(study))
    assert [(each.name, each.variables) for each in found] == [
        ("Umfrage, 2", {"Alter": "30-49"}), ("Umfrage, 4", {"Alter": "65+"}), ("Umfrage, 5", {"Alter": "30-49"}),
    ]  # fmt: skip
    assert queries.content_of(found[1]) == "Bänke an der Straße, und Schatten"
    narrowed = coder.get(f"/studien/{study.uuid}/texte/", {"merkmal": "Alter=65+", "q": "schatten OR bus"})
    html = unescape(narrowed.content.decode())
    assert "<mark>Schatten</mark>" in html
    assert "<mark>Bus</mark>" not in html


def test_a_filled_template_finds_its_collection(study, collections, team, enter):
    from nahraum.evidence.voices.texts import Guide, Questions, docx_template
    from nahraum_site.voices.texts import queries

    guide = Guide(collection=str(collections[1].uuid), version=1, title="Gespräch", space="Altstadt", date="", kind="",
                  blocks=(Questions(title="Wohnen", questions=("Was fehlt?",)),))  # fmt: skip
    coder = enter(team["Cem"])
    answer = upload(coder, study, None, "vorlage.docx", docx_template(guide))
    assert answer.status_code == 302, answer.content.decode()
    ((source, name),) = queries.waiting(study)
    assert (source.collection, source.kind, name) == (collections[1], "template", "vorlage.docx")
    _answer, html = page(coder, answer["Location"])
    page(coder, answer["Location"], version="1", seen=hidden(html, "seen"), name="Gespräch", freeze="1")
    text = queries.texts_of(study).get()
    assert queries.structure_of(text)[0].question == 1
    stranger = replace(guide, collection="00000000-0000-0000-0000-000000000000")
    assert upload(coder, study, None, "fremd.docx", docx_template(stranger)).status_code == 422


def test_what_cannot_be_read_or_is_there_already_is_told_and_keeps_nothing(study, collections, team, enter, apart):
    from nahraum_site.voices.texts.models import Source

    coder = enter(team["Cem"])
    answer = upload(coder, study, collections[0], "bild.png", b"\x89PNG\r\n\x1a\n" + bytes(200))
    assert answer.status_code == 422
    assert "bild.png" in answer.content.decode()
    assert upload(coder, study, None).status_code == 422
    assert upload(coder, study, collections[0]).status_code == 302
    assert upload(coder, study, collections[0]).status_code == 422
    assert Source.objects.count() == len([each for each in (apart / "sealed").rglob("*") if each.is_file()]) == 1


def test_the_same_text_in_another_file_is_noticed(study, collections, team):
    from nahraum_site.voices.texts import actions, queries

    imported(study, collections[0], team["Cem"], replaced=False)
    with pytest.raises(actions.Twin):
        imported(study, collections[1], team["Cem"], "kopie.txt", RAW, replaced=False)
    assert queries.texts_of(study).count() == 1


def test_two_who_change_a_text_are_told(study, collections, team, enter):
    (text,) = imported(study, collections[0], team["Cem"])
    coder = enter(team["Cem"])
    address = f"/studien/{study.uuid}/texte/{text.uuid}/merkmale/"
    assert page(coder, address, version="1", name="Neu", variables="Rolle = Nachbar")[0].status_code == 302
    answer, html = page(coder, address, version="1", name="Auch neu", variables="Rolle = Gast")
    assert answer.status_code == 409
    assert "Auch neu" in html
    answer, html = page(coder, address, version="2", name="Neu", variables="Rolle")
    assert answer.status_code == 422


def test_a_transcript_shows_speakers_and_times_under_pseudonyms(study, collections, team, enter):
    from nahraum_site.voices.texts import queries

    srt = (
        "1\n00:00:01,000 --> 00:00:04,000\nFrau Güneş: Guten Tag.\n\n"
        "2\n00:01:05,000 --> 00:01:09,000\nHerr Dahl: Der Bus fehlt.\n"
    )
    (text,) = imported(study, collections[0], team["Cem"], "gespräch.srt", srt.encode())
    found = queries.structure_of(text)
    content = queries.content_of(text)
    assert [(content[each.start : each.end], each.start_ms) for each in found] == [
        ("Frau [Person 1]: Guten Tag.", 1000), ("Herr [Person 2]: Der Bus fehlt.", 65000),
    ]  # fmt: skip
    assert [each.speaker for each in found] == ["Frau [Person 1]", "Herr [Person 2]"]
    assert "0:01:05" in page(enter(team["Rita"]), f"/studien/{study.uuid}/texte/{text.uuid}/")[1]


def test_pages_ask_the_same_number_of_questions_however_many_texts_there_are(study, collections, team, enter):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    reader = enter(team["Rita"])

    def asked(address):
        reader.get(address)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert reader.get(address).status_code == 200
        return len(found)

    imported(study, collections[0], team["Cem"])
    address = f"/studien/{study.uuid}/texte/"
    few = asked(address), asked(f"{address}?q=spielplatz")
    for n in range(5):
        imported(study, collections[n % 2], team["Cem"], f"{n}.txt", f"Der Spielplatz {n} ist zu klein.".encode())
    assert (asked(address), asked(f"{address}?q=spielplatz")) == few
    assert max(few) <= 20


def test_a_missing_key_is_no_reason_to_make_another(study, collections, team, enter):
    from django.conf import settings

    from nahraum_site.records import sealing

    (text,) = imported(study, collections[0], team["Cem"])
    for path in settings.KEYS.glob("*.key"):  # restored, but the keys not yet
        path.unlink()
    coder, lead = enter(team["Cem"]), enter(team["Ada"])
    assert upload(coder, study, collections[0], "b.txt", b"Neues").status_code == 422
    assert not sealing.kept()
    start = f"/studien/{study.uuid}/"
    answer, html = page(lead, f"{start}texte/{text.uuid}/")
    assert (answer.status_code, "restore-keys" in html) == (410, True)
    assert page(lead, f"{start}texte/{text.uuid}/original/")[0].status_code == 302
    assert page(lead, f"{start}erhebungen/{collections[0].uuid}/pseudonyme/", show="1")[0].status_code == 302
    assert page(lead, f"{start}texte/?q=bus")[0].status_code == 422


@pytest.mark.once
def test_what_can_harm_is_read_in_a_process_of_its_own(monkeypatch):
    from nahraum.base import BadInput
    from nahraum.evidence.voices.texts import elsewhere
    from nahraum_site.voices.texts import reading

    monkeypatch.setattr(elsewhere, "done_apart", lambda *_: None)  # broken off
    for name, content in (("a.pdf", b"%PDF-1.4"), ("a.xlsx", b"PK\x03\x04")):
        with pytest.raises(BadInput) as told:
            reading.look(name, content)
        assert [each.code for each in told.value.issues] == ["text-broken-off"]


def test_collections_without_texts_lift_no_protection_and_the_log_has_what_decides(study, collections, team, enter):
    from nahraum_site.records.models import LogEntry
    from nahraum_site.voices import actions
    from nahraum_site.voices.coding import counting
    from nahraum_site.voices.releases.queries import held_back_in

    (_text,) = imported(study, collections[1], team["Cem"])
    given = {"method": "expert_interview", "space": "Altstadt", "participants": 9}
    phantom = actions.note_collection(study, {**given, "title": "Erfunden"}, team["Ada"])
    here = str(collections[1].uuid)
    assert here in held_back_in(study)
    material = counting.table(study).coded.material
    assert [each.holds_texts for id, each in material.collections.items() if id != here] == [False, False]
    assert "Gespräch Altstadt" in page(enter(team["Ada"]), f"/studien/{study.uuid}/ergebnisse/zurueckgehalten/")[1]
    imported(study, phantom, team["Cem"], content=b"Neun reden mit.")
    assert here not in held_back_in(study)
    spare = actions.note_collection(study, {**given, "title": "Zu viel"}, team["Ada"])
    actions.remove_collection(spare, team["Ada"])
    told = {each.action: each for each in LogEntry.objects.filter(action__startswith="collection.").order_by("-pk")[:2]}
    assert given.items() <= told["collection.noted"].after.items()
    assert given.items() <= told["collection.removed"].before.items()
