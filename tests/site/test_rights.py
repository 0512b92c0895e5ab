"""Whatever the site writes, nobody else on this machine can read."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.cast import enter, forgetful, hire
from tests.site.running import NAHRAUM

__all__ = ["enter", "forgetful", "hire"]
pytestmark = [pytest.mark.once, pytest.mark.skipif(os.name != "posix", reason="rights of POSIX")]


def readable_by_others(folder: Path) -> list[str]:
    """Return what others could read, write or enter, without what only leads elsewhere."""
    return [
        f"{path.relative_to(folder)} {stat.filemode(path.lstat().st_mode)}"
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink() and path.lstat().st_mode & 0o077
    ]


def shown(environment, *words, umask=0o022, **more):
    """Run a command of ours as a careless person would: with files open to all."""
    return subprocess.run(
        [str(word) for word in words], env=environment, capture_output=True, text=True, check=True, timeout=200,
        umask=umask, **more,
    )  # fmt: skip


def test_a_fresh_site_opens_nothing_to_others(fresh, tmp_path):
    var = Path(fresh["NAHRAUM_VAR"])
    shown(fresh, NAHRAUM, "prepare")
    assert {each.name for each in var.iterdir()} >= {"secret-key", "static"}
    assert readable_by_others(var) == []
    shown(fresh, NAHRAUM, "backup", tmp_path / "sicherung.tar")
    assert stat.S_IMODE((tmp_path / "sicherung.tar").stat().st_mode) == 0o600
    assert readable_by_others(var) == []
    restored = {**fresh, "NAHRAUM_VAR": str(tmp_path / "neu" / "var")}
    if "NAHRAUM_DATABASE" not in fresh:
        shown(restored, NAHRAUM, "restore", tmp_path / "sicherung.tar", "--var", restored["NAHRAUM_VAR"])
        assert readable_by_others(tmp_path / "neu" / "var") == []


def test_a_folder_that_was_open_is_closed_and_what_is_written_later_too(fresh):
    var = Path(fresh["NAHRAUM_VAR"])
    var.mkdir(mode=0o777)
    var.chmod(0o777)
    code = """
import django; django.setup()
from django.core.management import call_command; call_command("migrate", verbosity=0)
from nahraum_site.records import files; files.keep("a.csv", [b"a"], None)
from django.conf import settings
for folder in (settings.WORK, settings.READINGS, settings.TILES, settings.FILES):
    (folder / "x").mkdir(parents=True); (folder / "x" / "y").write_text("y")
"""
    shown({**fresh, "DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}, sys.executable, "-c", code)
    assert readable_by_others(var) == []
    assert len(list((var / "kept").iterdir())) == 1


def test_what_a_published_edition_and_its_drawings_leave_behind_is_closed(client, hire, enter, edition):
    """The whole run: files of an edition, folders computed from, a checked table, a report, pictures."""
    import io

    from django.conf import settings

    client.get("/atlas/ansicht.png")
    planner = enter(hire("Petra", "planner"))
    stream = io.BytesIO(b"nr;n\n1101;1\n")
    stream.name = "t.csv"
    assert planner.post("/einlesen/", {"files": stream}).status_code == 302
    assert planner.get(f"/ausgaben/{edition.uuid}/projekt.zip").status_code == 200
    for folder in (settings.FILES, settings.KEPT, settings.WORK):
        assert any(folder.iterdir()), folder
    assert readable_by_others(settings.VAR) == []


def test_the_key_of_a_site_is_not_overwritten_and_not_shown(fresh):
    var = Path(fresh["NAHRAUM_VAR"])
    said = shown(fresh, NAHRAUM, "prepare")
    key = (var / "secret-key").read_text()
    assert len(key) >= 50
    assert key not in said.stdout + said.stderr
    shown(fresh, NAHRAUM, "prepare")
    assert (var / "secret-key").read_text() == key
