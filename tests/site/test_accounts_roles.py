"""Nobody gives a role to themselves, and a link for a new password opens nothing once there is another way in."""

import re
from datetime import timedelta

from tests.site.cast import PASSWORD, change, enter, forgetful, hidden, hire, words
from tests.site.test_accounts import NEW, first, mailbox, nobody, settings_with_mail, shown_link

__all__ = ["enter", "forgetful", "hire", "mailbox", "nobody", "settings_with_mail"]


# Four eyes over roles


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
    from django.utils import timezone

    from nahraum_site.accounts.models import User

    alice, bob = hire("Alice", "administrator"), hire("Bob", "administrator")
    client = enter(alice)
    change(client, bob, "administrator", active=False)
    assert "nach einer Woche" in words(change(client, alice, "administrator", "leader"))
    lately = timezone.now() - timedelta(days=7, minutes=1)
    assert User.objects.filter(administrated_until__gt=lately).update(administrated_until=lately) == 1
    assert change(client, alice, "administrator", "leader").status_code == 302
    assert roles_of(alice) == {"administrator", "leader"}


def test_nobody_is_alone_for_a_moment(hire, enter):
    """Take administration from the other, give oneself a role, give it back: three steps, one pair of eyes."""
    alice, bob = hire("Alice", "administrator"), hire("Bob", "administrator", "planner")
    client = enter(alice)
    assert change(client, bob, "planner").status_code == 302
    assert "nach einer Woche" in words(change(client, alice, "administrator", "releaser"))
    assert roles_of(alice) == {"administrator"}
    assert change(client, alice, "administrator").status_code == 302


def test_the_first_administrator_is_told_to_invite_a_second_one(nobody, enter):
    from nahraum_site.accounts.actions import make_link

    answer = enter().post(f"/einrichten/{make_link('setup', None, None)}/", first(), follow=True)
    assert "bald eine zweite Person in die Administration" in words(answer)


# Two administrators at once


def test_who_corrects_a_name_on_an_old_page_gives_no_access_back(hire, enter):
    from nahraum_site.accounts.models import Organisation

    first, second = enter(hire("Alice", "administrator")), enter(hire("Bob", "administrator"))
    carol = hire("Carol", "planner", "releaser")
    path = f"/menschen/{carol.uuid}/"
    before = hidden(first.get(path), "before")
    assert change(second, carol, active=False).status_code == 302
    typed = {"name": "Carola", "roles": ["planner", "releaser"], "is_active": "on", "before": before}
    answer = first.post(path, typed)
    assert answer.status_code == 409
    carol.refresh_from_db()
    assert (carol.name, carol.is_active, roles_of(carol)) == ("Carol", False, set())
    assert 'value="Carola"' in words(answer)
    said = re.sub(r"<.*?>", " ", words(answer).partition('id="jetzt"')[2].partition("</dl>")[0])
    assert said.split()[-7:] == ["Carol", "Rollen", "–", "Darf", "sich", "anmelden", "nein"]
    danas = hidden(first.get(f"/menschen/{hire('Dana').uuid}/"), "before")
    for foreign in ("", before + "x", danas):
        assert first.post(path, typed | {"before": foreign}).status_code == 409
    assert first.post(path, typed | {"organisation": "Hafenwerk"}).status_code == 409
    taken = {"email": carol.email, "name": "Carol", "organisation": "Hafenwerk"}
    assert "hat schon ein Konto" in words(first.post("/menschen/einladen/", taken))
    assert not Organisation.objects.filter(name="Hafenwerk").exists()  # what was refused left nothing behind
    again = typed | {"before": hidden(answer, "before")}
    assert first.post(path, again).status_code == 302  # a decision now
    assert roles_of(carol) == {"planner", "releaser"}


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
