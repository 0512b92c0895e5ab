"""Sessions end when they must, pages lead nowhere else, and who leaves becomes a number."""

import re

import pytest

from tests.site.cast import PASSWORD, change, enter, forgetful, hire, words
from tests.site.test_accounts import NEW, guess

__all__ = ["enter", "forgetful", "hire"]


# Sessions


def test_sessions_end_without_a_sign_of_life_and_after_a_working_day(hire, enter):
    from django.contrib.sessions.models import Session
    from django.test import override_settings

    bob = hire("Bob")
    client = enter(bob)
    assert client.get("/konto/").status_code == 200
    assert client.session.get_expiry_age() <= 3600
    Session.objects.update(expire_date="2020-01-01T00:00Z")
    assert client.get("/konto/").status_code == 302
    client = enter(bob)
    client.get("/konto/")
    with override_settings(LONGEST_SESSION=-1):
        assert client.get("/konto/").status_code == 302  # not even one last page
    assert client.get("/konto/").status_code == 302


def test_ended_access_ends_it_at_once(hire, enter):
    bob = hire("Bob", "planner")
    client, alice = enter(bob), enter(hire("Alice", "administrator"))
    change(alice, bob, "planner", active=False)
    assert client.get("/konto/").status_code == 302
    answer = enter().post("/anmelden/", {"login": bob.email, "password": PASSWORD}, follow=True)
    assert "Der Zugang ist beendet" in words(answer)


def test_changing_the_password_ends_the_others_and_keeps_this_one(hire, enter):
    bob = hire("Bob")
    laptop, phone = enter(bob), enter(bob)
    given = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert "passen" not in words(laptop.post("/konto/passwort/", given, follow=True))
    assert laptop.get("/konto/").status_code == 200
    assert phone.get("/konto/").status_code == 302
    wrong = laptop.post("/konto/passwort/", given)
    assert "jetziges Passwort" in words(wrong)


