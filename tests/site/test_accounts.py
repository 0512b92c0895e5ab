"""People begin by a link, sign in, are protected against guessing, and leave: as requests to the real pages."""

import re
import threading
from datetime import timedelta

import pytest

from tests.site.cast import PASSWORD, enter, forgetful, hire, words

__all__ = ["enter", "forgetful", "hire"]
NEW = "noch-ein-Wort-9-Zeichen"


def shown_link(answer) -> str:
    return re.search(r"http://testserver(/einmal/[^<\s]+/)", words(answer))[1]


@pytest.fixture
def nobody(forgetful):
    from nahraum_site.accounts.models import User

    User.objects.all().delete()


# The first administrator


def first(name="Alice", email="Alice@Musterstadt.example"):
    return {"name": name, "email": email, "password": PASSWORD, "again": PASSWORD}


def test_the_setup_link_makes_one_administrator_and_is_over(nobody, enter):
    from nahraum_site.accounts.actions import make_link
    from nahraum_site.accounts.models import User

    address = f"/einrichten/{make_link('setup', None, None)}/"
    later = f"/einrichten/{make_link('setup', None, None)}/"
    assert enter().get(address).status_code == 410  # a newer link replaced it
    browser = enter()
    assert browser.post(later, first()).status_code == 302
    alice = User.objects.get()
    assert (alice.email, alice.roles) == ("alice@musterstadt.example", {"administrator", "planner"})
    assert alice.check_password(PASSWORD)
    assert browser.get("/menschen/").status_code == 200
    for refused in (later, f"/einrichten/{make_link('setup', None, None)}/", "/einrichten/geraten/"):
        assert enter().get(refused).status_code == 410
        assert enter().post(refused, first("Bob", "bob@musterstadt.example")).status_code == 410
    assert User.objects.count() == 1


def test_of_two_who_use_the_setup_link_at_once_one_is_told_that_it_is_over(nobody, enter, monkeypatch):
    from nahraum_site.accounts import queries, views
    from nahraum_site.accounts.actions import make_link
    from nahraum_site.accounts.models import User

    address = f"/einrichten/{make_link('setup', None, None)}/"
    link = queries.link_of(address.split("/")[2], "setup")
    enter().post(address, first())
    monkeypatch.setattr(views.queries, "link_of", lambda *_given: link)  # the other one's page was loaded before
    monkeypatch.setattr(views.queries, "somebody_is_here", lambda: False)
    assert enter().post(address, first("Bob", "bob@musterstadt.example")).status_code == 410
    assert User.objects.count() == 1


def test_a_setup_link_ends_after_a_day(nobody, enter):
    from nahraum_site.accounts.actions import make_link
    from nahraum_site.accounts.models import OneTimeLink

    address = f"/einrichten/{make_link('setup', None, None)}/"
    assert enter().get(address).status_code == 200
    OneTimeLink.objects.update(expires_at="2020-01-01T00:00Z")
    assert enter().get(address).status_code == 410


@pytest.mark.parametrize("weak", ["kurz", "passwort123456"[:11], "alice@musterstadt.example"])
def test_weak_passwords_are_refused_in_words_and_the_rest_stays(nobody, enter, weak):
    from nahraum_site.accounts.actions import make_link

    answer = enter().post(f"/einrichten/{make_link('setup', None, None)}/", first() | {"password": weak, "again": weak})
    assert answer.status_code == 200
    assert "row__error" in words(answer)
    assert 'value="Alice"' in words(answer)


# Invitations and links for a new password


def test_an_invitation_lasts_seven_days_works_once_and_is_shown_once(hire, enter):
    from django.utils import timezone

    from nahraum_site.accounts.models import OneTimeLink, User

    alice = enter(hire("Alice", "administrator"))
    answer = alice.post(
        "/menschen/einladen/", {"email": "Bob@Musterstadt.example", "name": "Bob", "roles": ["planner"]}
    )
    address = shown_link(answer)
    link = OneTimeLink.objects.get(purpose="invitation")
    assert timedelta(days=6.99) < link.expires_at - timezone.now() <= timedelta(days=7)
    assert address.split("/")[2] not in str(list(OneTimeLink.objects.values()))  # only its hash is stored
    assert address not in words(alice.get(f"/menschen/{link.user.uuid}/"))
    assert "eingeladen" in words(alice.get("/menschen/"))
    assert enter().post(address, {"password": NEW, "again": NEW}).status_code == 302
    assert enter().get(address).status_code == 410
    assert enter().post(address, {"password": PASSWORD, "again": PASSWORD}).status_code == 410
    bob = User.objects.get(email="bob@musterstadt.example")
    assert bob.check_password(NEW)
    assert bob.roles == {"planner"}


