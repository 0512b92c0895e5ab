"""Maps are drawn once and rationed; what is not public is in nobody's cache."""

from __future__ import annotations

import threading

import pytest

from tests.site.cast import enter, forgetful, hire, words

pytestmark = pytest.mark.once

__all__ = ["enter", "forgetful", "hire"]
PNG = "/atlas/ansicht.png?zeige=unemployment"


@pytest.fixture
def drawings(django):
    from django.core.cache import cache

    from nahraum_site.indicators import drawn

    drawn._drawings.clear()
    cache.clear()
    yield drawn._drawings
    drawn._drawings.clear()
    cache.clear()


@pytest.fixture
def counted(monkeypatch):
    """Return a list that grows with every drawing."""
    from nahraum_site.indicators.views import atlas, downloads

    made = []
    for module, name in ((downloads, "file_of"), (atlas, "map_svg")):
        real = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *given, _real=real, **more: made.append(given[1:]) or _real(*given, **more)
        )
    return made


@pytest.fixture
def draft(edition, hire):
    """Return Musterstadt's edition as a draft that a colleague made, and nothing published."""
    petra = hire("Petra", "planner")
    edition.__class__.objects.filter(pk=edition.pk).update(stage="draft", published_at=None, author=petra)
    return edition, petra


@pytest.mark.parametrize("page", [PNG, "/atlas/ansicht.svg", "/atlas/ansicht.gpkg", "/atlas/druck/?zeige=sports"])
def test_a_map_is_drawn_once(client, drawings, counted, page):
    first = client.get(page)
    again = client.get(page)
    assert first.status_code == 200
    assert (len(counted), len(drawings)) == (1, 1)
    assert again.content == first.content
    assert again.headers["Content-Type"] == first.headers["Content-Type"]


def test_what_makes_a_difference_is_drawn_for_itself(client, drawings, counted):
    from django.test import Client

    english = Client(HTTP_ACCEPT_LANGUAGE="en")
    english.post("/sprache/", {"language": "en"})
    other = Client(SERVER_NAME="localhost")
    answers = [
        client.get(PNG).content,
        client.get(f"{PNG}&farben=grau").content,
        client.get(f"{PNG}&neben_zeit=2018").content,
        client.get(f"{PNG}&neben_zeit=2018&karte=2").content,
        english.get(PNG).content,
        other.get(PNG).content,  # the map names its address
        client.get(PNG.replace("png", "svg")).content,
    ]
    assert len(counted) == len(answers)
    assert len({*answers[2:]} | {answers[0]}) == len(answers) - 1


def test_a_draft_is_drawn_for_the_one_who_asks_and_never_kept(draft, enter, drawings, counted):
    edition, petra = draft
    planner, stranger = enter(petra), enter()
    for page in (PNG, "/atlas/ansicht.svg?x=", "/atlas/druck/?x="):
        address = f"{page}&ausgabe={edition.uuid}"
        assert planner.get(address).status_code == 200
        assert stranger.get(address).status_code == 404
        assert planner.get(address).status_code == 200
    assert len(counted) == 6
    assert not drawings


def test_what_is_withdrawn_is_not_sent_although_it_was_kept(client, edition, drawings):
    address = f"{PNG}&ausgabe={edition.uuid}"
    assert client.get(address).status_code == client.get(PNG).status_code == 200
    assert drawings
    edition.__class__.objects.filter(pk=edition.pk).update(withdrawn_at="2026-01-01T00:00Z")
    assert client.get(address).status_code == client.get(PNG).status_code == 404


def test_what_is_withdrawn_while_it_is_drawn_is_sent_to_nobody_else(client, edition, drawings, monkeypatch):
    from nahraum_site.indicators.views import downloads

    real = downloads.file_of

    def slow(*given, **more):
        found = real(*given, **more)
        edition.__class__.objects.filter(pk=edition.pk).update(withdrawn_at="2026-01-01T00:00Z")
        return found

    monkeypatch.setattr(downloads, "file_of", slow)
    client.get(PNG)
    assert client.get(PNG).status_code == 404


