"""The list of settings and the handbook say the same."""

from pathlib import Path

HANDBOOK = Path(__file__).resolve().parents[2] / "docs" / "handbuch" / "betrieb.md"


def test_every_setting_stands_in_the_handbook_with_its_default():
    from nahraum_site.config.environment import SETTINGS

    text = HANDBOOK.read_text(encoding="utf-8")
    for setting in SETTINGS:
        default = f"`{setting.default}`" if setting.default else "–"
        assert f"| `{setting.name}` | {default} | {setting.meaning} |" in text, setting.name


def test_the_secret_key_is_made_once_and_is_nobody_elses(tmp_path, monkeypatch):
    from nahraum_site.config import environment

    monkeypatch.setenv("NAHRAUM_VAR", str(tmp_path))
    key = environment.secret_key()
    assert len(key) > 40
    assert environment.secret_key() == key
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
