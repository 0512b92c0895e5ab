"""The list of settings and the handbook say the same."""

import errno
import socket
import subprocess
from pathlib import Path

import pytest

from tests.site.running import NAHRAUM, environment_of

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


# Addresses with a password


@pytest.mark.parametrize("password", ["ge/heim", "12/heim", "ge#heim", "12#heim", "ge?heim", "12?heim", "ge[heim"])
@pytest.mark.parametrize(
    ("name", "address", "read"),
    [
        ("NAHRAUM_DATABASE", "postgresql://nahraum:{}@localhost/nahraum", "database"),
        ("NAHRAUM_MAIL", "smtp://nahraum:{}@post.example:587", "mail"),
    ],
)
def test_signs_that_take_an_address_apart_are_refused_without_telling_it(monkeypatch, password, name, address, read):
    from nahraum_site.config import environment

    monkeypatch.setenv(name, address.format(password))
    with pytest.raises(SystemExit) as told:
        getattr(environment, read)()
    assert name in str(told.value)
    assert "%2F" in str(told.value)
    assert "heim" not in str(told.value)
    assert told.value.__context__ is None


def test_a_password_written_as_the_handbook_says_arrives_whole(monkeypatch):
    from nahraum_site.config import environment

    monkeypatch.setenv("NAHRAUM_DATABASE", "postgresql://nahraum:%25%2F%23%3F%40%3A%5B%5D@localhost/nahraum")
    monkeypatch.setenv("NAHRAUM_MAIL", "smtp://nahraum:%25%2F%23%3F%40%3A%5B%5D@post.example")
    assert environment.database()["PASSWORD"] == environment.mail()["EMAIL_HOST_PASSWORD"] == "%/#?@:[]"
    (line,) = [line for line in HANDBOOK.read_text().splitlines() if "%5B" in line]
    assert all(sign in line for sign in ("`%25`", "`%2F`", "`%23`", "`%3F`", "`%40`", "`%3A`", "`%5B`", "`%5D`"))


def test_what_the_address_asks_of_the_database_is_passed_on_or_refused(monkeypatch):
    from nahraum_site.config import environment

    address = "postgresql://nahraum:geheim@db.example:5433/nahraum"
    monkeypatch.setenv("NAHRAUM_DATABASE", f"{address}?sslmode=verify-full&sslrootcert=%2Fetc%2Fca+1.pem")
    found = environment.database()
    assert found["OPTIONS"] == {"sslmode": "verify-full", "sslrootcert": "/etc/ca+1.pem"}
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example", "5433", "nahraum")
    for wrong in ("sslmodus=verify-full", "sslmode", "sslmode="):
        monkeypatch.setenv("NAHRAUM_DATABASE", f"{address}?{wrong}")
        with pytest.raises(SystemExit, match="sslmod"):
            environment.database()


# What is not there


@pytest.mark.once
@pytest.mark.parametrize("command", [["verify"], ["prepare"], ["backup", "b.tar"], ["worker"]])
def test_a_database_that_is_away_is_told_in_a_sentence(tmp_path, command):
    environment = environment_of(tmp_path / "var", "postgresql://nahraum:Geheimnis@127.0.0.1:1/nahraum")
    words = [NAHRAUM, *command]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=60)
    assert done.returncode == 2
    assert "Die Datenbank antwortet nicht" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Geheimnis" not in done.stderr + done.stdout


@pytest.mark.once
def test_a_damaged_database_is_told_in_a_sentence(tmp_path):
    (tmp_path / "nahraum.sqlite3").write_text("kein SQLite")
    words, environment = [NAHRAUM, "verify"], environment_of(tmp_path, None)
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "NAHRAUM_VAR" in done.stderr


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EADDRINUSE, "x"), "belegt"),
        (OSError(errno.EACCES, "x"), "kein Recht"),
        (OSError(errno.EADDRNOTAVAIL, "x"), "keine Adresse dieses Rechners"),
        (socket.gaierror(socket.EAI_NONAME, "x"), "keine Adresse dieses Rechners"),
        (OSError(errno.ENOBUFS, "kein Platz"), "kein Platz"),
    ],
)
def test_a_port_is_called_taken_only_if_it_is(monkeypatch, error, words):
    import click

    from nahraum_site.config import commands

    def fall(*_given):
        raise error

    monkeypatch.setattr(commands.socket.socket, "bind", fall)
    with pytest.raises(click.ClickException, match=words):
        commands._refuse_taken("localhost", 80)


def test_the_web_server_takes_requests_as_large_as_the_settings_say(django, monkeypatch):
    import waitress
    from django.test import override_settings

    from nahraum_site.config import commands, settings, warming

    class Taken(Exception):
        pass

    def take(*_application, max_request_body_size=1 << 30, **_named):
        raise Taken(max_request_body_size)

    for name in ("_wait_or_refuse", "_end_on_signals"):
        monkeypatch.setattr(commands, name, lambda *_: None)
    monkeypatch.setattr(commands.gc, "freeze", lambda: None)
    monkeypatch.setattr(warming, "warm", lambda *_: None)
    monkeypatch.setattr(waitress, "create_server", take)
    with override_settings(LARGEST_REQUEST=5 << 30), pytest.raises(Taken, match=str(5 << 30)):
        commands.web.main(["--port", "8000"], standalone_mode=False)
    assert settings.LARGEST_REQUEST > 2 * settings.LARGEST_FILE
