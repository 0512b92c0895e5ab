"""Imprint, privacy page, accessibility statement; the health page; the settings behind a TLS proxy."""

import http.client
import re
from datetime import timedelta
from html import unescape

import pytest

from tests.site.running import running

PAGES = ("/impressum/", "/datenschutz/", "/barrierefreiheit/")
PASSWORD = "Wolkenbruch-am-Hafen-7"


def signed_in(*roles):
    from django.test import Client

    from nahraum_site.accounts.models import Assignment, User

    user = User.objects.create_user(f"{'-'.join(roles)}@rathaus.example", PASSWORD, name="Grete")
    Assignment.objects.bulk_create(Assignment(user=user, role=role) for role in roles)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["de", "en"])
def test_pages_of_the_law_say_what_is_missing_until_somebody_writes_them(empty, path, language):
    empty.cookies["nahraum_language"] = language
    text = unescape(empty.get(path).content.decode())
    assert ("Bitte" if language == "de" else "To be") in text
    assert ("noch nicht geschrieben" if language == "de" else "not been written yet") in text
    assert all(f'href="{other}"' in text for other in PAGES)
    empty.cookies.clear()


def test_the_administration_writes_a_page_and_the_log_tells_it(django):
    from nahraum_site.records.models import LogEntry

    client = signed_in("administrator")
    text = (
        "## Anbieter\n\nStadt **Musterstadt**, [Kontakt](/menschen/)\n\n"
        "<script>alert(1)</script> [x](javascript:alert(1)) ![b](/b.png)"
    )
    given = {"german": text, "english": "", "version": "0"}
    assert client.post("/impressum/bearbeiten/", given).status_code == 302
    shown = client.get("/impressum/").content.decode()
    assert "<h2>Anbieter</h2>" in shown
    assert "<strong>Musterstadt</strong>" in shown
    assert "<script>alert" not in shown
    assert 'href="javascript' not in shown
    assert "<img" not in shown
    entry = LogEntry.objects.first()
    assert (entry.action, entry.after["version"]) == ("page.changed", 1)
    client.cookies["nahraum_language"] = "en"
    assert '<div lang="de">' in client.get("/impressum/").content.decode()


def test_whoever_saves_later_sees_the_other_text_and_keeps_their_own(django):
    client = signed_in("administrator")
    client.post("/impressum/bearbeiten/", {"german": "Erste Fassung", "english": "", "version": "0"})
    response = client.post("/impressum/bearbeiten/", {"german": "Meine Fassung", "english": "", "version": "0"})
    text = response.content.decode()
    assert response.status_code == 200
    assert "Meine Fassung" in text
    assert "Erste Fassung" in text
    assert "Erste Fassung" in client.get("/impressum/").content.decode()
    (version,) = re.findall(r'name="version" value="(\d+)"', text)
    assert (
        client.post("/impressum/bearbeiten/", {"german": "Beides", "english": "", "version": version}).status_code
        == 302
    )
    assert "Beides" in client.get("/impressum/").content.decode()


@pytest.mark.parametrize("role", ["planner", "releaser", "leader"])
def test_nobody_else_edits_pages(django, role):
    client = signed_in(role)
    assert client.get("/impressum/bearbeiten/").status_code == 403
    assert client.post("/impressum/bearbeiten/", {"german": "x", "version": "0"}).status_code == 403
    assert "bearbeiten" not in client.get("/impressum/").content.decode()


def test_everybody_learns_one_word_about_the_operation(empty, monkeypatch):
    from django.utils import timezone

    from nahraum_site.records import health, signs
    from nahraum_site.records.models import Sign

    Sign.objects.all().delete()
    assert (empty.get("/gesundheit/").status_code, empty.get("/gesundheit/").content) == (503, b"not ok")
    signs.give("worker")
    assert (empty.get("/gesundheit/").status_code, empty.get("/gesundheit/").content) == (200, b"ok")
    monkeypatch.setattr(health, "_free", lambda: 1_000_000)
    assert empty.get("/gesundheit/").status_code == 503
    monkeypatch.undo()
    Sign.objects.filter(name="worker").update(at=timezone.now() - timedelta(minutes=5))
    assert empty.get("/gesundheit/").status_code == 503
    assert signed_in("planner").get("/gesundheit/").content == b"not ok"


