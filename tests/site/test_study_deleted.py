"""A whole study is deleted: asked twice, counted before; afterwards nothing of it is left, and no backup keeps it."""

import json
import os
import re
from pathlib import Path

import pytest

from tests.site.cast import words
from tests.site.running import environment_of
from tests.site.test_texts_deleted import COMMAND, holding, run, unpack
from tests.site.texts_fixtures import apart, collections, enter, forgetful, hire, imported, study, team

__all__ = ["apart", "collections", "enter", "forgetful", "hire", "study", "team"]

# What people said: nowhere afterwards, not in backups of before either. No other test holds these words.
SAID = ("Sanddornterrasse", "Yıldız-Quittenbaum", "Schlehenlikörchen")
# What the team wrote itself: not in what is live, and not in a backup once it is restored.
WRITTEN = ("Ebereschenkapitel", "Kornelkirschenmemo", "Berberitzenregel", "Felsenbirnenkontakt", "Weißdorngrund")
TEXT = "Frau Yıldız-Quittenbaum: Auf der Sanddornterrasse fehlt Schlehenlikörchen.\n" * 3


def test_no_other_test_holds_the_words_that_are_looked_for():
    others = [path for path in Path(__file__).parents[1].rglob("*.py") if path != Path(__file__)]
    assert len(others) > 100
    assert not [path for path in others if any(word in path.read_text("utf-8") for word in SAID + WRITTEN)]


def gone(study):
    from nahraum_site.voices.models import Study

    return not Study.objects.filter(pk=study.pk).exists()


def test_only_the_lead_deletes_and_only_who_types_the_title_and_ticks(study, collections, team, enter):
    imported(study, collections[0], team["Cem"])
    address = f"/studien/{study.uuid}/loeschen/"
    for name, status in (("Cem", 403), ("Rita", 403), ("Olga", 404)):
        given = {"typed": "Nachbarschaften", "sure": "on"}
        assert enter(team[name]).post(address, given).status_code == status
    lead = enter(team["Ada"])
    for typed, sure in (("Nachbarschaft", "on"), ("", "on"), ("Nachbarschaften", ""), ("\0", "on"), ("²" * 400, "on")):
        answer = lead.post(address, {"typed": typed} | ({"sure": sure} if sure else {}))
        assert answer.status_code == 422, typed
        assert not gone(study)
    assert "nicht der Titel der Studie" in words(lead.post(address, {"typed": "Andere", "sure": "on"}))
    answer = lead.post(address, {"typed": " nachbarschaften ", "sure": "on"}, follow=True)
    assert "endgültig gelöscht" in words(answer)
    assert gone(study)
    assert lead.get(address).status_code == lead.post(address, {}).status_code == 404


def test_the_page_says_beforehand_how_much_goes(study, collections, team, enter):
    from nahraum_site.voices.coding.models import Coding
    from nahraum_site.voices.inviting import note_contact
    from nahraum_site.voices.results.actions import write_chapter

    (text,) = imported(study, collections[0], team["Cem"])
    for n in range(3):
        Coding.objects.create(text=text, coder=team["Cem"], category="k", made_with="k", start=n, end=9)
    note_contact(study, {"name": "Beratung"}, team["Ada"])
    for space, said in (("-", "Etwas."), ("Hafen", "")):
        write_chapter(study, space, said, 0, team["Ada"])
    page = words(enter(team["Ada"]).get(f"/studien/{study.uuid}/loeschen/"))
    counted = {name.partition(",")[0]: int(count) for name, count in re.findall(r"<li>(.*?): <strong>(\d+)", page)}
    assert counted == {
        "Erhebungen": 2,
        "Texte": 1,
        "Originaldateien": 1,
        "Kodierungen": 3,
        "Memos": 0,
        "Schritte des Verdichtens und Zusammenfassungen": 0,
        "Kapitel des Berichts": 1,
        "Kontakte im Register der Eingeladenen": 1,
    }


