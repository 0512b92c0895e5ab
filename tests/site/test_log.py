"""The log: nothing is missing, nothing can be changed unnoticed, and few may read it."""

import ast
import csv
import io
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.site.cast import enter, forgetful, hire, words

__all__ = ["enter", "forgetful", "hire"]
SITE = Path(__file__).resolve().parents[2] / "src" / "nahraum_site"
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
        ask("CREATE DATABASE log_empty")
        environment["NAHRAUM_DATABASE"] = f"{server}/log_empty"
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, env=environment, check=True)

    def copy(to: Path):
        if not server:
            shutil.copy(folder / "nahraum.sqlite3", to)
            return environment | {"NAHRAUM_VAR": str(to)}
        name = f"log_{os.urandom(4).hex()}"
        ask(f"CREATE DATABASE {name} TEMPLATE log_empty")
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


def test_a_write_that_fails_leaves_no_entry(forgetful):
    from django.db import transaction

    from nahraum_site.records import log
    from nahraum_site.records.models import LogEntry

    before = LogEntry.objects.count()

    @transaction.atomic
    def write_and_fail():
        log.write(None, "test.written")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()
    assert LogEntry.objects.count() == before


# Words


def written_actions():
    """Yield every action that code writes: literals given to the functions that write, with their file."""
    action = re.compile(r"[a-z_]+\.[a-z_]+")
    for path in SITE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name not in {"write", "_tell", "_move", "send", "_teller"}:
                continue
            given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "action")]
            for each in given:
                if isinstance(each, ast.Constant) and isinstance(each.value, str) and action.fullmatch(each.value):
                    yield each.value, path.name


def test_every_action_that_is_written_has_words_in_german(django):
    from django.utils import translation

    from nahraum_site.records import words as log_words

    found = {key for key, _file in written_actions()}
    assert len(found) >= 15
    assert not [each for each in written_actions() if each[0] not in log_words.ACTIONS]
    with translation.override("de"):
        assert not [key for key in log_words.ACTIONS if log_words.of_action(key) == log_words.ACTIONS[key]]


def test_every_kind_of_thing_in_the_list_exists(django):
    from django.apps import apps

    from nahraum_site.records import words as log_words

    assert {model._meta.label_lower for model in apps.get_models()} >= set(log_words.KINDS)


# Who did what


def test_everything_about_people_is_noted_without_secrets(hire, enter):
    from nahraum_site.records.models import LogEntry

    alice = hire("Alice", "administrator")
    client = enter(alice)
    client.post("/menschen/einladen/", {"email": "bob@musterstadt.example", "name": "Bob", "roles": ["planner"]})
    from nahraum_site.accounts.models import User

    bob = User.objects.get(name="Bob")
    client.post(f"/menschen/{bob.uuid}/", {"name": "Robert", "roles": ["leader"], "is_active": "on"})
    enter().post("/anmelden/", {"login": "bob@musterstadt.example", "password": "geraten-geraten"})
    client.post("/abmelden/")
    about = [
        (entry.actor == str(alice.uuid), entry.action, entry.before, entry.after)
        for entry in LogEntry.objects.order_by("number")
    ][-6:]
    assert [each[1] for each in about] == [
        "session.began",
        "person.invited",
        "link.invitation",
        "person.changed",
        "session.refused",
        "session.ended",
    ]
    assert [each[0] for each in about] == [True, True, True, True, False, True]
    assert about[3][2:] == (
        {"roles": ["planner"], "organisation": "", "active": True},
        {"roles": ["leader"], "organisation": "", "active": True, "renamed": True},
    )
    said = str([(each[2], each[3]) for each in about])
    for secret in ("geraten", "Bob", "Robert", "bob@"):
        assert secret not in said


def test_a_change_of_the_own_password_is_noted(hire, enter):
    from nahraum_site.records.models import LogEntry

    bob = hire("Bob")
    given = {"oldpassword": "ein-langes-Wort-7", "password1": "neues-Wort-8-neu", "password2": "neues-Wort-8-neu"}
    enter(bob).post("/konto/passwort/", given)
    entry = LogEntry.objects.first()
    assert (entry.actor, entry.action) == (str(bob.uuid), "password.changed")


# Who may read it


