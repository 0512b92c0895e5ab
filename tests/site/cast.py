"""The people of these tests: one for each role, in a database that forgets them after each test."""

from __future__ import annotations

import pytest

PASSWORD = "ein-langes-Wort-7"


@pytest.fixture
def forgetful(django):
    """Undo after the test whatever it stored, and what was counted about sign-ins; passwords are hashed quickly."""
    from django.core.cache import cache
    from django.db import transaction
    from django.test import override_settings

    cache.clear()
    quick = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
    with quick, transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()


@pytest.fixture
def hire(forgetful):
    """Return a function that stores a person with exactly these roles, who can sign in with PASSWORD."""
    from allauth.account.models import EmailAddress

    from nahraum_site.accounts.models import Assignment, Organisation, User

    def new(name: str, *roles: str) -> User:
        email = f"{name.lower()}@musterstadt.example"
        harbour = Organisation.objects.get_or_create(name="Nachbarschaftshaus Hafen")[0]
        user = User.objects.create_user(
            email, PASSWORD, name=name, organisation=harbour if "partner" in roles else None
        )
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        Assignment.objects.bulk_create(Assignment(user=user, role=role) for role in roles)
        return user

    return new


@pytest.fixture
def enter(forgetful):
    """Return a function that signs somebody in on the real page and returns the client."""
    from django.test import Client

    def signed_in(user=None, **headers) -> Client:
        client = Client(**headers)
        if user is not None:
            answer = client.post("/anmelden/", {"login": user.email, "password": PASSWORD})
            assert answer.status_code == 302, answer.content.decode()
        return client

    return signed_in


def words(answer) -> str:
    """Return what a page says."""
    from html import unescape

    return unescape(answer.content.decode())


def hidden(answer, name: str) -> str:
    """Return what a page sends unseen with its form."""
    import re

    field = next(each for each in re.findall(r"<input[^>]*>", words(answer)) if f'name="{name}"' in each)
    return re.search(r'value="([^"]*)"', field)[1]


def change(client, person, *roles, name="", active=True):
    """Send the page of a person as it stands now, with this name, these roles and this access."""
    path = f"/menschen/{person.uuid}/"
    given = {"name": name or person.name, "roles": roles, "before": hidden(client.get(path), "before")}
    return client.post(path, given | ({"is_active": "on"} if active else {}))
