"""What was deleted is gone: its words stand nowhere in database, write-ahead log, folders, exports or old backups."""

import gzip
import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tests.site.running import environment_of
from tests.site.texts_fixtures import apart, collections, enter, forgetful, hire, imported, study, team

__all__ = ["apart", "collections", "enter", "forgetful", "hire", "study", "team"]

# Words that no other test holds, or its traces on the common server would be taken for ours (asserted below); one of
# them is a name that becomes a pseudonym.
WORDS = ("Mispelhainallee", "Özçelik-Krahmüller", "Hagebuttenmus")
SAID = "Frau Özçelik-Krahmüller: Die Mispelhainallee hat keinen Spielplatz, nur Hagebuttenmus.\n" * 3
KEPT = "Am Hafenbecken fehlt eine Mirabellenbank.\n"


def test_only_who_types_the_name_deletes_and_the_lead_alone(study, collections, team, enter):
    from nahraum_site.voices.texts import queries

    imported(study, collections[0], team["Cem"])
    address = f"/studien/{study.uuid}/erhebungen/{collections[0].uuid}/texte-loeschen/"
    assert enter(team["Cem"]).post(address, {"typed": "Café Hafen"}).status_code == 403
    lead = enter(team["Ada"])
    assert lead.post(address, {"typed": "Café"}).status_code == 422
    assert queries.texts_of(study).count() == 1
    assert lead.post(address, {"typed": "café  hafen"}).status_code == 302
    assert queries.texts_of(study).count() == 0


def test_what_is_due_is_told_until_it_is_deleted(study, collections, team, enter):
    from datetime import timedelta

    from django.utils import timezone

    from nahraum_site.voices.models import Collection
    from nahraum_site.voices.texts import forgetting

    today = timezone.localdate()
    imported(study, collections[0], team["Cem"])
    imported(study, collections[1], team["Cem"], "b.txt", KEPT.encode())
    Collection.objects.filter(pk=collections[0].pk).update(delete_on=today)
    Collection.objects.filter(pk=collections[1].pk).update(delete_on=today + timedelta(days=20))
    reader = enter(team["Rita"])
    for address in (f"/studien/{study.uuid}/texte/", f"/studien/{study.uuid}/"):
        html = reader.get(address).content.decode()
        section = html[html.index('id="loeschen"') :].partition("</section>")[0]
        assert re.findall("<strong>(.*?)</strong>", section) == ["Café Hafen", "Gespräch Altstadt"]
    forgetting.delete_texts(collections[0], "Café Hafen", team["Ada"])
    for address in (f"/studien/{study.uuid}/texte/", f"/studien/{study.uuid}/"):
        html = reader.get(address).content.decode()
        section = html[html.index('id="loeschen"') :].partition("</section>")[0]
        assert re.findall("<strong>(.*?)</strong>", section) == ["Gespräch Altstadt"]


def test_a_collection_with_texts_is_not_removed_and_a_deleted_one_takes_none(study, collections, team, enter):
    from nahraum.base import WrongRequest
    from nahraum_site.voices import actions
    from nahraum_site.voices.texts import forgetting

    imported(study, collections[0], team["Cem"])
    with pytest.raises(WrongRequest):
        actions.remove_collection(collections[0], team["Ada"])
    forgetting.delete_texts(collections[0], "Café Hafen", team["Ada"])
    with pytest.raises(WrongRequest):
        imported(study, collections[0], team["Cem"])
    actions.remove_collection(collections[0], team["Ada"])


def test_the_nights_finish_what_was_interrupted_and_touch_no_foreign_keys(study, collections, team, apart):
    from uuid import uuid4

    from nahraum_site.records import sealing
    from nahraum_site.voices.texts import forgetting, queries
    from nahraum_site.voices.texts.models import Text, folder_of

    imported(study, collections[0], team["Cem"])
    imported(study, collections[1], team["Cem"], "b.txt", KEPT.encode())
    foreign = uuid4()
    sealing.make(foreign)
    forgetting.delete_texts(collections[0], "Café Hafen", team["Ada"])  # killed before it was committed to the disk:
    assert collections[0].uuid in sealing.kept()  # within a test nothing is ever committed
    orphan = folder_of(collections[1].uuid) / str(uuid4())
    orphan.write_bytes(b"half")
    os.utime(orphan, (0, 0))
    assert forgetting.sweep() >= 2
    assert sealing.kept() == {collections[1].uuid, foreign}
    assert not orphan.exists()
    assert not folder_of(collections[0].uuid).exists()
    assert queries.content_of(queries.texts_of(study).get()).strip() == KEPT.strip()
    sealing.destroy(collections[1].uuid)  # as after a restore with today's keys: rows without a key
    with pytest.raises(sealing.Destroyed):
        queries.content_of(queries.texts_of(study).get())
    assert forgetting.sweep() >= 1
    assert not Text.objects.exists()


