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


def test_all_who_start_at_the_same_moment_use_the_same_secret_key(tmp_path, monkeypatch):
    from concurrent.futures import ThreadPoolExecutor

    from nahraum_site.config.environment import secret_key

    with ThreadPoolExecutor(8) as pool:
        for n in range(40):
            monkeypatch.setenv("NAHRAUM_VAR", str(tmp_path / str(n)))
            keys = {each.result() for each in [pool.submit(secret_key) for _ in range(8)]}
            assert len(keys) == 1
            assert len(next(iter(keys))) > 40
            assert [path.name for path in (tmp_path / str(n)).iterdir()] == ["secret-key"]
