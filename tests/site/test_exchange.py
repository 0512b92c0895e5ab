"""Whole projects in and out of a study: the same texts, codings, categories and memos; all of it or nothing."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.site.cast import words
from tests.site.coding_fixtures import *  # noqa: F403 - fixtures
from tests.site.coding_fixtures import SAID, at, step
from tests.site.test_formulas import refuse_formulas
from tests.site.wizard import form_of

NAME = "Güneş-Wagenknecht"


@pytest.fixture
def ada(team, enter):
    return enter(team["Ada"])


@pytest.fixture
def cem(team, enter):
    return enter(team["Cem"])


def committed():
    """Carry out what is done once a transaction is certain."""
    from django.test import TestCase

    return TestCase.captureOnCommitCallbacks(execute=True)


def worked():
    """Let the worker do what waits."""
    from nahraum_site.records import jobs

    with committed():
        while jobs.run_next():
            pass


def upload(client, study, content, name="viertel.qdpx"):
    """Upload a project and let the worker read it; return the answer to the upload."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = client.post(at(study, "austausch/"), {"file": SimpleUploadedFile(name, content)})
    worked()
    return sent


def decide(client, page, *, by=None, **other):
    """Send the page of a project to be imported, let the worker do it, and return the page that follows."""
    sent = client.post(page.request["PATH_INFO"], answered(by or page, **{"import": "1"} | other))
    assert sent.status_code == 302, words(sent)
    worked()
    return client.get(sent.url, follow=True)


def answered(answer, **other):
    """Return what a browser would send of the page as it stands, but for ``other``; Ada stands in for whoever is left
    to be chosen, and what no method is told of are documents.
    """
    from nahraum_site.accounts.models import User

    sent = form_of(answer, 'id="entscheiden"')
    usual = {"coder": str(User.objects.get(name="Ada").pk), "method": "document"}
    left = {
        name: next((usual[end] for end in usual if end in name), "") for name, value in sent.items() if value == [""]
    }
    return sent | {name: value for name, value in left.items() if value} | other


def take(client, study, content, name="viertel.qdpx", **other):
    """Upload a project and import it as the page proposes."""
    sent = upload(client, study, content, name)
    assert sent.status_code == 302, words(sent)
    page = client.get(sent.url)
    assert page.status_code == 200, words(page)
    return words(decide(client, page, **other))


def written(client, study, about, id, said):
    assert client.post(at(study, f"memos/neu/{about}/{id}/"), {"words": said, "version": "0"}).status_code == 302


def holds(study):
    """Return what a study holds, in words: texts, codings, categories, memos, collections."""
    from nahraum_site.voices.categories.queries import system_of
    from nahraum_site.voices.coding import memos
    from nahraum_site.voices.coding.models import Coding
    from nahraum_site.voices.texts.queries import contents_of, texts_of

    texts = list(texts_of(study))
    said = contents_of(texts)
    system = system_of(study)
    codings = list(Coding.objects.filter(text__in=texts, removed_at=None).select_related("text", "coder"))
    kept = list(study.memos.select_related("author", "text__collection", "coding__text__collection"))
    told = memos.said(kept)
    label = system.label

    def place(memo):
        if memo.coding:
            return said[memo.coding.text.uuid][memo.coding.start : memo.coding.end], label(memo.coding.category)
        return memo.text.name if memo.text else label(memo.category) if memo.category else ""

    return {
        "texts": sorted((t.name, said[t.uuid], tuple(t.variables.items())) for t in texts),
        "codings": sorted(
            (said[c.text.uuid][c.start : c.end], label(c.category), c.coder.name, c.is_agreed, c.is_quotation,
             c.made_at.replace(microsecond=0).isoformat())
            for c in codings
        ),
        "categories": [(label(c.id), c.description, c.anchor, c.rule, c.colour, c.codable) for c in system.categories],
        "memos": sorted((told[m.uuid], m.about, place(m), m.author.name) for m in kept),
        "collections": sorted(
            (c.title, c.method, c.space, c.day, c.place, c.participants)
            for c in study.collections.all() if c.texts.exists()
        ),
    }  # fmt: skip