def test_the_log_keeps_that_there_was_a_study_and_no_word_of_it(study, collections, team):
    from nahraum_site.records.models import LogEntry
    from nahraum_site.voices import removal

    uuid, before = str(study.uuid), LogEntry.objects.count()
    imported(study, collections[0], team["Cem"])
    removal.delete_study(study, "Nachbarschaften", team["Ada"])
    entry = LogEntry.objects.get(action="study.deleted")
    assert (entry.thing, entry.actor) == (uuid, str(team["Ada"].uuid))
    assert {name: entry.before[name] for name in ("collections", "texts")} == {"collections": 2, "texts": 1}
    told = " ".join(f"{each.before}{each.after}" for each in LogEntry.objects.filter(number__gt=before))
    assert not [word for word in ("Nachbarschaften", "Café", "protokoll") if word in told]


def test_other_studies_stay_whole(study, collections, team):
    from nahraum_site.voices import actions, removal
    from nahraum_site.voices.texts import queries

    other = actions.begin("Nachbarschaften", team["Ada"])  # the same title
    one = actions.note_collection(other, {"method": "world_cafe", "title": "Café Hafen"}, team["Ada"])
    for where, what in ((study, collections[0]), (other, one)):
        imported(where, what, team["Ada"])
    removal.delete_study(study, "Nachbarschaften", team["Ada"])
    assert "Spielplatz" in queries.content_of(queries.texts_of(other).get())
    assert removal.sweep() == 0


def test_what_a_killed_process_left_is_finished_and_a_restored_study_goes_again(study, collections, team, apart):
    """Within a test nothing is committed: the keys are still here, as after a process that was killed."""
    from nahraum_site.records import sealing
    from nahraum_site.records.models import LogEntry
    from nahraum_site.voices import actions, removal
    from nahraum_site.voices.models import Study
    from nahraum_site.voices.texts import forgetting
    from nahraum_site.voices.texts.models import folder_of

    imported(study, collections[0], team["Cem"])
    uuid, kept = study.uuid, collections[0].uuid
    removal.delete_study(study, "Nachbarschaften", team["Ada"])
    assert kept in sealing.kept()
    assert removal.sweep() == 0
    forgetting.sweep()
    assert sealing.is_destroyed(uuid)
    assert sealing.is_destroyed(kept)
    assert not folder_of(kept).exists()
    back = actions.begin("Nachbarschaften", team["Ada"])  # as if a backup had brought it
    Study.objects.filter(pk=back.pk).update(uuid=uuid)
    assert removal.sweep() == 1
    assert gone(back)
    assert LogEntry.objects.filter(action="study.swept", thing=str(uuid)).count() == 1


# --- the whole, in processes of their own, with everything committed to real files -------------------------------