def test_an_import_that_fails_leaves_neither_row_nor_file(study, collections, team, apart, monkeypatch):
    from nahraum_site.records import log
    from nahraum_site.voices.texts import actions
    from nahraum_site.voices.texts.models import Source, Text

    def fail(*_arguments, **_more):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(log, "write", fail)
        with pytest.raises(RuntimeError):
            actions.take_file(study, collections[0], "a.txt", SAID.encode(), team["Cem"])
    assert not Source.objects.exists()
    assert not [each for each in (apart / "sealed").rglob("*") if each.is_file()]
    source = actions.take_file(study, collections[0], "a.txt", SAID.encode(), team["Cem"])
    from nahraum_site.voices.texts import queries

    drafts = queries.drafts_of(source)
    with monkeypatch.context() as patch:
        patch.setattr(log, "write", fail)
        with pytest.raises(RuntimeError):
            actions.freeze(source, drafts, actions.Wanted(name="x", variables={}, decisions=[()]), 1, team["Cem"])
    assert not Text.objects.exists()
    source.refresh_from_db()
    assert source.stage == Source.Stage.WAITING


# --- the whole, in processes of their own, with everything committed to real files -------------------------------

LIVE = """
import json, sys, django
django.setup()
from django.core.management import call_command
from tests.site.texts_fixtures import imported
words = json.load(sys.stdin)
from nahraum_site.accounts.models import User
from nahraum_site.voices.models import Collection, Study
def live():
    from nahraum_site.voices import actions
    call_command("migrate", interactive=False, verbosity=0)
    ada = User.objects.create_user("ada@musterstadt.example", "x", name="Ada")
    study = actions.begin("Nachbarschaften", ada)
    for title, said in words["texts"].items():
        one = actions.note_collection(study, {"method": "world_cafe", "title": title}, ada)
        imported(study, one, ada, "p.txt", said.encode())
    condense(study, ada)
def condense(study, ada):
    from uuid import uuid4
    from nahraum_site.voices.coding.models import Coding
    from nahraum_site.voices.condensing.actions import Wanted, write
    from nahraum_site.voices.texts.models import Text
    lifted = []
    for text in Text.objects.filter(collection__study=study):
        Coding.objects.create(text=text, coder=ada, category="k", made_with="k", start=0, end=9)
        above = f"{text.uuid}:0:9"
        for said in ("Die Mispelhainallee", "Hagebuttenmus"):
            above = str(write(study, Wanted(id=uuid4(), text=said, behind=(above,)), ada).uuid)
        lifted.append(above)
    write(study, Wanted(id=uuid4(), text="Nur Hagebuttenmus", behind=tuple(lifted)), ada)
def steps():
    from nahraum_site.voices.condensing import kept
    found = kept.opened(Study.objects.get(), User.objects.get())
    print(json.dumps([sorted(each.text for each in found.chain.steps.values() if ":" not in each.id), len(found.gone)]))
def delete():
    from nahraum_site.voices.texts import forgetting
    forgetting.delete_texts(Collection.objects.get(title=words["title"]), words["title"], User.objects.get())
def read():
    from nahraum_site.records import sealing
    from nahraum_site.voices.texts import queries
    found = {}
    for text in queries.texts_of(Study.objects.get()):
        try:
            found[text.collection.title] = queries.content_of(text)
        except sealing.Destroyed:
            found[text.collection.title] = None
    print(json.dumps(found))
def sweep():
    from nahraum_site.voices.texts import forgetting
    forgetting.sweep()
globals()[sys.argv[1]]()
"""
COMMAND = "import sys; from nahraum_site.config import commands; getattr(commands, sys.argv.pop(1))()"


