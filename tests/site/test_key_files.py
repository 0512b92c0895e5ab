"""Keys survive what happens to disks: a lost folder, a full disk, a process that was killed, a file half damaged."""

import errno
import json
import os
from base64 import b64encode
from pathlib import Path
from uuid import uuid4

import pytest

from tests.site.running import environment_of
from tests.site.test_operation_backup import nahraum
from tests.site.test_sealing import sealing, settings_keys
from tests.site.texts_fixtures import apart, collections, enter, forgetful, hire, imported, study, team

__all__ = ["apart", "collections", "enter", "forgetful", "hire", "sealing", "settings_keys", "study", "team"]


@pytest.fixture
def key_file(sealing):
    from nahraum_site.records import key_file

    return key_file


def lose(settings_keys):
    """Let the disk with the keys die, and what it knew of destroyed ones with it."""
    for path in settings_keys().iterdir():
        path.unlink()


def held_by(path):
    return json.loads(path.read_bytes())["keys"]


def test_a_file_of_keys_loses_none_that_is_not_here_unless_it_is_destroyed(key_file, sealing, settings_keys, tmp_path):
    file, (kept, gone, deleted) = tmp_path / "keys.json", [uuid4() for _ in range(3)]
    raw = [sealing.make(each) and sealing.raw(each) for each in (kept, gone, deleted)]
    assert key_file.write(file).keys == 3
    lose(settings_keys)
    done = key_file.write(file)  # before anybody put them back
    assert (done.keys, len(done.faults)) == (3, 1)
    assert f"restore-keys {file}" in done.faults[0]
    assert held_by(file)[str(kept)] == b64encode(raw[0]).decode()
    new = uuid4()
    sealing.make(new)
    sealing.destroy(gone)
    assert key_file.write(file, {deleted}).keys == 2
    assert held_by(file).keys() == {str(kept), str(new)}
    assert all(b64encode(each) not in file.read_bytes() for each in raw[1:])
    assert key_file.restore(file).faults == []
    assert sealing.raw(kept) == raw[0]
    assert sealing.is_destroyed(deleted)
    assert key_file.write(file).faults == []


def test_a_file_with_another_key_for_the_same_is_not_touched(key_file, sealing, settings_keys, tmp_path):
    from nahraum.base import WrongRequest

    owner, file = uuid4(), tmp_path / "keys.json"
    sealing.make(owner)
    key_file.write(file)
    before = file.read_bytes()
    lose(settings_keys)
    sealing.make(owner)
    with pytest.raises(WrongRequest, match=str(owner)):
        key_file.write(file)
    assert file.read_bytes() == before
    sealing.destroy(owner)
    assert key_file.write(file).keys == 0  # of what is destroyed, none is kept


def test_a_key_that_a_full_disk_cut_off_leaves_nothing(key_file, sealing, settings_keys, tmp_path, monkeypatch):
    owner = uuid4()

    def full(_handle):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="full"):
            sealing.make(owner)
        with pytest.raises(OSError, match="full"):
            key_file.write(tmp_path / "keys.json")
    assert [path.name for path in settings_keys().iterdir()] == [sealing.LOCK]
    assert [path.name for path in tmp_path.iterdir()] == ["keys"]
    sealing.make(owner)


def test_what_a_killed_process_left_gives_way_and_a_whole_key_never(sealing, settings_keys):
    owner, other = uuid4(), uuid4()
    sealing.make(other)
    (settings_keys() / f".{owner}.part").write_bytes(b"x" * 32)
    (settings_keys() / f"{owner}.key").write_bytes(b"z" * 16)  # a key of AES, though none of ours
    with pytest.raises(sealing.Missing):
        sealing.Seal(owner)
    sealing.make(owner)
    with pytest.raises(FileExistsError):
        sealing.put(owner, b"y" * 32)
    assert len(list(settings_keys().iterdir())) == 3  # two keys, and the lock
    (settings_keys() / f".{owner}.part").write_bytes(b"x" * 32)
    sealing.destroy(owner)
    assert {path.name for path in settings_keys().iterdir()} == {sealing.LOCK, f"{owner}.gone", f"{other}.key"}


def test_keys_that_are_not_whole_do_not_spoil_the_file(key_file, sealing, settings_keys, tmp_path):
    whole, half, file = uuid4(), uuid4(), tmp_path / "keys.json"
    sealing.make(whole)
    (settings_keys() / f"{half}.key").touch()
    done = key_file.write(file)
    assert held_by(file).keys() == {str(whole)}
    assert (done.keys, str(half) in "".join(done.faults)) == (1, True)
    content = json.loads(file.read_bytes())  # as an earlier version wrote it, and somebody's slip
    content["keys"] |= {
        str(half): "",
        str(uuid4()): "c2hvcnQ=",
        "lost+found": content["keys"][str(whole)],
        str(uuid4()): None,
    }
    content["destroyed"] = ["nobody"]
    file.write_text(json.dumps(content))
    key = sealing.raw(whole)
    (settings_keys() / f"{whole}.key").write_bytes(b"half")
    done = key_file.restore(file)
    assert (done.keys, done.destroyed, len(done.faults)) == (1, 0, 5)
    assert sealing.raw(whole) == key
    assert not sealing.destroyed()
    assert len(key_file.write(file).faults) == 6  # these five, and the half one here
    assert held_by(file).keys() == {str(whole)}