def test_a_new_invitation_ends_the_earlier_one_and_ended_access_ends_both(hire, enter):
    from nahraum_site.accounts.models import User

    alice = enter(hire("Alice", "administrator"))
    first = shown_link(alice.post("/menschen/einladen/", {"email": "bob@musterstadt.example", "name": "Bob"}))
    bob = User.objects.get(name="Bob")
    second = shown_link(alice.post(f"/menschen/{bob.uuid}/passwort/"))
    assert [enter().get(each).status_code for each in (first, second)] == [410, 200]
    alice.post(f"/menschen/{bob.uuid}/", {"name": "Bob", "roles": []})
    assert enter().get(second).status_code == 410
    assert alice.post(f"/menschen/{bob.uuid}/passwort/").status_code == 404


def test_nobody_is_invited_twice(hire, enter):
    hire("Bob")
    alice = enter(hire("Alice", "administrator"))
    answer = alice.post("/menschen/einladen/", {"email": "BOB@musterstadt.example", "name": "Robert"})
    assert "hat schon ein Konto" in words(answer)
    assert 'value="Robert"' in words(answer)


def test_a_link_for_a_new_password_ends_every_session(hire, enter):
    bob = hire("Bob", "planner")
    laptop, phone = enter(bob), enter(bob)
    alice = enter(hire("Alice", "administrator"))
    address = shown_link(alice.post(f"/menschen/{bob.uuid}/passwort/"))
    assert laptop.get("/konto/").status_code == 200
    enter().post(address, {"password": NEW, "again": NEW})
    assert [each.get("/konto/").status_code for each in (laptop, phone)] == [302, 302]
    assert alice.get("/konto/").status_code == 200


def test_the_last_administrator_stays(hire, enter):
    alice = hire("Alice", "administrator")
    answer = enter(alice).post(f"/menschen/{alice.uuid}/", {"name": "Alice", "roles": ["planner"], "is_active": "on"})
    assert "Mindestens eine aktive Person" in words(answer)
    alice.refresh_from_db()
    assert alice.assignments.get().role == "administrator"


# Passwords by mail


@pytest.fixture
def mailbox(settings_with_mail):
    from django.core import mail

    mail.outbox = []

    def letters():
        for thread in threading.enumerate():
            if thread.name == "mail":
                thread.join(5)
        return mail.outbox

    return letters


