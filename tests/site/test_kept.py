"""Pages of the latest edition are kept as they were written; nothing personal and nothing withdrawn is."""

import re

import pytest

from tests.site.cast import enter, forgetful, hire

__all__ = ["enter", "forgetful", "hire"]

PAGES = ("/atlas/?zeige=sports&zeit=2019", "/gebiete/", "/gebiete/1306/", "/methode/")
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")([^"]*)')


@pytest.fixture
def nothing_kept():
    from nahraum_site.indicators import kept

    kept._pages.clear()
    yield kept._pages
    kept._pages.clear()


@pytest.mark.parametrize("page", PAGES)
def test_a_kept_page_is_the_page_with_the_visitors_own_token(client, nothing_kept, page):
    from django.test import Client

    first = client.get(page).content.decode()
    assert len(nothing_kept) == 1
    other = Client(enforce_csrf_checks=True)
    again = other.get(page).content.decode()
    assert TOKEN.sub(r"\1", again) == TOKEN.sub(r"\1", first)
    assert TOKEN.search(again)[2] != TOKEN.search(first)[2]
    assert other.post("/sprache/", {"language": "en", "csrfmiddlewaretoken": TOKEN.search(again)[2]}).status_code == 302
    assert 'lang="en"' in other.get(page).content.decode()


def test_a_kept_page_asks_two_questions(client, nothing_kept):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/atlas/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/atlas/")
    assert len(asked) == 2  # which edition, which layers


def test_what_is_withdrawn_is_not_shown_any_more(client, edition, nothing_kept):
    from django.utils import timezone

    assert "Sozialmonitoring" in client.get("/").content.decode()
    assert client.get("/gebiete/1306/").status_code == 200
    edition.__class__.objects.filter(pk=edition.pk).update(withdrawn_at=timezone.now())
    assert client.get("/gebiete/1306/").status_code == 404
    assert client.get(f"/gebiete/1306/?ausgabe={edition.uuid}").status_code == 404


def test_people_with_a_session_are_answered_anew(client, hire, enter, edition, nothing_kept):
    client.get("/atlas/")
    words = enter(hire("Petra", "planner")).get("/atlas/").content.decode()
    assert "Petra" in words
    assert len(nothing_kept) == 1
    assert "Petra" not in client.get("/atlas/").content.decode()


def test_only_so_many_pages_are_kept(client, nothing_kept, monkeypatch):
    from nahraum_site.indicators import kept

    monkeypatch.setattr(kept, "MOST", 3)
    for words in "abcde":
        client.get("/gebiete/", {"suche": words})
    assert len(nothing_kept) == 3
