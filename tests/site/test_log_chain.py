"""The chain of the log in both databases: raw SQL, threads, retention; each script in a database of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once  # asks both databases itself
DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]

BEGIN = """
import sys, threading, django
django.setup()
from django.db import connection, connections, transaction
from nahraum_site.records import log
from nahraum_site.records.models import LogEntry, Retention

def raw(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)

def refused(sql, *values):
    try:
        with transaction.atomic():
            raw(sql, *values)
    except django.db.Error:
        return True
    return False

def drop_triggers():
    if connection.vendor == "postgresql":
        raw("ALTER TABLE records_logentry DISABLE TRIGGER ALL")
    else:
        raw("DROP TRIGGER records_log_no_update")
        raw("DROP TRIGGER records_log_no_delete")
"""


@pytest.fixture(scope="module", params=DATABASES)
def empty_database(request, tmp_path_factory):
    """Migrate a database once and return how to make a copy of it: SQLite or PostgreSQL."""
    folder = tmp_path_factory.mktemp("log")
    environment = {key: value for key, value in os.environ.items() if key != "NAHRAUM_DATABASE"}
    environment["NAHRAUM_VAR"] = str(folder)
    server = request.getfixturevalue("postgresql").rpartition("/")[0] if request.param == "postgresql" else ""

    def ask(sql):
        import psycopg

        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(sql)

    if server:
        first = f"log_{os.urandom(4).hex()}"  # the server may have seen this module before
        ask(f"CREATE DATABASE {first}")
        environment["NAHRAUM_DATABASE"] = f"{server}/{first}"
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env=environment, check=True)

    def copy(to: Path):
        if not server:
            shutil.copy(folder / "nahraum.sqlite3", to)
            return environment | {"NAHRAUM_VAR": str(to)}
        name = f"log_{os.urandom(4).hex()}"
        ask(f"CREATE DATABASE {name} TEMPLATE {first}")
        return environment | {"NAHRAUM_DATABASE": f"{server}/{name}"}

    return copy


@pytest.fixture
def run(empty_database, tmp_path):
    """Return a function that runs a script over an empty database of its own."""
    environment = empty_database(tmp_path)

    def script(text: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", BEGIN + text], env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    return script


def test_the_database_refuses_to_change_or_delete_an_entry(run):
    said = run(
        """
for n in range(3):
    log.write(None, "test.written", after={"n": n})
print(refused("UPDATE records_logentry SET action = 'x' WHERE number = 2"),
      refused("DELETE FROM records_logentry WHERE number = 2"),
      refused("DELETE FROM records_logentry"),
      connection.vendor == "sqlite" or refused("TRUNCATE records_logentry"),
      LogEntry.objects.count())
"""
    )
    assert said == "True True True True 3"


CHANGES = {
    "UPDATE records_logentry SET actor = 'somebody' WHERE number = 3": 3,
    "UPDATE records_logentry SET at = '2020-01-01 00:00:00+00' WHERE number = 3": 3,
    "UPDATE records_logentry SET after = '{\"n\": 99}' WHERE number = 3": 3,
    "DELETE FROM records_logentry WHERE number = 3": 3,
    "DELETE FROM records_logentry WHERE number = 1": 1,
    "UPDATE records_logentry SET number = 30 WHERE number = 3": 3,
}


def test_whoever_gets_past_the_database_is_found_by_the_chain(run):
    said = run(
        f"""
for n in range(5):
    log.write(None, "test.written", after={{"n": n}})
print(log.verify().broken_at, log.verify().entries)
drop_triggers()
for change in {list(CHANGES)!r}:
    with transaction.atomic():
        raw(change)
        print(log.verify().broken_at)
        transaction.set_rollback(True)
print(log.verify().broken_at)
"""
    )
    assert said.splitlines() == ["None 5", *map(str, CHANGES.values()), "None"]


def test_what_was_cut_off_at_the_end_is_found_by_the_noted_hash(run):
    said = run(
        """
for n in range(5):
    log.write(None, "test.written")
noted = log.verify().head
drop_triggers()
raw("DELETE FROM records_logentry WHERE number = 5")
print(log.verify().broken_at, log.verify().head == noted)
"""
    )
    assert said == "None False"


def test_details_keep_their_hash_in_both_databases(run):
    """PostgreSQL rewrites numbers and the order of keys; the hash must not see it."""
    said = run(
        """
log.write(None, "test.written",
          after={"b": 1.0, "a": 1e16, "c": 0.1, "d": 1e-7, "e": [1, 2.5, None, True], "ä": "ß", "f": -0.0, "g": 10**15})
print(log.verify().broken_at)
"""
    )
    assert said == "None"


def test_many_who_write_at_once_lose_nothing_and_keep_the_chain(run):
    said = run(
        """
faults = []
def work(who):
    try:
        for n in range(25):
            try:
                with transaction.atomic():
                    log.write(None, "test.written", after={"who": who, "n": n})
                    if n % 5 == 4:
                        raise RuntimeError("taken back")
            except RuntimeError:
                pass
    except BaseException as fault:
        faults.append(repr(fault))
    finally:
        connections.close_all()

threads = [threading.Thread(target=work, args=[who]) for who in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
verdict = log.verify()
found = {(e.after["who"], e.after["n"]) for e in LogEntry.objects.all()}
print(faults, verdict.broken_at, verdict.entries, found == {(w, n) for w in range(8) for n in range(25) if n % 5 != 4})
"""
    )
    assert said == "[] None 160 True"


def test_entries_are_forgotten_when_their_time_is_over_and_the_chain_still_holds(run):
    said = run(
        """
from datetime import timedelta
from django.utils import timezone
drop_triggers()
for n in range(6):
    log.write(None, "test.written", after={"n": n})
# write the past: three entries are older than the period
from unittest import mock
LogEntry.objects.all().delete()
for n in range(6):
    with mock.patch.object(log.timezone, "now", return_value=timezone.now() - timedelta(days=800 if n < 3 else 1)):
        log.write(None, "test.written", after={"n": n})
left = [log.forget(), log.forget(), sorted(e.number for e in LogEntry.objects.all())]
print(*left, log.verify().broken_at, log.verify().entries)
Retention.objects.create(until=5, digest=LogEntry.objects.get(number=5).digest)
raw("DELETE FROM records_logentry WHERE number <= 5")
print(log.verify().broken_at)
"""
    )
    first, second = said.splitlines()
    assert first == "3 0 [4, 5, 6, 7] None 4"
    assert second == "5"  # deleted as if by retention, but no entry says so


def test_after_everything_was_forgotten_the_chain_goes_on(run):
    said = run(
        """
from datetime import timedelta
log.write(None, "test.written")
print(log.forget(timedelta(days=-1)), log.verify().broken_at, LogEntry.objects.get().number)
"""
    )
    assert said == "1 None 2"
