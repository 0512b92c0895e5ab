"""People of every role who read and write the catalogue; what they write is taken back."""

import re
from html import unescape

import pytest

ROLES = ("planner", "researcher", "releaser", "leader", "administrator", "partner")


@pytest.fixture
def alone(edition, monkeypatch):
    """Take back everything that a test writes; let answers tell what their templates were given."""
    from django.db import transaction
    from django.template import Template
    from django.test.utils import instrumented_test_render

    monkeypatch.setattr(Template, "_render", instrumented_test_render)
    with transaction.atomic():
        yield edition
        transaction.set_rollback(True)


@pytest.fixture
def people(alone):
    """Return somebody for each role, by role."""
    from nahraum_site.accounts.models import Assignment, User

    found = {}
    for role in ROLES:
        found[role] = User.objects.create_user(f"{role}@catalogue.example", name=f"Person {role}")
        Assignment.objects.create(user=found[role], role=role)
    return found


@pytest.fixture
def as_role(people):
    """Return a function: role -> client signed in."""
    from django.test import Client

    def signed_in(role="planner"):
        found = Client()
        found.force_login(people[role], backend="allauth.account.auth_backends.AuthenticationBackend")
        return found

    return signed_in


def words(response):
    """Return what a reader sees of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def last_entry():
    from nahraum_site.records.models import LogEntry

    return LogEntry.objects.order_by("-number").first()
