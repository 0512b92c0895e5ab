"""The city's map services through this server: what it asks, what it takes, and what visitors get if it fails."""

import os
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from pyproj import Transformer

from tests.site.map_service import map_service, png

TILE = "/karten/wms/Plan/12/2132/1372.png"


@pytest.fixture
def service():
    with map_service() as server:
        yield server


@pytest.fixture
def tiles(service, settings_with, tmp_path, monkeypatch):
    """Name the service in the settings, with an empty store and nothing remembered."""
    from nahraum_site.config.environment import MapService
    from nahraum_site.places.layers import tiles

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    tiles._failing.clear()
    plan = MapService(name="Plan", address=f"{service.address}?layers=plan&map=/city.map", origin="© Stadt")
    grid = MapService(name="Luftbild", address=f"{service.address}/{{z}}/{{y}}/{{x}}.jpg", origin="")
    settings_with(MAP_SERVICES={"Plan": plan, "Luftbild": grid}, TILES=tmp_path / "tiles")
    return tiles


@pytest.fixture
def settings_with(django):
    from django.core.cache import cache
    from django.test import override_settings

    changed = []

    def change(**values):
        changed.append(override_settings(**values))
        changed[-1].enable()

    cache.clear()
    yield change
    for each in changed:
        each.disable()
    cache.clear()


@pytest.fixture
def visitor(django):
    from django.test import Client

    return Client(HTTP_REFERER="https://musterstadt.example/geheim", HTTP_COOKIE="a=b", REMOTE_ADDR="203.0.113.9")


def is_nothing(answer):
    """Say whether an answer is the transparent tile: one pixel, told from the picture's own header."""
    head = answer.content[:29]
    return answer.status_code == 200 and head[16:24] == b"\0\0\0\1\0\0\0\1" and head[24:26] == b"\x08\x06"


def test_a_getmap_asks_for_the_square_of_the_tile(tiles, service, visitor):
    answer = visitor.get(TILE)
    assert (answer.content, answer.headers["Content-Type"]) == (png(), "image/png")
    assert "max-age=86400" in answer.headers["Cache-Control"]
    ((path, _headers),) = service.asked
    asked = {key: value[0] for key, value in parse_qs(urlsplit(path).query, keep_blank_values=True).items()}
    west, south, east, north = map(float, asked.pop("BBOX").split(","))
    assert asked == {
        "SERVICE": "WMS", "VERSION": "1.3.0", "REQUEST": "GetMap", "LAYERS": "plan", "STYLES": "", "MAP": "/city.map",
        "CRS": "EPSG:3857", "WIDTH": "256", "HEIGHT": "256", "FORMAT": "image/png",
    }  # fmt: skip
    # by the definition of the grid in degrees: 2^12 columns of longitude; projected by PROJ
    projected = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform
    assert west == pytest.approx(projected(2132 / 4096 * 360 - 180, 0)[0], abs=0.01)
    assert east == pytest.approx(projected(2133 / 4096 * 360 - 180, 0)[0], abs=0.01)
    assert east - west == pytest.approx(north - south, abs=0.01)
    # row 1372 of 4096: the published formula of slippy maps, atan(sinh(pi (1 - 2 y / n)))
    from math import atan, degrees, pi, sinh

    assert north == pytest.approx(projected(0, degrees(atan(sinh(pi * (1 - 2 * 1372 / 4096)))))[1], abs=0.01)


def test_tiles_are_asked_for_by_their_numbers(tiles, service, visitor):
    service.manner = "jpeg"
    answer = visitor.get("/karten/wms/Luftbild/12/2132/1372.png")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert service.asked[0][0] == "/wms/12/1372/2132.jpg"


def test_the_service_learns_nothing_about_visitors_and_they_get_no_cookie(tiles, service, visitor):
    answer = visitor.get(TILE, HTTP_X_FORWARDED_FOR="203.0.113.7", HTTP_USER_AGENT="Firefox")
    ((_path, headers),) = service.asked
    assert {name.lower() for name in headers} == {"host", "user-agent", "accept", "accept-encoding", "connection"}
    assert headers["User-Agent"] == "Nahraum"
    assert not any("203.0.113" in value or "musterstadt" in value for value in headers.values())
    assert not answer.cookies


def test_a_picture_is_fetched_once(tiles, service, visitor):
    from django.conf import settings

    assert visitor.get(TILE).content == visitor.get(TILE).content == png()
    assert len(service.asked) == 1
    (file,) = [path for path in settings.TILES.rglob("*") if path.is_file()]
    old = time.time() - 8 * 24 * 3600
    os.utime(file, (old, old))
    visitor.get(TILE)
    assert len(service.asked) == 2
    os.utime(file, (old, old))
    service.manner = "broken"
    assert visitor.get(TILE).content == png()  # an old picture is better than none