@pytest.fixture
def coded(study, text, system, ada, cem, team):
    """Let two people code, quote, agree and write memos; return the study."""
    from nahraum_site.voices.coding.models import Coding
    from nahraum_site.voices.texts.models import Text

    Text.objects.filter(pk=text.pk).update(variables={"Rolle": "Mieterin"})
    made = step(cem, study, text, start=4, end=11, category=system["Wohnen"], quotation=True).json()["codings"][0][0]
    step(cem, study, text, start=4, end=11, category=system["Verkehr"])
    step(ada, study, text, start=0, end=len(SAID), category=system["Ressourcen"])
    gone = step(ada, study, text, start=0, end=2, category=system["Ressourcen"]).json()["codings"][0][0]
    step(ada, study, text, "remove", coding=gone)
    id = system["Verkehr"]
    Coding.objects.create(text=text, coder=team["Ada"], category=id, made_with=id, start=0, end=9, is_agreed=True)
    for about, thing in (("studie", study.uuid), ("kategorie", id), ("text", text.uuid), ("kodierung", made)):
        written(cem, study, about, thing, f"Zu {about}: 🌳\nE\u0301s")
    return study


def another(team, member=None):
    """Return an empty study that Ada leads."""
    from nahraum_site.voices import actions
    from nahraum_site.voices.models import Member

    made = actions.begin("Neue Studie", team["Ada"])
    if member:
        Member.objects.create(study=made, user=team[member], part=Member.Part.CODER)
    return made


def test_a_study_leaves_and_becomes_the_same_study_again(coded, text, ada, cem, team, collections, apart):
    from nahraum_site.records.models import LogEntry
    from nahraum_site.voices.coding.models import Coding, Openness

    coded.collections.update(place="Bürgerhaus", participants=16)
    page = words(ada.get(at(coded, "austausch/")))
    assert "Es gehen nur Ihre eigenen Kodierungen und Memos mit" in page
    assert "Register der Einladungen" in page
    for client, status in ((cem, 403), (ada, 200)):
        assert client.get(at(coded, "austausch/projekt.qdpx")).status_code == status
    blind = ada.get(at(coded, "austausch/kodierungen.csv"))
    assert {row.split(";")[1] for row in blind.content.decode().splitlines()[1:] if ";" in row} == {"Ada"}
    Openness.objects.create(study=coded, is_open=True)
    assert "Zurückgenommene Kodierungen bleiben hier: 1." in words(ada.get(at(coded, "austausch/")))
    sent = ada.get(at(coded, "austausch/projekt.qdpx"))
    assert LogEntry.objects.first().after == {"kind": "qdpx", "all": True, "texts": 1, "codings": 4}
    table = ada.get(at(coded, "austausch/kodierungen.csv")).content
    refuse_formulas(table.removeprefix("\ufeff".encode()), "kodierungen.csv", named=False)
    assert not [path for path in apart.rglob("*") if path.is_file() and b"Der Platz" in path.read_bytes()]
    assert {(each[4], each[5]) for each in holds(coded)["collections"]} == {("Bürgerhaus", 16)}
    new = another(team, "Cem")
    new.spaces = ["Hafen"]
    new.save()
    page = take(ada, new, sent.content)
    assert "Texte 1, Kodierungen 4, Memos 4" in page
    assert holds(new) == holds(coded)
    assert not list((apart / "sealed").glob("*/project"))
    # The same file once more: it is told, and where it came from nothing is there twice.
    again = upload(ada, new, sent.content)
    assert "Genau diese Datei wurde am" in words(ada.get(again.url))
    refused = ada.post(again.url, answered(ada.get(again.url), **{"import": "1"}))
    assert refused.status_code == 422
    decide(ada, ada.get(again.url), once_more="on")
    assert holds(new) == holds(coded)
    before = Coding.objects.count()
    take(ada, coded, sent.content)
    assert Coding.objects.count() == before
    assert "davon gibt es hier schon" not in words(ada.get(at(coded, "austausch/")))
    # A table of codings goes to the texts that are here.
    Coding.objects.filter(text__collection__study=new).delete()
    take(ada, new, table, "kodierungen.csv")
    assert [row[:4] for row in holds(new)["codings"]] == [row[:4] for row in holds(coded)["codings"]]


