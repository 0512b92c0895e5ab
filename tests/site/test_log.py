"""The log: nothing is missing, nothing can be changed unnoticed, and few may read it."""

import ast
import csv
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.site.cast import change, enter, forgetful, hire, words

__all__ = ["enter", "forgetful", "hire"]
SITE = Path(__file__).resolve().parents[2] / "src" / "nahraum_site"


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
    latest = LogEntry.objects.first()
    before = latest.number if latest else 0
    client = enter(alice)
    client.post("/menschen/einladen/", {"email": "bob@musterstadt.example", "name": "Bob", "roles": ["planner"]})
    from nahraum_site.accounts.models import User

    bob = User.objects.get(name="Bob")
    change(client, bob, "leader", name="Robert")
    enter().post("/anmelden/", {"login": "bob@musterstadt.example", "password": "geraten-geraten"})
    client.post("/abmelden/")
    about = [
        (entry.actor == str(alice.uuid), entry.action, entry.before, entry.after)
        for entry in LogEntry.objects.filter(number__gt=before).order_by("number")
    ]
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
    entry = LogEntry.objects.filter(actor=str(bob.uuid)).first()
    assert entry.action == "password.changed"


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
        log.write(who, "duty.made", bob, after={"number": day})
    monkeypatch.undo()
    client = enter(alice)

    def numbers(**wanted):
        return re.findall(r"Nr\.: (\d)", words(client.get("/protokoll/", {"ding": str(bob.uuid), **wanted})))

    assert numbers() == numbers(was="duty.made") == ["3", "2", "1"]
    assert numbers(was="duty.made", wer=str(bob.uuid)) == ["2", "1"]
    assert numbers(was="duty.made", von="2026-03-03", bis="2026-03-03") == ["2"]
    assert numbers(was="duty.made", bis="2026-03-02") == ["1"]
    assert numbers(was="session.began") == []
    assert numbers(ding=str(alice.uuid)) == []
    for day in ("0001-01-01", "9999-12-31"):
        assert numbers(von=day, bis=day) == ["3", "2", "1"]
    assert client.get("/protokoll/", {"wer": "quatsch", "von": "gestern", "ding": "'; DROP"}).status_code == 200
    assert LogEntry.objects.filter(action="log.read", actor=str(alice.uuid)).count() == 1


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

    log.write(eve, "duty.made", eve, after={"name": "@SUM(A1)"})
    answer = enter(alice).get("/protokoll/protokoll.csv", {"was": "duty.made", "wer": str(eve.uuid)})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode()), delimiter=";"))
    assert rows[0][:4] == ["Nr.", "Wann", "Wer", "Handlung"]
    assert rows[1][2:5] == ["'=HYPERLINK(1)", "hat einen Eintrag im Lieferkalender angelegt", "Person =HYPERLINK(1)"]
    assert len(rows) == 2
    entry = LogEntry.objects.first()
    assert (entry.action, entry.actor) == ("log.downloaded", str(alice.uuid))
    assert enter(hire("Bob", "planner")).get("/protokoll/protokoll.csv").status_code == 403


def test_the_chain_is_checked_on_the_page(hire, enter):
    assert "Die Kette ist unversehrt" in words(enter(hire("Alice", "administrator")).post("/protokoll/pruefen/"))