def run(environment, code, *words, **given):
    environment = {**environment, "DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    environment["PYTHONPATH"] = os.pathsep.join([*sys.path, str(Path(__file__).parents[2])])
    command = [sys.executable, "-c", code, *map(str, words)]
    done = subprocess.run(
        command, env=environment, input=json.dumps(given), capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_no_other_test_holds_the_words_that_are_looked_for():
    others = [path for path in Path(__file__).parents[1].rglob("*.py") if path != Path(__file__)]
    assert len(others) > 100
    assert not [path for path in others if any(word in path.read_text("utf-8") for word in WORDS)]


def holding(*folders, words=WORDS):
    """Return every file below that holds one of the words, as UTF-8 or as JSON escapes it."""
    wanted = [form for word in words for form in (word.encode(), json.dumps(word)[1:-1].encode())]
    found, read = [], 0
    for path in (path for folder in folders for path in Path(folder).rglob("*") if path.is_file()):
        content = path.read_bytes()
        read += 1
        found += [path for word in wanted if word in content]
    assert read
    return found


@pytest.mark.slow
@pytest.mark.commits
def test_deleted_words_are_nowhere_and_no_backup_brings_them_back(prepared, tmp_path, request):
    on_postgresql = bool(os.environ.get("NAHRAUM_DATABASE"))
    texts = {"Café Hafen": SAID, "Gespräch": KEPT}
    safe, out = tmp_path / "safe", tmp_path / "out"
    safe.mkdir()
    out.mkdir()
    run(prepared, LIVE, "live", texts=texts)
    opened = json.loads(run(prepared, LIVE, "read"))
    assert "Hagebuttenmus" in opened["Café Hafen"]  # it was there, and could be read
    run(prepared, COMMAND, "backup", safe / "before.tar")
    run(prepared, COMMAND, "keys", safe / "keys.json")
    old_keys = (safe / "keys.json").read_bytes()
    held = os.open(safe / "keys.json", os.O_RDONLY)  # the file that will be replaced
    run(prepared, LIVE, "delete", title="Café Hafen")
    run(prepared, COMMAND, "keys", safe / "keys.json")
    assert not os.pread(held, 1 << 20, 0).strip(b"\0")  # its bytes were overwritten
    run(prepared, COMMAND, "backup", out / "after.tar")

    # restored from before, with the keys of today
    there = environment_of(tmp_path / "restored", request.getfixturevalue("new_database") if on_postgresql else None)
    run(there, COMMAND, "restore", safe / "before.tar", "--var", tmp_path / "restored")
    run(there, COMMAND, "restore_keys", safe / "keys.json")
    restored = json.loads(run(there, LIVE, "read"))
    assert restored["Café Hafen"] is None
    assert restored["Gespräch"].strip() == KEPT.strip()
    run(there, LIVE, "sweep")
    assert list(json.loads(run(there, LIVE, "read"))) == ["Gespräch"]
    for each in (prepared, there):  # what was made of both goes with the one, what was made of the other stays
        assert json.loads(run(each, LIVE, "steps")) == [["Die Mispelhainallee", "Hagebuttenmus"], 1]
    # an older file of keys brings none back either
    (safe / "old.json").write_bytes(old_keys)
    run(there, COMMAND, "restore_keys", safe / "old.json")
    run(prepared, COMMAND, "restore_keys", safe / "old.json")
    assert list(json.loads(run(prepared, LIVE, "read"))) == ["Gespräch"]
    gone = json.loads((safe / "keys.json").read_text())["destroyed"]
    (safe / "old.json").unlink()
    for var in (Path(prepared["NAHRAUM_VAR"]), tmp_path / "restored"):
        assert not list((var / "keys").glob(f"{gone[0]}.key"))

    unpack(tmp_path, safe / "before.tar", out / "after.tar")
    folders = [tmp_path]
    if on_postgresql:
        folders.append(_data_folder())
    assert holding(*folders) == []
    database = folders[-1] if on_postgresql else Path(prepared["NAHRAUM_VAR"])
    for folder in (database, *tmp_path.glob("unpacked-*")):  # we really look where rows are
        assert any(b"Nachbarschaften" in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def unpack(folder, *backups):
    """Lay open what is packed, so that words are looked for inside it, too."""
    for backup in backups:
        with tarfile.open(backup) as tar:
            tar.extractall(folder / f"unpacked-{backup.name}", filter="data")
    for path in folder.rglob("*.gz"):
        path.with_suffix(".plain").write_bytes(gzip.decompress(path.read_bytes()))


def _data_folder():
    """Return where PostgreSQL keeps its tables and pg_wal, with everything written out."""
    import psycopg

    with psycopg.connect(os.environ["NAHRAUM_DATABASE"], autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        folder = Path(connection.execute("SHOW data_directory").fetchone()[0])
    assert list((folder / "pg_wal").iterdir())
    return folder