def test_everybody_sees_and_ends_their_own_sessions(hire, enter):
    bob = hire("Bob")
    laptop = enter(bob, HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0")
    phone = enter(bob, HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Safari/537.36")
    third, carol = enter(bob), enter(hire("Carol"))
    text = words(laptop.get("/konto/sitzungen/"))
    assert "Firefox, Linux" in text
    assert "Chrome, Android" in text
    assert "diese Sitzung" in text
    number = next(n for n in re.findall(r"/konto/sitzungen/(\d+)/beenden/", text))
    assert carol.post(f"/konto/sitzungen/{number}/beenden/").status_code == 404  # not hers
    laptop.post(f"/konto/sitzungen/{number}/beenden/")
    assert sorted(each.get("/konto/").status_code for each in (phone, third)) == [200, 302]
    laptop.post("/konto/sitzungen/beenden/")
    assert [each.get("/konto/").status_code for each in (laptop, phone, third, carol)] == [200, 302, 302, 200]


def test_an_administrator_ends_the_sessions_of_a_lost_device(hire, enter):
    bob = hire("Bob")
    phone, alice = enter(bob), enter(hire("Alice", "administrator"))
    assert "Alle Sitzungen beenden" in words(alice.get(f"/menschen/{bob.uuid}/"))
    alice.post(f"/menschen/{bob.uuid}/sitzungen/")
    assert phone.get("/konto/").status_code == 302


# Pages


@pytest.mark.parametrize(
    "address",
    [
        "/anmelden/signup/",
        "/anmelden/email/",
        "/anmelden/3rdparty/",
        "/anmelden/confirm-email/",
        "/anmelden/login/code/",
        "/accounts/login/",
        "/gibt-es-nicht/account_signup/",
        "/gibt-es-nicht/account_email/",
        "/gibt-es-nicht/socialaccount_signup/",
        "/gibt-es-nicht/socialaccount_connections/",
        "/anmelden/oidc/",
    ],
)
def test_pages_that_make_no_sense_here_are_not_there(hire, enter, address):
    for client in (enter(), enter(hire("Bob", "administrator"))):
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404


def test_only_wanted_pages_of_allauth_have_an_address(django):
    from django.urls import get_resolver

    from nahraum_site.accounts import sign_in

    foreign = {
        pattern.name
        for pattern in every_pattern(get_resolver().url_patterns)
        if pattern.callback.__module__.startswith("allauth.")
    }
    assert foreign == {p.name for p in sign_in.urlpatterns} - set(sign_in.MISSING) - {"openid_connect_login"}


def every_pattern(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from every_pattern(pattern.url_patterns)
        else:
            yield pattern


@pytest.mark.parametrize(
    "target",
    ["https://boese.example/", "//boese.example/", "javascript:alert(1)", "https:boese.example", "/\\boese.example"],
)
def test_signing_in_and_out_leads_nowhere_else(hire, enter, target):
    bob = hire("Bob")
    client = enter()
    answer = client.post("/anmelden/", {"login": bob.email, "password": PASSWORD, "next": target})
    assert answer.headers["Location"] in ("/", "/willkommen/")
    assert enter(bob).post("/abmelden/", {"next": target}).headers["Location"] == "/"


def test_after_signing_in_one_is_where_one_wanted_to_go(hire, enter):
    bob, client = hire("Bob"), enter()
    address = client.get("/konto/sitzungen/").headers["Location"]
    assert address == "/anmelden/?next=/konto/sitzungen/"
    answer = client.post(address, {"login": bob.email, "password": PASSWORD, "next": "/konto/sitzungen/"})
    assert answer.headers["Location"] == "/konto/sitzungen/"


def test_forms_need_their_token_and_pages_cannot_be_framed(hire, forgetful):
    from django.test import Client

    hire("Bob")
    strict = Client(enforce_csrf_checks=True)
    for address in ("/anmelden/", "/abmelden/", "/sprache/"):
        assert guess(strict).status_code == 403
        assert strict.post(address, {}).status_code == 403
    page = strict.get("/anmelden/")
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "same-origin"  # a link's secret stays here


def test_cookies_cannot_be_read_by_scripts_and_travel_only_here(hire, enter):
    client = enter(hire("Bob"))
    assert client.cookies["sessionid"]["httponly"]
    assert client.cookies["sessionid"]["samesite"] == "Lax"
    assert client.cookies["csrftoken"]["httponly"]
    assert client.cookies["csrftoken"]["samesite"] == "Strict"


def test_behind_tls_cookies_are_sent_encrypted_only(tmp_path):
    import os
    import subprocess
    import sys

    script = (
        "from django.conf import settings as s\n"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 1e7)"
    )
    environment = {**os.environ, "NAHRAUM_HTTPS": "1", "NAHRAUM_VAR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True"]


def test_pages_of_those_signed_in_are_kept_in_no_cache(hire, enter):
    assert "no-store" in enter(hire("Bob")).get("/konto/").headers["Cache-Control"]


# Leaving


def test_who_leaves_becomes_a_number(hire, enter):
    from nahraum_site.accounts.models import User
    from nahraum_site.records.models import LogEntry

    bob = hire("Bob", "partner")
    enter(bob)
    alice = enter(hire("Alice", "administrator"))
    assert alice.get(f"/menschen/{bob.uuid}/entfernen/").status_code == 404  # access must end first
    change(alice, bob, active=False)
    assert "Ehemalige Person" in words(alice.get(f"/menschen/{bob.uuid}/entfernen/"))
    alice.post(f"/menschen/{bob.uuid}/entfernen/")
    gone = User.objects.get(uuid=bob.uuid)
    assert (gone.name, gone.organisation, gone.roles) == ("Ehemalige Person", None, frozenset())
    assert gone.email == f"{bob.uuid}@entfernt.invalid"
    assert not gone.emailaddress_set.exists()
    assert not gone.has_usable_password()
    assert LogEntry.objects.filter(actor=str(bob.uuid), action="session.began").exists()
    log = words(alice.get(f"/protokoll/?wer={bob.uuid}"))
    assert "Ehemalige Person" in log
    assert "Bob" not in log
    assert alice.get(f"/menschen/{bob.uuid}/").status_code == 404
    assert "Bob" not in words(alice.get("/menschen/"))


def test_traces_of_ended_sessions_and_links_are_deleted(hire, enter):
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session

    from nahraum_site.accounts.actions import forget_traces, make_link
    from nahraum_site.accounts.models import OneTimeLink

    bob = hire("Bob")
    enter(bob)
    make_link("password", bob, None)
    assert forget_traces() == 0
    Session.objects.all().delete()
    OneTimeLink.objects.update(expires_at="2020-01-01T00:00Z")
    assert forget_traces() == 2
    assert not UserSession.objects.exists()


def test_who_lost_the_second_factor_is_let_in_by_an_administrator(hire, enter):
    from allauth.mfa.models import Authenticator

    bob = hire("Bob")
    phone, alice = enter(bob), enter(hire("Alice", "administrator"))
    Authenticator.objects.create(user=bob, type="totp", data={"secret": "ABCDEFGHIJKLMNOP"})
    answer = enter().post("/anmelden/", {"login": bob.email, "password": PASSWORD})
    assert answer.headers["Location"].startswith("/anmelden/bestaetigen/")
    assert "Zweiten Faktor entfernen" in words(alice.get(f"/menschen/{bob.uuid}/"))
    alice.post(f"/menschen/{bob.uuid}/schutz/")
    assert phone.get("/konto/").status_code == 302
    assert enter(bob).get("/konto/").status_code == 200
