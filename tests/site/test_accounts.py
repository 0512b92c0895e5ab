"""People begin by a link, sign in, are protected against guessing, and leave: as requests to the real pages."""

import re
import threading
from datetime import timedelta

import pytest

from tests.site.cast import PASSWORD, change, enter, forgetful, hire, words

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
    assert "diese Sitzung" in words(browser.get("/konto/sitzungen/"))
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
    change(alice, bob, active=False)
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
    answer = change(enter(alice), alice, "planner")
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
