"""Ten thousand areas in the browser: checked in seconds, pages that a browser can show."""

import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.many_areas import SIDE, boundary_file, district_file
from tests.site.cast import enter, forgetful, hire, words  # noqa: F401 - fixtures
from tests.site.test_areas import planner  # noqa: F401 - fixture

pytestmark = pytest.mark.slow
LIMIT_S = 30.0  # on a loaded machine; alone below 10 s
LARGEST = 1_000_000  # bytes of a page
GIVEN = {"level": "Block", "key": "nr", "label": "name", "city": "Rasterstadt", "population": "inhabitants"}
GIVEN |= {"level_2": "Bezirk", "key_2": "bez", "label_2": "", "above_key": "id"}


def timed(call):
    start = time.perf_counter()
    answer = call()
    taken = time.perf_counter() - start
    assert taken < LIMIT_S, taken
    assert len(answer.content) < LARGEST, len(answer.content)
    return answer


def stored(client, name, content):
    from nahraum_site.places.models import AreaSystem

    files = {
        "file": SimpleUploadedFile("q.geojson", content),
        "above": SimpleUploadedFile("b.geojson", district_file()),
    }
    sent = timed(lambda: client.post("/gebietsstaende/neu/", files))
    answer = timed(lambda: client.post(sent.url, GIVEN | {"name": name}))
    assert answer.status_code == 302, re.findall(r'class="(?:issue|row__error)[^>]*>.*?</', words(answer))
    return AreaSystem.objects.latest("pk")


def test_upload_check_compare_and_adopt_ten_thousand_areas(planner):  # noqa: F811
    old = stored(planner, "Raster 2020", boundary_file())
    new = stored(planner, "Raster 2024", boundary_file(merged=True))
    assert old.areas.count() == SIDE * SIDE
    page = words(timed(lambda: planner.get(f"/gebietsstaende/{old.uuid}/")))
    assert "10.000 × Block, 100 × Bezirk, 1 × Stadt" in page
    assert page.count('<th scope="row">') == 200
    assert "1 / 50" in page
    found = words(timed(lambda: planner.get(f"/gebietsstaende/{old.uuid}/?suche=Block+99-99")))
    assert found.count('<th scope="row">') == 1
    address = f"/gebietsstaende/{new.uuid}/gegen/{old.uuid}/"
    page = words(timed(lambda: planner.get(address)))
    assert re.search(r"Zusammengelegt <span class=\"muted\">\(100\)", page)
    assert re.search(r"Unverändert <span class=\"muted\">\(9\.800\)", page)
    assert "Die ersten 200" in page
    table = timed(lambda: planner.get(f"{address}aenderungen.csv")).content.decode().splitlines()
    assert len(table) == 1 + 100 + 9800
    walk = timed(lambda: planner.get(f"{address}ueberleitung.csv"))
    given = {"file": SimpleUploadedFile("u.csv", walk.content), "valid_to": "2023-12-31"}
    answer = timed(lambda: planner.post(f"{address}uebernehmen/", given))
    assert "bis 31. Dezember 2023" in words(timed(lambda: planner.get(answer.url)))