@pytest.mark.parametrize("manner", ["html", "disguised", "drawing", "huge", "broken"])
def test_what_is_no_picture_is_not_passed_on(tiles, service, visitor, manner):
    service.manner = manner
    answer = visitor.get(TILE)
    assert is_nothing(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    assert visitor.get("/karten/wms/Plan/stand.json").json() == {"failing": True}
    service.manner = "good"  # it answers: the next question is asked at once
    assert visitor.get(TILE).content == png()
    assert visitor.get("/karten/wms/Plan/stand.json").json() == {"failing": False}


def test_redirects_are_not_followed_even_to_the_same_host(tiles, service, visitor):
    service.manner = "redirect"
    with map_service() as other:
        for away in (f"{other.address}?stolen=1", f"{service.address}?again=1", "file:///etc/passwd"):
            service.away = away
            assert is_nothing(visitor.get(TILE))
        assert other.asked == []
    assert len(service.asked) == 3


@pytest.mark.parametrize("manner", ["slow", "dripping"])
def test_a_slow_service_is_given_up_and_left_alone_for_a_while(tiles, service, visitor, monkeypatch, manner):
    monkeypatch.setattr(tiles, "SECONDS", 0.4)
    service.manner = manner
    began = time.monotonic()
    assert is_nothing(visitor.get(TILE))
    assert time.monotonic() - began < 2
    began = time.monotonic()
    assert is_nothing(visitor.get("/karten/wms/Plan/12/2132/1373.png"))
    assert time.monotonic() - began < 0.3
    assert len(service.asked) == 1
    service.manner = "good"
    tiles._failing["Plan"] = time.monotonic() - 1  # the pause is over
    assert visitor.get(TILE).content == png()


def test_a_service_that_is_gone_leaves_the_background_empty(tiles, service, visitor):
    service.shutdown()
    service.server_close()
    assert is_nothing(visitor.get(TILE))
    assert visitor.get("/karten/wms/Plan/stand.json").json() == {"failing": True}


def test_only_named_services_and_tiles_that_exist(tiles, service, visitor):
    for path in (
        "/karten/wms/Fremd/12/2132/1372.png",
        "/karten/wms/http:%2F%2F127.0.0.1/12/2132/1372.png",
        "/karten/wms/Plan/21/0/0.png",
        "/karten/wms/Plan/999999999/0/0.png",
        "/karten/wms/Plan/2/4/0.png",
        "/karten/wms/Plan/2/0/4.png",
        "/karten/wms/Plan/2/-1/0.png",
        "/karten/wms/Fremd/stand.json",
    ):
        assert visitor.get(path).status_code == 404, path
    assert visitor.post(TILE).status_code == 405
    assert service.asked == []


def test_a_visitor_who_asks_for_very_much_waits_for_the_next_minute(tiles, service, visitor, monkeypatch):
    from django.test import Client

    from nahraum_site.places.layers import services

    monkeypatch.setattr(services, "EACH", 3)
    monkeypatch.setattr(services, "ALL", 5)
    found = [visitor.get(f"/karten/wms/Plan/12/2132/{1372 + n}.png") for n in range(5)]
    assert [is_nothing(each) for each in found] == [False, False, False, True, True]
    assert visitor.get(TILE).content == png()  # what is kept costs nothing
    other = Client(REMOTE_ADDR="203.0.113.10")
    found = [other.get(f"/karten/wms/Plan/13/2132/{1372 + n}.png") for n in range(3)]
    assert len(service.asked) == 5  # all together
    assert is_nothing(found[2])


def test_the_store_forgets_the_oldest_pictures(tiles, tmp_path, monkeypatch):
    monkeypatch.setattr(tiles, "LARGEST_STORE", 1000)
    for n in range(12):
        path = tmp_path / "store" / str(n)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * 100)
        os.utime(path, (1000 + n, 1000 + n))
    tiles.clear(tmp_path / "store")
    assert sorted(int(path.name) for path in (tmp_path / "store").iterdir()) == list(range(4, 12))


# --- the setting ----------------------------------------------------------------------------------------------------
def test_services_are_named_in_one_setting(monkeypatch):
    from nahraum_site.config.environment import map_services

    monkeypatch.setenv(
        "NAHRAUM_WMS",
        "Stadt_plan=https://geo.stadt.example/wms?VERSION=1.1.1&LAYERS=a,b#© Stadt 2026, dl-de/by-2-0 | "
        "Luftbild=http://10.1.2.3:8080/{z}/{x}/{y}.png",
    )
    found = map_services()
    assert list(found) == ["Stadt_plan", "Luftbild"]
    assert found["Stadt_plan"].words == "Stadt plan"
    assert found["Stadt_plan"].origin == "© Stadt 2026, dl-de/by-2-0"
    assert (found["Stadt_plan"].is_tiled, found["Luftbild"].is_tiled) == (False, True)
    monkeypatch.setenv("NAHRAUM_WMS", "")
    assert map_services() == {}


@pytest.mark.parametrize(
    "wrong",
    [
        "https://geo.stadt.example/wms?layers=a",
        "Plan=ftp://geo.stadt.example/wms?layers=a",
        "Plan=file:///etc/passwd?layers=a",
        "Plan=https://geo.stadt.example/wms",
        "Plan=https://name:wort@geo.stadt.example/wms?layers=a",
        "Plan=https://{z}.stadt.example/{z}/{x}/{y}.png",
        "Plan=https://geo.stadt.example:port/{z}/{x}/{y}.png",
        "../Plan=https://geo.stadt.example/{z}/{x}/{y}.png",
        "Plan=https://a.example/{z}/{x}/{y} | Plan=https://b.example/{z}/{x}/{y}",
    ],
)
def test_what_is_no_service_stops_the_start_and_is_named(monkeypatch, wrong):
    from nahraum_site.config.environment import map_services

    monkeypatch.setenv("NAHRAUM_WMS", wrong)
    with pytest.raises(SystemExit, match="NAHRAUM_WMS"):
        map_services()


def test_the_older_version_of_wms_names_the_system_otherwise(tiles):
    from nahraum_site.config.environment import MapService

    service = MapService(name="a", address="https://geo.example/wms?layers=a&version=1.1.1", origin="")
    asked = parse_qs(urlsplit(tiles.address_of(service, 0, 0, 0)).query, keep_blank_values=True)
    assert asked["SRS"] == ["EPSG:3857"]
    assert "CRS" not in asked
    assert [float(each) for each in asked["BBOX"][0].split(",")] == pytest.approx(
        [-20037508.342789, -20037508.342789, 20037508.342789, 20037508.342789]
    )