def foreign(tmp_path, said, marks, memo="", **more):
    """Return a project of another program: one text, codings of somebody who is not here, a memo on the first."""
    from tests.core.voices import refi_files as refi

    source = refi.text_source(
        [refi.selection(start, end, n) for n, (start, end) in enumerate(marks, 1)], name=f"Gespräch {NAME}"
    )
    note = f'<Notes><Note guid="{refi.guid(1, 7)}" name="n"><PlainTextContent>{memo}</PlainTextContent></Note></Notes>'
    source = source.replace("</CodeRef>", "").replace(
        f'<CodeRef targetGUID="{refi.CODE}"/>',
        f'<CodeRef targetGUID="{refi.CODE}"/>' + (f'<NoteRef targetGUID="{refi.guid(1, 7)}"/>' if memo else ""),
    )
    xml = refi.project(source, after=note if memo else "", origin="Nahraum", **more)
    return refi.qdpx(tmp_path / "fremd.qdpx", xml, {"sources/a.txt": said}).read_bytes()


def test_names_are_replaced_and_every_coding_keeps_its_words(study, collections, team, ada, cem, tmp_path, apart):
    from nahraum_site.voices.coding.models import Memo
    from nahraum_site.voices.texts.queries import key_of

    said = f"Der Platz 🌳🌳 ist laut.\nFrau {NAME}: E\u0301s fehlt ein Treff 🚌.\nAnruf: 0214 5550123."
    quotations = ["🌳🌳 ist", f"Frau {NAME}: E\u0301s", "Treff 🚌.\nAnruf"]
    marks = [(said.index(words), said.index(words) + len(words)) for words in quotations]
    content = foreign(tmp_path, said, marks, memo=f"{NAME} fragen")
    assert cem.post(at(study, "austausch/"), {}).status_code == 403
    page = ada.get(upload(ada, study, content).url)
    assert NAME in words(page)
    sealed = [path for path in (apart / "sealed").rglob("*") if path.is_file()]
    assert sorted(path.name[:5] for path in sealed) == ["named", "proje", "read-"]
    assert not any(NAME.encode() in path.read_bytes() for path in sealed)
    to = str(collections[0].uuid)
    given = {"import": "1", "group_0_to": to, "coder_0": str(team["Cem"].pk)}
    # Of two who are not in the team nobody is taken for the same person; to look at the marks it may stay open.
    blank = {"group_0_to": to, "coder_0": "", "look": "1"}
    assert "Wählen Sie, wer das ist." not in words(ada.post(page.request["PATH_INFO"], answered(page, **blank)))
    refused = ada.post(page.request["PATH_INFO"], answered(page, **{**blank, "import": "1"}))
    assert (refused.status_code, "Wählen Sie, wer das ist." in words(refused)) == (422, True)
    # Somebody marks one word more: that is looked at first.
    looked = ada.post(page.request["PATH_INFO"], answered(page, **given, others="Treff"))
    assert looked.status_code == 422
    assert "Eingelesen" in words(decide(ada, page, by=looked, **given, others="Treff"))
    found = holds(study)
    (text,) = found["texts"]
    assert text[1] == said.replace(NAME, "[Person 1]").replace("0214 5550123", "[Telefon 1]").replace(
        "Treff", "[Auslassung 1]"
    )
    assert text[0] == "Gespräch [Person 1]"
    expected = ["🌳🌳 ist", "Frau [Person 1]: E\u0301s", "[Auslassung 1] 🚌.\nAnruf"]
    assert [row[0] for row in found["codings"]] == sorted(expected)
    assert {row[2] for row in found["codings"]} == {"Cem"}
    assert "n\n[Person 1] fragen" in [row[0] for row in found["memos"]]  # with its title
    assert Memo.objects.get(coding__start=found["texts"][0][1].index("🌳")).words == ""  # sealed
    assert key_of(collections[0]).originals("[Person 1]") == (NAME,)
    assert not (apart / "sealed").joinpath(page.request["PATH_INFO"].split("/")[-2]).exists()