def test_a_changed_layer_is_drawn_anew(client, drawings, counted, edition):
    from nahraum_site.places.models import ContextLayer
    from nahraum_site.records import files

    client.get(PNG)
    file = files.keep("wasser.geojson", [b"{}"], None)
    layer = ContextLayer.objects.create(
        name="Wasser", kind="water", source="Stadt", position=1, shapes=[], size=0, file=file
    )
    client.get(PNG)
    ContextLayer.objects.filter(pk=layer.pk).update(version=2)
    client.get(PNG)
    assert len(counted) == 3


def test_a_stranger_who_asks_for_ever_new_maps_is_told_to_wait_and_pages_are_not(client, drawings, counted):
    from django.test import Client

    for n in range(30):
        assert client.get(f"/atlas/ansicht.svg?gebiet={n}").status_code == 200
    refused = client.get("/atlas/ansicht.svg?gebiet=x")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert "Bitte warten Sie eine Minute" in words(refused)
    assert client.get("/atlas/druck/?gebiet=x").status_code == 429
    assert len(counted) == 30
    assert client.get("/atlas/ansicht.svg?gebiet=3").status_code == 200  # kept
    for page in ("/atlas/", "/gebiete/", "/atlas/ansicht.csv", "/atlas/ansicht.xlsx"):
        assert client.get(page).status_code == 200, page
    assert Client(REMOTE_ADDR="203.0.113.9").get("/atlas/ansicht.svg?gebiet=y").status_code == 200  # somebody else


def test_twenty_strangers_together_get_so_much_and_people_who_work_here_are_not_kept_waiting(
    client, drawings, hire, enter, monkeypatch
):
    from django.test import Client

    from nahraum_site.indicators import drawn

    monkeypatch.setattr(drawn, "ALL", 20)
    strangers = [Client(REMOTE_ADDR=f"203.0.113.{n}") for n in range(20)]
    codes = [
        each.get(f"/atlas/ansicht.svg?gebiet={n}-{m}").status_code for n, each in enumerate(strangers) for m in (1, 2)
    ]
    assert (codes.count(200), codes.count(429)) == (20, 20)
    petra = enter(hire("Petra", "planner"))
    assert petra.get("/atlas/ansicht.svg?gebiet=99").status_code == 200


def test_a_household_with_many_ipv6_addresses_is_one_visitor(client, drawings, monkeypatch):
    from django.test import Client

    from nahraum_site.indicators import drawn

    monkeypatch.setattr(drawn, "EACH", 3)
    codes = [
        Client(REMOTE_ADDR=f"2001:db8:1:1::{n:x}").get(f"/atlas/ansicht.svg?gebiet={n}").status_code for n in range(5)
    ]
    assert codes == [200, 200, 200, 429, 429]
    assert Client(REMOTE_ADDR="2001:db8:1:2::1").get("/atlas/ansicht.svg?gebiet=z").status_code == 200


def test_only_two_are_drawn_at_once_and_who_waits_too_long_is_told(client, drawings, monkeypatch):
    from nahraum_site.indicators import drawn

    monkeypatch.setattr(drawn, "PATIENCE", 0.05)
    monkeypatch.setattr(drawn, "_places", threading.BoundedSemaphore(1))
    with drawn._places:
        assert client.get(PNG).status_code == 429
    assert client.get(PNG).status_code == 200


def test_only_so_many_bytes_are_kept(client, drawings, monkeypatch):
    from nahraum_site.indicators import drawn

    size = len(client.get("/atlas/ansicht.svg?gebiet=1").content)
    monkeypatch.setattr(drawn, "MOST_BYTES", int(size * 2.5))
    for n in range(2, 6):
        client.get(f"/atlas/ansicht.svg?gebiet={n}")
    assert len(drawings) == 2
    monkeypatch.setattr(drawn, "LARGEST", size // 2)
    drawings.clear()
    client.get("/atlas/ansicht.svg?gebiet=9")
    assert not drawings


def test_counters_of_sign_ins_are_not_pushed_out_by_many_visitors(django):
    from django.core.cache import cache

    cache.set("guesses", 5)
    for n in range(2_000):
        cache.add(f"drawn:2001:db8::{n}", 1, 60)
    assert cache.get("guesses") == 5
    cache.clear()
