"""What a backup finds wrong never costs the rest; it is written and restored wherever a file or folder may lie."""

import errno
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from nahraum.base import WrongRequest
from tests.site.cast import forgetful, hire
from tests.site.running import environment_of
from tests.site.test_operation_backup import nahraum, rows_of, small

__all__ = ["forgetful", "hire", "small"]

TWO_FILES = """
import django; django.setup()
from nahraum_site.records import files
lost, rotten, whole = (files.keep(name, [b"abc"], None) for name in ("lost.csv", "rotten.csv", "whole.csv"))
lost.path.unlink()
rotten.path.write_bytes(b"abd")
print(lost.uuid, rotten.uuid, whole.uuid)
"""
REMOVED = """
import sys; import django; django.setup()
from pathlib import Path
from nahraum_site.config import backup
from nahraum_site.records import files
file, whole = files.keep("weg.csv", [b"weg"], None), backup.holdings
def removing(database="default"):
    found = list(whole(database))
    if database == "snapshot":
        files.forget(file)
    return found
backup.holdings = removing
assert not backup.write_backup(Path(sys.argv[1])).faults
print(file.uuid)
"""
UNNAMED = """
import errno, sys
from pathlib import Path
from nahraum_site.config.restore import restore_backup
def refuse(_path, _target):
    raise OSError(errno.EBUSY, "busy")
Path.rename = refuse
try:
    restore_backup(Path(sys.argv[1]), Path(sys.argv[2]))
except OSError as error:
    print(error.errno == errno.EBUSY)
"""


def run(environment, script, *words):
    environment = {**environment, "DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    command = [sys.executable, "-c", script, *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.slow
def test_what_was_missing_or_rotten_already_is_told_and_all_the_rest_restored(prepared, tmp_path):
    lost, rotten, whole = run(prepared, TWO_FILES)
    path, place = tmp_path / "b.tar", environment_of(tmp_path / "new", None)
    assert nahraum(prepared, "backup", path).returncode == 1
    told = nahraum(place, "verify", path)
    assert told.returncode == 1
    done = nahraum(place, "restore", path, "--var", tmp_path / "new")
    assert done.returncode == 1
    assert done.stdout.startswith("Wiederhergestellt: ")
    for said in (told.stderr, done.stderr):
        assert said.splitlines() == [
            "Schon als die Sicherung geschrieben wurde, fehlte etwas oder war beschädigt:",
            f"Datei weicht vom Gespeicherten ab: kept/{rotten}.csv",
            f"Datei fehlt: kept/{lost}.csv",
        ]
    assert rows_of(place) == rows_of(prepared)
    found = {each.stem: each.read_bytes() for each in (tmp_path / "new" / "kept").iterdir()}
    assert found == {rotten: b"abd", whole: b"abc"}


@pytest.mark.slow
def test_what_somebody_removes_while_a_backup_is_written_is_no_fault(prepared, tmp_path):
    path = tmp_path / "b.tar"
    (uuid,) = run(prepared, REMOVED, path)
    assert nahraum(prepared, "verify", path).returncode == 0
    done = nahraum(environment_of(tmp_path / "new", None), "restore", path, "--var", tmp_path / "new")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Von jemandem entfernt, während die Sicherung geschrieben wurde: kept/{uuid}.csv." in done.stdout


def test_the_file_of_a_discarded_delivery_is_not_missed(django, hire):
    from nahraum_site.config.holdings import holdings
    from nahraum_site.records import files
    from nahraum_site.sources import actions
    from nahraum_site.sources.models import Upload

    file, paula = files.keep("a.csv", [b"a"], None), hire("Paula", "planner")
    first, second = (Upload.objects.create(file=file, owner=paula) for _sheet in range(2))
    for upload, is_held in ((first, True), (second, False)):
        actions.discard(upload, paula)
        assert any(str(file.uuid) in each.place for each in holdings()) is is_held


@pytest.mark.parametrize("reason", [errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_backup_is_written_where_there_are_no_hard_links(django, tmp_path, monkeypatch, reason):
    from nahraum_site.config import backup

    monkeypatch.setattr(os, "link", refusing(reason))
    backup.write_backup(tmp_path / "b.tar")
    assert [each.name for each in tmp_path.iterdir()] == ["b.tar"]
    assert (tmp_path / "b.tar").stat().st_mode & 0o777 == 0o600
    with tarfile.open(tmp_path / "b.tar") as tar:
        assert tar.getnames()[-1] == backup.MANIFEST


@pytest.mark.parametrize("reason", [errno.EPERM, errno.EEXIST])
def test_what_appeared_at_its_place_meanwhile_is_not_replaced(tmp_path, monkeypatch, reason):
    from nahraum_site.config import backup

    scratch, target = tmp_path / ".b.tar.part", tmp_path / "b.tar"
    scratch.write_text("mine")
    target.write_text("theirs")
    monkeypatch.setattr(os, "link", refusing(reason))
    with pytest.raises(WrongRequest, match="gibt es schon"):
        backup._name(scratch, target)
    assert target.read_text() == "theirs"


@pytest.mark.parametrize("reason", [errno.EPERM, errno.EIO])
def test_a_name_that_cannot_be_given_is_not_held(tmp_path, monkeypatch, reason):
    from nahraum_site.config import backup

    monkeypatch.setattr(os, "link", refusing(reason))
    monkeypatch.setattr(Path, "replace", refusing(errno.EIO))
    with pytest.raises(OSError, match="refused"):
        backup._name(tmp_path / ".b.tar.part", tmp_path / "b.tar")
    assert not list(tmp_path.iterdir())


def refusing(reason):
    def refuse(*_words):
        raise OSError(reason, "refused")

    return refuse


@pytest.mark.slow
@pytest.mark.parametrize("way", ["itself", "link", "link to nowhere"])
def test_a_folder_that_is_there_is_filled_and_never_replaced(small, tmp_path, way):
    """It may be a mount point or a link: neither can be replaced by a renaming."""
    _environment, path = small
    new = tmp_path / "new"
    var = new if way == "itself" else tmp_path / "link"
    if way != "itself":
        var.symlink_to(new)
    before = None
    if way != "link to nowhere":
        new.mkdir()
        before = new.stat().st_ino
    done = nahraum(environment_of(var, None), "restore", path, "--var", var)
    assert done.returncode == 0, done.stderr
    assert before in (None, new.stat().st_ino)
    assert var.is_symlink() is (way != "itself")
    assert (new / "secret-key").exists()
    assert not [each for folder in (new, tmp_path) for each in folder.iterdir() if ".new-" in each.name]
    assert nahraum(environment_of(var, None), "verify").returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("is_there", [True, False])
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_where_the_folder_cannot_get_its_name_nothing_was_restored(small, tmp_path, request, database, is_there):
    _environment, path = small
    address = request.getfixturevalue("new_database") if database == "postgresql" else None
    place = environment_of(tmp_path / "new", address)
    if is_there:
        (tmp_path / "new").mkdir()
    assert run(place, UNNAMED, path, tmp_path / "new") == ["True"]
    assert (tmp_path / "new").exists() is is_there
    assert not [each.name for each in tmp_path.iterdir() if ".new-" in each.name]
    done = nahraum(place, "restore", path, "--var", tmp_path / "new")
    assert done.returncode == 0, done.stderr