@pytest.fixture
def settings_with_mail(django):
    from django.test import override_settings

    with override_settings(EMAIL_HOST="mail.example", EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        yield


def test_without_a_mail_server_no_page_offers_mail(hire, enter):
    assert enter().get("/anmelden/passwort/").status_code == 404
    text = words(enter().get("/anmelden/"))
    assert "/anmelden/passwort/" not in text
    assert "Fragen Sie Ihre Administration" in text


def test_a_password_is_reset_by_mail_once_and_sessions_end(hire, enter, mailbox):
    bob = hire("Bob", "planner")
    laptop = enter(bob)
    enter().post("/anmelden/passwort/", {"email": "bob@musterstadt.example"})
    (letter,) = mailbox()
    assert letter.subject == "Nahraum: neues Passwort setzen"
    assert letter.to == ["bob@musterstadt.example"]
    assert letter.body.startswith("Guten Tag,")
    address = re.search(r"http://testserver(/\S+)", letter.body)[1]
    visitor = enter()
    answer = visitor.get(address, follow=True)
    assert "Passwort setzen" in words(answer)
    form = answer.redirect_chain[-1][0]
    assert visitor.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    bob.refresh_from_db()
    assert bob.check_password(NEW)
    assert laptop.get("/konto/").status_code == 302
    assert "gilt nicht mehr" in words(enter().get(address, follow=True))


def test_a_stranger_gets_the_same_answer_and_no_mail(hire, enter, mailbox):
    hire("Bob")
    known, unknown = (
        enter().post("/anmelden/passwort/", {"email": each}, follow=True)
        for each in ("bob@musterstadt.example", "niemand@musterstadt.example")
    )
    unspoken = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert unspoken.sub("", words(known)) == unspoken.sub("", words(unknown))
    assert [letter.to for letter in mailbox()] == [["bob@musterstadt.example"]]


def test_the_link_in_a_mail_leads_only_to_names_of_this_site(hire, enter, mailbox):
    hire("Bob")
    answer = enter().post("/anmelden/passwort/", {"email": "bob@musterstadt.example"}, HTTP_HOST="boese.example")
    assert answer.status_code == 400
    assert mailbox() == []


# Guessing


def guess(client, email="bob@musterstadt.example", **headers):
    return client.post("/anmelden/", {"login": email, "password": "geraten-geraten"}, **headers)


def test_the_sixth_wrong_try_is_refused_and_says_how_to_go_on(hire, enter):
    bob, client = hire("Bob"), enter()
    for _try in range(5):
        assert "passen nicht zusammen" in words(guess(client))
    sixth = words(client.post("/anmelden/", {"login": bob.email, "password": PASSWORD}))  # even with the right one
    assert "Warten Sie fünf Minuten" in sixth
    assert "bitten Sie Ihre Administration um einen Link" in sixth
    assert client.get("/konto/").status_code == 302
    assert enter(hire("Alice")).get("/konto/").status_code == 200  # others are not locked out


def test_many_names_from_one_address_are_slowed_down(forgetful, enter):
    client = enter()
    answers = [words(guess(client, f"name{n}@musterstadt.example")) for n in range(21)]
    assert "passen nicht zusammen" in answers[19]
    assert "Zu viele Versuche" in answers[20]


def test_behind_a_proxy_the_visitors_are_counted_and_not_the_proxy(hire, enter):
    from django.test import override_settings

    hire("Bob")
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
        for n in range(20):
            guess(enter(), f"name{n}@musterstadt.example", HTTP_X_FORWARDED_FOR="203.0.113.7")
        assert "Zu viele" in words(guess(enter(), "x@musterstadt.example", HTTP_X_FORWARDED_FOR="203.0.113.7"))
        assert "passen nicht" in words(guess(enter(), "x@musterstadt.example", HTTP_X_FORWARDED_FOR="203.0.113.8"))
        # what a visitor writes before the proxy's own word changes nothing
        faked = guess(enter(), "y@musterstadt.example", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.7")
        assert "Zu viele" in words(faked)


def test_without_a_proxy_nobody_is_believed_who_names_another_address(forgetful, enter):
    answers = [
        words(guess(enter(), f"name{n}@musterstadt.example", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}")) for n in range(21)
    ]
    assert "Zu viele Versuche" in answers[20]


def test_too_many_requests_get_a_page_that_says_what_to_do(forgetful, enter):
    from django.test import override_settings

    client = enter()
    with override_settings(ACCOUNT_RATE_LIMITS={"login": "2/m/ip"}):
        for _try in range(2):
            guess(client)
        answer = guess(client)
    assert answer.status_code == 429
    assert "Warten Sie einige Minuten" in words(answer)


def test_words_and_work_do_not_tell_who_has_an_account(hire, enter, monkeypatch):
    """The time of a sign-in is the time of its hashes: for everybody exactly one."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    from nahraum_site.accounts.models import User

    hire("Bob")
    User.objects.create_user("invited@musterstadt.example", name="Invited")
    hashed, real = [], MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, *given, **more: hashed.append(1) or real(self, *given, **more)
    )
    for email in ("bob@musterstadt.example", "invited@musterstadt.example", "niemand@musterstadt.example"):
        hashed.clear()
        assert "E-Mail-Adresse und Passwort passen nicht zusammen." in words(guess(enter(), email))
        assert len(hashed) == 1, email


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
    alice.post(f"/menschen/{bob.uuid}/", {"name": "Bob", "roles": ["planner"]})
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
    assert answer.headers["Location"] == "/"
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
    alice.post(f"/menschen/{bob.uuid}/", {"name": "Bob", "roles": []})
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