def test_what_else_lies_in_the_folders_stops_nobody(sealing, settings_keys, study, collections, team, apart):
    from django.conf import settings

    from nahraum_site.voices.texts import forgetting

    imported(study, collections[0], team["Cem"])
    kept = sealing.kept()
    for name in ("Kopie von x.key", "x.gone", f"{str(uuid4()).upper()}.key", ".nfs000"):
        (settings.KEYS / name).touch()
    (settings.KEYS / "lost+found").mkdir()
    (settings.SEALED / "lost+found").mkdir()
    assert (sealing.kept(), sealing.destroyed()) == (kept, set())
    forgetting.sweep()
    assert (settings.SEALED / "lost+found").exists()


def test_only_a_collection_that_holds_nothing_gets_a_key_for_a_half_one(study, collections, team, apart):
    from nahraum_site.records import sealing
    from nahraum_site.voices.texts import vault

    path = apart / "keys" / f"{collections[0].uuid}.key"
    path.parent.mkdir()
    path.touch()
    imported(study, collections[0], team["Cem"])
    assert sealing.is_here(collections[0].uuid)
    path.write_bytes(b"")
    with pytest.raises(sealing.Missing):
        vault.seal_of(collections[0])


@pytest.fixture
def below(apart):
    """Keep sealed files where the check of the site looks for them."""
    from django.conf import settings
    from django.test import override_settings

    with override_settings(SEALED=settings.VAR / "sealed"):
        yield apart


def test_the_check_of_the_site_misses_keys_of_what_is_here_only(below, study, collections, team, apart):
    from nahraum_site.config.verification import check_site
    from nahraum_site.records import sealing

    imported(study, collections[0], team["Cem"])
    assert check_site() == []
    path = apart / "keys" / f"{collections[0].uuid}.key"
    path.rename(apart / "away")
    ours = [fault for fault in check_site() if "restore-keys" in fault]
    assert len(ours) == 1
    assert str(collections[0].uuid) in ours[0]
    assert str(collections[1].uuid) not in ours[0]  # nothing is in it
    path.touch()
    assert any("restore-keys" in fault for fault in check_site())
    sealing.destroy(collections[0].uuid)  # what is destroyed is not missed: the night removes the rows
    assert check_site() == []


def test_the_database_names_what_needs_no_key(study, collections, team, apart):
    from nahraum_site.voices.texts import forgetting

    imported(study, collections[0], team["Cem"])
    assert forgetting.deleted() == set()
    forgetting.delete_texts(collections[0], "Café Hafen", team["Ada"])
    assert forgetting.deleted() == {collections[0].uuid}


LIVE = """
import django
django.setup()
from tests.site.texts_fixtures import imported
from nahraum_site.accounts.models import User
from nahraum_site.voices import actions
ada = User.objects.create_user("ada@musterstadt.example", "ein-langes-Wort-7", name="Ada")
study = actions.begin("Nachbarschaften", ada)
given = {"method": "world_cafe", "title": "Hafen", "space": "Hafen", "participants": 12}
imported(study, actions.note_collection(study, given, ada), ada)
"""


@pytest.mark.slow
@pytest.mark.once
def test_a_restored_site_says_that_it_waits_for_its_keys(prepared, tmp_path):
    from tests.site.test_texts_deleted import run

    file, backup, new = tmp_path / "keys.json", tmp_path / "a.tar", tmp_path / "new"
    run(prepared, LIVE)
    assert nahraum(prepared, "backup", backup).returncode == 0
    assert nahraum(prepared, "keys", file).returncode == 0
    before = held_by(file)
    nowhere = environment_of(tmp_path / "nowhere", None)
    assert nahraum(nowhere, "keys", file).returncode == 2  # nothing was prepared there: a wrong folder
    there = environment_of(new, None)
    done = nahraum(there, "restore", backup, "--var", new)
    assert (done.returncode, f" --var {new}`" in done.stdout) == (0, True), done.stderr
    done = nahraum(there, "verify")
    assert (done.returncode, "restore-keys" in done.stderr) == (1, True)
    done = nahraum(there, "keys", file)
    assert (done.returncode, "restore-keys" in done.stderr, held_by(file)) == (1, True, before)
    assert nahraum(there, "restore-keys", file).returncode == 0
    assert [nahraum(there, *words).returncode for words in (["verify"], ["keys", file])] == [0, 0]
    assert Path(new, "keys", f"{next(iter(before))}.key").exists()