def test_the_administration_sees_what_is_how(django):
    from nahraum_site.records import jobs, signs
    from nahraum_site.records.models import Job

    signs.give("worker")
    signs.give("backup", rows=1, files=1, faults=1)
    signs.give("chain", entries=12, broken_at=None)
    for number, state in enumerate(("waiting", "waiting", "lost")):
        Job.objects.create(kind="x", key=str(number), state=state, ended_at=jobs.timezone.now())
    text = unescape(signed_in("administrator").get("/gesundheit/").content.decode())
    rows = dict(re.findall(r'<tr><th scope="row">(.*?)</th><td>(.*?)</td>', text))
    assert rows["Wartende Arbeiten"] == "2"
    assert rows["Seit gestern gescheiterte oder unterbrochene Arbeiten"] == "1"
    assert "nahraum verify" in rows["Letzte Sicherung"]
    assert rows["Kette des Protokolls"].startswith("12 Einträge")
    assert "Nahraum 0.1" in rows["Fassungen"]


def test_a_day_of_the_worker_keeps_house(django):
    from nahraum_site.config.worker import keep_house
    from nahraum_site.records import log, signs
    from nahraum_site.records.models import Sign

    Sign.objects.all().delete()
    log.write(None, "test.entry")
    keep_house()
    assert signs.last("chain").told["broken_at"] is None
    Sign.objects.filter(name="chain").delete()
    keep_house()
    assert signs.last("chain") is None  # once a day is enough


def test_what_fails_at_night_keeps_nothing_else_out_and_is_tried_again_in_an_hour(django, monkeypatch):
    from django.utils import timezone

    from nahraum_site.config import worker
    from nahraum_site.records import signs
    from nahraum_site.records.models import Sign

    Sign.objects.all().delete()
    tried = []

    def fall():
        tried.append(1)
        raise ValueError("badly formed hexadecimal UUID string")

    monkeypatch.setattr(worker.forgetting, "sweep", fall)
    worker.keep_house()
    assert signs.last("chain").told["broken_at"] is None
    assert signs.last("house") is None
    worker.keep_house()
    assert len(tried) == 1
    Sign.objects.filter(name="house tried").update(at=timezone.now() - timedelta(minutes=61))
    monkeypatch.setattr(worker.forgetting, "sweep", lambda: tried.append(2))
    worker.keep_house()
    assert signs.last("house")
    Sign.objects.filter(name="house tried").update(at=timezone.now() - timedelta(hours=2))
    worker.keep_house()
    assert tried == [1, 2]


def test_a_chain_that_was_not_checked_for_days_is_not_well(django):
    from django.utils import timezone

    from nahraum_site.records import health, signs
    from nahraum_site.records.models import Sign

    def chain():
        return next(each for each in health.findings() if each.what == "Kette des Protokolls")

    signs.give("chain", entries=12, broken_at=None)
    assert chain().well
    Sign.objects.filter(name="chain").update(at=timezone.now() - timedelta(days=2, minutes=1))
    assert chain().well is False
    assert "seit mehr als zwei Tagen nicht geprüft" in chain().words


def test_a_stray_name_among_the_sealed_files_stays_and_the_rest_is_swept(django):
    from django.conf import settings

    from nahraum_site.voices.texts import forgetting

    stray = settings.SEALED / "lost+found"
    stray.mkdir(parents=True)
    try:
        forgetting.sweep()
        assert stray.is_dir()
    finally:
        stray.rmdir()


def test_behind_a_tls_proxy_forms_and_cookies_are_secure(prepared, tmp_path):
    prepared |= {"NAHRAUM_HTTPS": "1", "NAHRAUM_PROXIES": "1", "NAHRAUM_HOSTS": "plan.example"}
    with running(prepared, tmp_path) as site:
        connection = http.client.HTTPConnection(site.address.removeprefix("http://"))
        proxied = {"Host": "plan.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
        connection.request("GET", "/", headers=proxied)
        answer = connection.getresponse()
        page = answer.read().decode()
        assert answer.status == 200
        assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
        cookie = answer.headers["Set-Cookie"]
        assert "Secure" in cookie
        token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
        form = {"Cookie": cookie.split(";")[0], "Content-Type": "application/x-www-form-urlencoded"}
        for origin, status in (("https://plan.example", 302), ("https://other.example", 403)):
            body = f"csrfmiddlewaretoken={token}&language=en&next=/"
            connection.request("POST", "/sprache/", body, {**proxied, **form, "Origin": origin})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status
