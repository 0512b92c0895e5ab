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


# Four eyes over roles


def change(client, person, *roles, active=True):
    return client.post(
        f"/menschen/{person.uuid}/", {"name": person.name, "roles": roles} | ({"is_active": "on"} if active else {})
    )


def roles_of(person):
    return set(person.assignments.values_list("role", flat=True))


def last_entry():
    from nahraum_site.records.models import LogEntry

    return LogEntry.objects.filter(action="person.changed").order_by("-number").first()


def test_nobody_gives_a_role_to_themselves_but_may_give_one_up(hire, enter):
    alice, bob = hire("Alice", "administrator", "planner"), hire("Bob", "administrator")
    at_alices = enter(alice)
    answer = change(at_alices, alice, "administrator", "planner", "releaser")
    assert "Niemand gibt sich selbst eine Rolle" in words(answer)
    assert 'value="releaser" ' in words(answer)  # what was typed stays
    assert roles_of(alice) == {"administrator", "planner"}
    change(at_alices, alice, "administrator")
    assert roles_of(alice) == {"administrator"}
    change(enter(bob), alice, "administrator", "planner", "releaser")
    assert roles_of(alice) == {"administrator", "planner", "releaser"}
    assert "alone" not in last_entry().after
    assert "weitere gibt Ihnen eine andere Person" in words(at_alices.get(f"/menschen/{alice.uuid}/"))
    assert "Ihre eigenen Rollen" not in words(at_alices.get(f"/menschen/{bob.uuid}/"))


def test_who_administrates_alone_may_and_the_log_says_so(hire, enter):
    alice = hire("Alice", "administrator")
    client = enter(alice)
    assert "Laden Sie eine zweite Person in die Administration ein" in words(client.get("/menschen/"))
    assert "Solange niemand sonst verwaltet" in words(client.get(f"/menschen/{alice.uuid}/"))
    change(client, alice, "administrator", "planner")
    assert roles_of(alice) == {"administrator", "planner"}
    assert last_entry().after["alone"] is True
    assert "allein in der Administration: ja" in words(client.get("/protokoll/"))


def test_a_second_administrator_counts_once_they_have_been_here(hire, enter):
    alice = hire("Alice", "administrator")
    client = enter(alice)
    link = shown_link(
        client.post(
            "/menschen/einladen/", {"email": "b@musterstadt.example", "name": "Bob", "roles": ["administrator"]}
        )
    )
    change(client, alice, "administrator", "planner")  # nobody could be asked yet
    assert roles_of(alice) == {"administrator", "planner"}
    assert "Mindestens eine aktive Person" in words(change(client, alice, "planner"))  # and nobody could take over
    enter().post(link, {"password": NEW, "again": NEW})
    assert "Niemand gibt sich" in words(change(client, alice, "administrator", "planner", "releaser"))
    assert "zweite Person" not in words(client.get("/menschen/"))
    assert change(client, alice, "planner").status_code == 302
    assert roles_of(alice) == {"planner"}


def test_an_administrator_whose_access_ended_is_nobody_to_ask(hire, enter):
    alice, bob = hire("Alice", "administrator"), hire("Bob", "administrator")
    client = enter(alice)
    change(client, bob, "administrator", active=False)
    assert change(client, alice, "administrator", "leader").status_code == 302
    assert roles_of(alice) == {"administrator", "leader"}


def test_the_first_administrator_is_told_to_invite_a_second_one(nobody, enter):
    from nahraum_site.accounts.actions import make_link

    answer = enter().post(f"/einrichten/{make_link('setup', None, None)}/", first(), follow=True)
    assert "bald eine zweite Person in die Administration" in words(answer)


# Links for a new password beside each other


def test_a_second_password_link_ends_the_first(hire, enter):
    bob, alice = hire("Bob", "planner"), enter(hire("Alice", "administrator"))
    first, second = (shown_link(alice.post(f"/menschen/{bob.uuid}/passwort/")) for _ in range(2))
    assert first != second
    assert [enter().get(each).status_code for each in (first, second)] == [410, 200]
    assert enter().post(first, {"password": NEW, "again": NEW}).status_code == 410
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)


def test_a_password_set_by_one_link_ends_the_links_of_other_kinds_and_every_session(hire, enter):
    from nahraum_site.accounts.actions import make_link

    bob = hire("Bob", "planner")
    laptop, phone = enter(bob), enter(bob)
    invitation, password = (f"/einmal/{make_link(kind, bob, None)}/" for kind in ("invitation", "password"))
    carol = hire("Carol")
    carols, at_carols = f"/einmal/{make_link('password', carol, None)}/", enter(carol)
    assert [enter().get(each).status_code for each in (invitation, password)] == [200, 200]
    assert enter().post(password, {"password": NEW, "again": NEW}).status_code == 302
    assert [enter().get(each).status_code for each in (invitation, password, carols)] == [410, 410, 200]
    assert [each.get("/konto/").status_code for each in (laptop, phone, at_carols)] == [302, 302, 200]


def test_who_changes_the_own_password_ends_links_that_somebody_made(hire, enter):
    """Otherwise whoever found such a link could still take the account."""
    bob, alice = hire("Bob", "planner"), enter(hire("Alice", "administrator"))
    link = shown_link(alice.post(f"/menschen/{bob.uuid}/passwort/"))
    enter(bob).post("/konto/passwort/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    bob.refresh_from_db()
    assert bob.check_password(NEW)
    assert enter().get(link).status_code == 410


def test_a_reset_by_mail_ends_links_that_somebody_made(hire, enter, mailbox):
    bob, alice = hire("Bob", "planner"), enter(hire("Alice", "administrator"))
    link = shown_link(alice.post(f"/menschen/{bob.uuid}/passwort/"))
    enter().post("/anmelden/passwort/", {"email": "bob@musterstadt.example"})
    (letter,) = mailbox()
    visitor = enter()
    form = visitor.get(re.search(r"http://testserver(/\S+)", letter.body)[1], follow=True).redirect_chain[-1][0]
    assert visitor.post(form, {"password1": NEW, "password2": NEW}).status_code == 302
    assert enter().get(link).status_code == 410


def test_a_link_is_used_once_even_by_two_at_once(hire, enter, monkeypatch):
    from nahraum_site.accounts import queries, views
    from nahraum_site.accounts.actions import make_link

    bob = hire("Bob")
    secret = make_link("password", bob, None)
    link = queries.link_of(secret, "password")
    monkeypatch.setattr(views.queries, "link_of", lambda *_given: link)  # both loaded the page before
    assert enter().post(f"/einmal/{secret}/", {"password": NEW, "again": NEW}).status_code == 302
    assert enter().post(f"/einmal/{secret}/", {"password": PASSWORD, "again": PASSWORD}).status_code == 410
    bob.refresh_from_db()
    assert bob.check_password(NEW)