def test_all_or_nothing_and_what_waits_goes_when_its_time_is_over(study, collections, system, team, ada, tmp_path,
                                                                 apart, monkeypatch):  # fmt: skip
    from django.utils import timezone

    from nahraum_site.records import sealing
    from nahraum_site.voices.exchange import receiving, storing
    from nahraum_site.voices.exchange.models import Arrival
    from nahraum_site.voices.texts import forgetting

    content = foreign(tmp_path, "Bus fehlt überall.", [(0, 3)])
    page = ada.get(upload(ada, study, content).url)
    before = holds(study), study.collections.count()
    with monkeypatch.context() as broken:
        broken.setattr(storing, "_remember", lambda *_given: 1 / 0)
        assert "Hier ist etwas schiefgegangen" in words(decide(ada, page))
    assert (holds(study), study.collections.count()) == before
    assert upload(ada, study, content).url == page.request["PATH_INFO"]  # it waits already
    waits = Arrival.objects.get()
    assert waits.stage == Arrival.Stage.WAITING
    with committed():
        assert receiving.sweep() == 0
        Arrival.objects.update(made_at=timezone.now() - timedelta(days=15))
        assert receiving.sweep() == 1
    assert waits.uuid not in sealing.kept()
    assert not waits.path.exists()
    # Deleting texts sets aside what waits: it may hold the same words.
    upload(ada, study, content)
    with committed():
        forgetting.delete_texts(collections[0], "Café Hafen", team["Ada"])
    assert not Arrival.objects.exists()
    # A process that was killed while a file came leaves a row, and the nights remove it.
    left = Arrival.objects.create(study=study, size=1, sha256="0" * 64, made_at=timezone.now() - timedelta(days=2))
    sealing.make(left.uuid)
    with committed():
        assert receiving.sweep() == 1
    assert left.uuid not in sealing.kept()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04kaputt", b"SQLite format 3\0kaputt", b"nichts"])
def test_what_no_program_wrote_is_refused_and_told_until_it_is_discarded_knowingly(study, team, ada, content, apart):
    from nahraum_site.voices.exchange.models import Arrival

    sent = upload(ada, study, content)
    if not content:
        assert sent.status_code == 422
        return
    page = words(ada.get(sent.url, follow=True))
    assert "Nicht angenommen" in page
    assert "ließ sich nicht lesen" in page
    one = Arrival.objects.get()
    assert not one.path.exists()
    with committed():
        upload(ada, study, content)  # once more: there are not two of it
    one = Arrival.objects.get()
    address = at(study, f"austausch/{one.uuid}/verwerfen/")
    listed = words(ada.get(at(study, "austausch/")))
    assert "wird sofort vernichtet" in listed.partition(address)[0]  # said before the button
    assert "Nichts wurde vernichtet" in words(ada.post(address, follow=True))
    assert Arrival.objects.exists()
    with committed():
        assert "Die hochgeladene Datei ist vernichtet" in words(ada.post(address, {"sure": "1"}, follow=True))
    assert not Arrival.objects.exists()
    assert not one.path.parent.exists()


def test_a_project_of_taguette_comes_in_and_a_large_one_in_few_questions(study, team, ada, tmp_path, django):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.core.voices.test_refi_taguette import WORDS, taguette
    from tests.core.voices.test_refi_taguette import at as places

    path = taguette(tmp_path / "t.sqlite3", [(*places("Der Bus fährt 😀"), "Der Bus fährt 😀", 2)])
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA journal_mode = WAL")
    take(ada, study, path.read_bytes(), "t.sqlite3")
    assert [row[0] for row in holds(study)["codings"]] == ["Der Bus fährt 😀"]
    assert holds(study)["texts"][0][1] == WORDS
    said = "Bus fehlt überall, sagt die Gruppe. " * 40
    marks = [(n % 900, n % 900 + 5 + n // 900) for n in range(2000)]
    asked = []
    for words_of_it, some in ((f"Erste Runde. {said}", marks[:20]), (said, marks)):
        page = ada.get(upload(ada, study, foreign(tmp_path, words_of_it, some)).url)
        with CaptureQueriesContext(connection) as captured:
            decide(ada, page)
        asked.append(len(captured))
    assert len(holds(study)["codings"]) == 2021
    assert asked[1] < asked[0] + 20, "codings are asked for together"


def test_only_the_team_and_only_the_lead(study, team, enter, ada):
    assert enter(team["Olga"]).get(at(study, "austausch/")).status_code == 404
    assert enter(team["Rita"]).get(at(study, "austausch/")).status_code == 403
    assert ada.get(at(study, f"austausch/{uuid4()}/")).status_code == 404
    assert "Austausch" in words(ada.get(at(study)))
    assert "Austausch" not in words(enter(team["Cem"]).get(at(study)))