LIVE = """
import json, sys, django
django.setup()
from uuid import uuid4
from django.core.management import call_command
from tests.site.texts_fixtures import imported
given = json.load(sys.stdin)
from nahraum_site.accounts.models import User
from nahraum_site.voices.models import Study
def live():
    from nahraum_site.voices import actions, inviting
    from nahraum_site.voices.coding import memos
    from nahraum_site.voices.coding.models import Coding, Memo
    from nahraum_site.voices.condensing.actions import Wanted, write
    from nahraum_site.voices.exchange import receiving
    from nahraum_site.voices.results.actions import write_chapter
    call_command("migrate", interactive=False, verbosity=0)
    said, written = given["said"], given["written"]
    ada = User.objects.create_user("ada@musterstadt.example", "x", name="Ada")
    actions.begin("Bleibt stehen", ada)
    study = actions.begin("Geht ganz", ada, chosen_from=written[4])
    one = actions.note_collection(study, {"method": "world_cafe", "title": "Fest"}, ada)
    (text,) = imported(study, one, ada, f"{written[4]}.txt", given["text"].encode())
    coding = Coding.objects.create(text=text, coder=ada, category="k", made_with="k", start=0, end=9)
    memos.write(Memo(study=study, about="kodierung", coding=coding, author=ada), said[2], ada)
    memos.write(Memo(study=study, about="studie", author=ada), written[1], ada)
    memos.write(Memo(study=study, about="kategorie", category="k", author=ada), written[2], ada)
    write(study, Wanted(id=uuid4(), text=said[0], behind=(f"{text.uuid}:0:9",)), ada)
    write_chapter(study, "-", "Anfang", 0, ada)
    write_chapter(study, "-", written[0], 1, ada)
    inviting.note_contact(study, {"name": written[3]}, ada)
    import io, zipfile
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as file:
        file.writestr("project.qde", given["project"])
        file.writestr("Sources/a.txt", given["text"])
    receiving.take(study, f"{said[1]}.qdpx", book.getvalue(), ada, "de")
def delete():
    from nahraum_site.voices import removal
    removal.delete_study(Study.objects.get(title="Geht ganz"), "Geht ganz", User.objects.get())
def titles():
    print(json.dumps(sorted(Study.objects.values_list("title", flat=True))))
def read():
    from nahraum_site.voices.texts import queries
    print(json.dumps([queries.content_of(each) for each in queries.texts_of(Study.objects.get(title="Geht ganz"))]))
globals()[sys.argv[1]]()
"""
PROJECT = (
    '<?xml version="1.0" encoding="utf-8"?><Project xmlns="urn:QDA-XML:project:1.0" name="P"><Sources>'
    '<TextSource guid="6f1d1b1e-0000-4000-8000-000000000001" name="A" plainTextPath="internal://a.txt"/>'
    "</Sources></Project>"
)


@pytest.mark.slow
@pytest.mark.commits
def test_nothing_of_a_deleted_study_is_left_and_no_backup_brings_it_back(prepared, tmp_path, request):
    on_postgresql = bool(os.environ.get("NAHRAUM_DATABASE"))
    var, safe, out = Path(prepared["NAHRAUM_VAR"]), tmp_path / "safe", tmp_path / "out"
    safe.mkdir()
    out.mkdir()
    run(prepared, LIVE, "live", said=SAID, written=WRITTEN, text=TEXT, project=PROJECT)
    assert "Sanddornterrasse" in json.loads(run(prepared, LIVE, "read"))[0]
    if not on_postgresql:  # the looking finds what is there: the team's words, in the open
        for word in WRITTEN:
            assert holding(var, words=[word]), word
    run(prepared, COMMAND, "backup", safe / "before.tar")
    run(prepared, COMMAND, "keys", safe / "keys.json")
    assert len(list((var / "keys").glob("*.key"))) == 2  # of the collection, and of the project that waits

    run(prepared, LIVE, "delete")
    run(prepared, COMMAND, "keys", safe / "keys.json")
    run(prepared, COMMAND, "backup", out / "after.tar")
    assert json.loads(run(prepared, LIVE, "titles")) == ["Bleibt stehen"]
    assert not list((var / "keys").glob("*.key"))
    assert not [each for each in (var / "sealed").rglob("*") if each.is_file()]

    there = environment_of(tmp_path / "restored", request.getfixturevalue("new_database") if on_postgresql else None)
    run(there, COMMAND, "restore", safe / "before.tar", "--var", tmp_path / "restored")
    run(there, COMMAND, "restore_keys", safe / "keys.json")
    assert json.loads(run(there, LIVE, "titles")) == ["Bleibt stehen"]

    unpack(tmp_path, safe / "before.tar", out / "after.tar")
    assert holding(tmp_path, words=SAID) == []
    live = [out, tmp_path / "unpacked-after.tar", *([] if on_postgresql else [var, tmp_path / "restored"])]
    assert holding(*live, words=WRITTEN) == []
    assert holding(tmp_path / "unpacked-after.tar", words=["Bleibt stehen"])
    if not on_postgresql:
        assert holding(var, words=["Bleibt stehen"])
