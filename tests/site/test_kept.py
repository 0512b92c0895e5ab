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


def test_a_page_that_is_read_outlives_addresses_that_nobody_reads_twice(client, nothing_kept, monkeypatch):
    from nahraum_site.indicators import kept

    monkeypatch.setattr(kept, "MOST", 3)
    client.get("/methode/")
    for number in range(4):
        client.get(f"/methode/?x={number}")
        client.get("/methode/")
    places = [key[-1] for key in nothing_kept]
    assert len(places) == 3
    assert "http://testserver/methode/" in places


def test_what_is_withdrawn_is_not_shown_any_more(client, edition, nothing_kept):
    from django.utils import timezone

    assert "Sozialmonitoring" in client.get("/").content.decode()
    assert client.get("/gebiete/1306/").status_code == 200
    edition.__class__.objects.filter(pk=edition.pk).update(withdrawn_at=timezone.now())
    assert client.get("/gebiete/1306/").status_code == 404
    assert client.get(f"/gebiete/1306/?ausgabe={edition.uuid}").status_code == 404


def test_withdrawing_an_earlier_edition_renews_the_pages_that_speak_of_it(client, edition, nothing_kept):
    from django.utils import timezone

    editions = edition.__class__.objects
    earlier = editions.get(pk=edition.pk)
    earlier.pk, earlier.uuid, earlier.published_at = None, "00000000-0000-4000-8000-000000000002", edition.made_at
    earlier._state.adding = True
    earlier.save()
    client.get("/methode/")
    editions.filter(pk=earlier.pk).update(withdrawn_at=timezone.now())
    client.get("/methode/")
    assert len(nothing_kept) == 2
    assert len({key[0][0] for key in nothing_kept}) == 1, "the same edition is shown"


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


def test_a_foreign_host_is_refused_and_poisons_nothing(client, nothing_kept):
    from django.test import Client

    for headers in ({"HTTP_HOST": "boese.example"}, {"HTTP_HOST": "testserver@boese.example"}, {"HTTP_HOST": "a b"}):
        assert Client(**headers).get("/atlas/").status_code == 400
    assert not nothing_kept
    for spoofed in ("HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_HOST", "HTTP_X_ORIGINAL_URL"):
        page = Client(**{spoofed: "boese.example"}).get("/atlas/").content.decode()
        assert "boese.example" not in page
    assert "boese.example" not in client.get("/atlas/").content.decode()


def test_two_names_of_one_site_have_pages_of_their_own(client, nothing_kept):
    """Lasting links in the page name the host that was asked for: nobody gets the other's."""
    from django.test import Client

    page = {name: Client(SERVER_NAME=name).get("/atlas/").content.decode() for name in ("testserver", "localhost")}
    again = {name: Client(SERVER_NAME=name).get("/atlas/").content.decode() for name in page}
    assert len(nothing_kept) == 2
    for name, other in (("testserver", "localhost"), ("localhost", "testserver")):
        assert f"http://{name}" in again[name]
        assert f"http://{other}" not in again[name]


@pytest.mark.commits
def test_two_languages_at_once_are_not_mixed(edition, nothing_kept):
    """Twenty at a time ask for the same pages in two languages; each gets theirs, also from what was kept."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections
    from django.test import Client

    def ask(n):
        language = ("de", "en")[n % 2]
        client = Client()
        client.cookies["nahraum_language"] = language
        try:
            page = client.get(PAGES[n // 2 % len(PAGES)]).content.decode()
        finally:
            connections.close_all()
        return language, page

    for _round in range(2):
        with ThreadPoolExecutor(8) as pool:
            for language, page in pool.map(ask, range(40)):
                assert f'<html lang="{language}"' in page
                assert ("Anmelden" in page) == (language == "de")
                assert ("Sign in" in page) == (language == "en")
    assert len(nothing_kept) == 2 * len(PAGES)


@pytest.mark.commits
def test_of_many_who_ask_at_once_one_has_the_page_written(edition, nothing_kept, monkeypatch):
    import time
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections
    from django.test import Client

    from nahraum_site.indicators.views import areas

    real, written = areas.queries.areas, []

    def slow(*given):
        written.append(given)
        time.sleep(0.3)
        return real(*given)

    def ask(_n):
        try:
            return Client().get("/gebiete/").status_code
        finally:
            connections.close_all()

    monkeypatch.setattr(areas.queries, "areas", slow)
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(ask, range(6))) == {200}
    assert len(written) == 1


def test_what_is_published_while_a_page_is_written_is_not_hidden_by_it(client, edition, nothing_kept, monkeypatch):
    from nahraum_site.indicators.views import areas

    real = areas.queries.areas

    def slow(*given):
        found = real(*given)
        edition.__class__.objects.filter(pk=edition.pk).update(withdrawn_at="2026-01-01T00:00Z")
        return found

    monkeypatch.setattr(areas.queries, "areas", slow)
    assert client.get("/gebiete/").status_code == 200
    assert not nothing_kept


def test_only_so_many_bytes_of_pages_are_kept(client, nothing_kept, monkeypatch):
    from nahraum_site.indicators import kept

    size = len(client.get("/gebiete/?suche=0").content)
    monkeypatch.setattr(kept, "MOST_BYTES", int(2.5 * size))
    for words in "123456":
        client.get("/gebiete/", {"suche": words})
    assert sum(map(len, nothing_kept.values())) <= 2.5 * size