def test_everybody_reads_their_own_and_administrators_read_all(hire, enter):
    alice, bob, carol = hire("Alice", "administrator"), hire("Bob", "planner"), hire("Carol", "leader")
    for person in (bob, carol):
        enter(person)
    client = enter(alice)
    assert "Carol" in words(client.get("/protokoll/"))
    own = words(enter(bob).get("/konto/protokoll/"))
    assert "hat sich angemeldet" in own
    assert "Carol" not in own
    client.get("/protokoll/", {"wer": str(bob.uuid)})
    seen = words(enter(bob).get("/konto/protokoll/"))
    assert "hat im Protokoll nachgesehen, was jemand getan hat" in seen
    assert "Alice" in seen


def test_what_somebody_sees_is_what_the_rule_allows(hire, enter):
    from nahraum_site.records import queries, rules
    from nahraum_site.records.models import LogEntry

    people = [hire("Alice", "administrator"), hire("Bob", "planner"), hire("Carol")]
    for person in people:
        enter(person)
    for person in people:
        allowed = {entry.pk for entry in LogEntry.objects.all() if rules.may_read_entry.test(person, entry)}
        assert set(queries.visible_to(person).values_list("pk", flat=True)) == allowed
    assert set(queries.visible_to(people[0])) > set(queries.visible_to(people[1]))


def test_the_log_is_filtered_by_person_action_thing_and_days(hire, enter, monkeypatch):
    from nahraum_site.records import log
    from nahraum_site.records.models import LogEntry

    alice, bob = hire("Alice", "administrator"), hire("Bob")
    for day, who in ((1, bob), (2, bob), (3, alice)):
        at = datetime(2026, 3, day, 23, 30, tzinfo=UTC)  # half past midnight of the next day in Berlin
        monkeypatch.setattr(log.timezone, "now", lambda at=at: at)
        log.write(who, "recipe.saved", bob, after={"number": day})
    monkeypatch.undo()
    client = enter(alice)

    def numbers(**wanted):
        return re.findall(r"Nr\.: (\d)", words(client.get("/protokoll/", wanted)))

    assert numbers(was="recipe.saved") == ["3", "2", "1"]
    assert numbers(was="recipe.saved", wer=str(bob.uuid)) == ["2", "1"]
    assert numbers(was="recipe.saved", von="2026-03-03", bis="2026-03-03") == ["2"]
    assert numbers(was="recipe.saved", bis="2026-03-02") == ["1"]
    assert numbers(was="session.began") == []
    assert numbers(ding=str(bob.uuid), was="recipe.saved") == ["3", "2", "1"]
    assert client.get("/protokoll/", {"wer": "quatsch", "von": "gestern", "ding": "'; DROP"}).status_code == 200
    assert LogEntry.objects.filter(action="log.read").count() == 1


def test_the_page_says_until_when_entries_are_kept(hire, enter):
    from django.conf import settings
    from django.utils import formats, timezone

    from nahraum_site.records.models import LogEntry

    text = words(enter(hire("Alice", "administrator")).get("/protokoll/"))
    oldest = LogEntry.objects.order_by("number").first().at
    gone = timezone.localtime(oldest + timedelta(days=settings.LOG_DAYS))
    assert f"Nach {settings.LOG_DAYS} Tagen werden sie gelöscht" in text
    assert formats.date_format(gone, "DATE_FORMAT", use_l10n=True) in text


def test_auditors_get_a_table_without_formulas_and_that_is_noted(hire, enter):
    from nahraum_site.records.models import LogEntry

    alice = hire("Alice", "administrator")
    eve = hire("=HYPERLINK(1)")
    eve.email = "eve@musterstadt.example"
    from nahraum_site.records import log

    log.write(eve, "recipe.saved", eve, after={"name": "@SUM(A1)"})
    answer = enter(alice).get("/protokoll/protokoll.csv", {"was": "recipe.saved"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode()), delimiter=";"))
    assert rows[0][:4] == ["Nr.", "Wann", "Wer", "Handlung"]
    assert rows[1][2:5] == ["'=HYPERLINK(1)", "hat eine Fassung des Rezepts gespeichert", "Person =HYPERLINK(1)"]
    assert len(rows) == 2
    entry = LogEntry.objects.first()
    assert (entry.action, entry.actor) == ("log.downloaded", str(alice.uuid))
    assert enter(hire("Bob", "planner")).get("/protokoll/protokoll.csv").status_code == 403


def test_the_chain_is_checked_on_the_page(hire, enter):
    assert "Die Kette ist unversehrt" in words(enter(hire("Alice", "administrator")).post("/protokoll/pruefen/"))
