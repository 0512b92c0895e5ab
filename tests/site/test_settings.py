"""The list of settings and the handbook say the same."""

from pathlib import Path

HANDBOOK = Path(__file__).resolve().parents[2] / "docs" / "handbuch" / "betrieb.md"


def test_the_handbooks_table_of_settings_is_the_list_of_the_program():
    from nahraum_site.config.environment import SETTINGS

    lines = [f"| `{s.name}` | {f'`{s.default}`' if s.default else '–'} | {s.meaning} |" for s in SETTINGS]
    text = HANDBOOK.read_text(encoding="utf-8")
    shown = text.split("|---|---|---|\n", 1)[1].split("\n\n", 1)[0]
    assert shown == "\n".join(lines), "put this into docs/handbuch/betrieb.md:\n" + "\n".join(lines)


def test_the_secret_key_is_made_once_and_is_nobody_elses(tmp_path, monkeypatch):
    from nahraum_site.config import environment

    monkeypatch.setenv("NAHRAUM_VAR", str(tmp_path))
    key = environment.secret_key()
    assert len(key) > 40
    assert environment.secret_key() == key
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
