"""Backups are really restored: every row compared, pages served from it, damage noticed, nothing half-written."""

import json
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time

import pytest

from tests.site.running import NAHRAUM, environment_of, running
from tests.site.test_operation_serve import begun
from tests.site.visitor import Visitor

pytestmark = pytest.mark.slow
ROWS = """
import json, sys, django
django.setup()
from django.apps import apps
rows = {}
for model in apps.get_models(include_auto_created=True):
    names = [field.attname for field in model._meta.concrete_fields]
    found = model._base_manager.order_by("pk").values_list(*names)
    rows[model._meta.label_lower] = [json.loads(json.dumps(row, default=repr, sort_keys=True)) for row in found]
json.dump(rows, sys.stdout)
"""
# Sessions are left out on purpose; the signs of life go on after the backup was written.
OF_THE_MOMENT = {"sessions.session", "usersessions.usersession", "records.sign"}


def rows_of(environment):
    environment = {**environment, "DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    done = subprocess.run([sys.executable, "-c", ROWS], env=environment, capture_output=True, text=True, check=True)
    return {table: rows for table, rows in json.loads(done.stdout).items() if table not in OF_THE_MOMENT}


def nahraum(environment, *words):
    return subprocess.run(
        [NAHRAUM, *map(str, words)], env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def files_below(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for part in ("kept", "files")
        for path in (folder / part).rglob("*")
        if path.is_file()
    }


@pytest.fixture
def lived_in(prepared, tmp_path, site_town):
    """Run a site with Musterstadt and an administrator who keeps editing a page."""
    with running(prepared, tmp_path, "--project", site_town) as site:
        yield site, begun(site)


@pytest.mark.postgresql
def test_what_was_backed_up_while_people_worked_is_restored_row_by_row(lived_in, prepared, tmp_path, new_database):
    site, visitor = lived_in
    over = threading.Event()

    def edit():
        text = 0
        while not over.is_set():
            text += 1
            assert visitor.post("/impressum/bearbeiten/", german=f"Fassung **{text}** – Straße", english="") == 200

    editor = threading.Thread(target=edit)
    editor.start()
    try:
        busy = nahraum(prepared, "backup", tmp_path / "busy.tar")
    finally:
        over.set()
        editor.join()
    calm = nahraum(prepared, "backup", tmp_path / "calm.tar")
    assert (busy.returncode, calm.returncode) == (0, 0), busy.stderr + calm.stderr
    assert (tmp_path / "calm.tar").stat().st_mode & 0o077 == 0
    assert nahraum(prepared, "verify").returncode == 0
    page, key = (tmp_path / "var" / "secret-key").read_text(), "secret-key"
    source = rows_of(prepared)
    assert len(source["indicators.value"]) > 10_000
    for n, database in enumerate((None, new_database)):
        place = environment_of(tmp_path / f"restored{n}", database)
        done = nahraum(place, "restore", tmp_path / "calm.tar", "--var", place["NAHRAUM_VAR"])
        assert done.returncode == 0, done.stderr
        found = rows_of(place)
        assert found.keys() == source.keys()
        assert not [table for table in source if found[table] != source[table]]
        assert files_below(tmp_path / f"restored{n}") == files_below(tmp_path / "var")
        assert (tmp_path / f"restored{n}" / key).read_text() == page
        assert nahraum(place, "restore", tmp_path / "calm.tar", "--var", place["NAHRAUM_VAR"]).returncode == 2
    with running(place, tmp_path) as again:
        stranger = Visitor(again.address)
        for path in ("/", "/gebiete/1306/", "/impressum/"):
            assert stranger.get(path) == Visitor(site.address).get(path) == 200
        assert "Straße" in stranger.text
        # The restored database goes on counting where it stopped: new rows collide with none.
        fields = {"login": "grete@rathaus.example", "password": "Wolkenbruch-am-Hafen-7"}
        assert stranger.post("/anmelden/", **fields) == 200
        assert stranger.post("/menschen/einladen/", email="neu@rathaus.example", name="Neu", roles=["leader"]) == 200
        assert "/einmal/" in stranger.text
    moment = environment_of(tmp_path / "moment", None)
    assert nahraum(moment, "restore", tmp_path / "busy.tar", "--var", moment["NAHRAUM_VAR"]).returncode == 0
    then = rows_of(moment)
    columns = {"action": 3, "version": 3}
    edits = [row for row in then["records.logentry"] if row[columns["action"]] == "page.changed"]
    assert len(edits) == (then["records.page"][0][columns["version"]] if then["records.page"] else 0)


@pytest.fixture
def small(prepared, tmp_path):
    """Return a site that was prepared and holds nothing, and a backup of it."""
    assert nahraum(prepared, "backup", tmp_path / "small.tar").returncode == 0
    return prepared, tmp_path / "small.tar"


def test_damage_is_noticed_and_not_restored(small, tmp_path):
    environment, path = small
    assert nahraum(environment, "verify", path).returncode == 0
    with tarfile.open(path) as tar:
        member = tar.getmember("tables/records.sign.jsonl.gz")
    content = bytearray(path.read_bytes())
    content[member.offset_data + member.size // 2] ^= 1
    (tmp_path / "flipped.tar").write_bytes(content)
    (tmp_path / "cut.tar").write_bytes(content[: len(content) // 2])
    place = environment_of(tmp_path / "new", None)
    for damaged, code in (("flipped.tar", 1), ("cut.tar", 2)):
        assert nahraum(place, "verify", tmp_path / damaged).returncode == code
        assert nahraum(place, "restore", tmp_path / damaged, "--var", tmp_path / "new").returncode == 2
        assert not (tmp_path / "new").exists()
    assert not [left.name for left in tmp_path.iterdir() if left.name.startswith(".")]


def test_a_backup_never_overwrites_and_is_never_restored_over_data(small, tmp_path):
    environment, path = small
    before = path.read_bytes()
    assert nahraum(environment, "backup", path).returncode == 2
    assert path.read_bytes() == before
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "letter.txt").write_text("mine")
    assert nahraum(environment, "restore", path, "--var", tmp_path / "used").returncode == 2
    assert [each.name for each in (tmp_path / "used").iterdir()] == ["letter.txt"]


def test_a_backup_that_is_killed_leaves_no_half_file(small, tmp_path):
    environment, _path = small
    target, part = tmp_path / "killed.tar", tmp_path / ".killed.tar.part"
    process = subprocess.Popen([NAHRAUM, "backup", target], env=environment)
    while not part.exists():
        assert process.poll() is None
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not target.exists()
    assert nahraum(environment, "backup", target).returncode == 0
    assert not part.exists()
    assert nahraum(environment, "verify", target).returncode == 0


def test_the_check_of_the_site_finds_a_changed_file_and_a_changed_log(edition, site_town):
    from django.conf import settings
    from django.db import connection

    from nahraum_site.config.verification import check_site
    from nahraum_site.records import log

    assert check_site() == []
    path = settings.FILES / str(edition.uuid) / "werte.csv"
    whole = path.read_bytes()
    try:
        path.write_bytes(whole.replace(b"1", b"2", 1))
        (fault,) = check_site()
        assert "werte.csv" in fault
        path.unlink()
        (fault,) = check_site()
        assert "fehlt" in fault
    finally:
        path.write_bytes(whole)
    entry = log.write(None, "test.first")
    log.write(None, "test.second")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER records_log_no_update")
        else:
            cursor.execute("ALTER TABLE records_logentry DISABLE TRIGGER ALL")
        cursor.execute("UPDATE records_logentry SET action = 'test.other' WHERE number = %s", [entry.number])
    (fault,) = check_site()
    assert str(entry.number) in fault
