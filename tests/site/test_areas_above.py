"""Boundaries of two levels: who does not lie where the key says, on the page, on the map, and kept with the version."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.site.cast import enter, forgetful, hire, words  # noqa: F401 - fixtures
from tests.site.test_areas import FOUR, GIVEN, grid, planner, upload  # noqa: F401 - fixtures

pytestmark = pytest.mark.once

QUARTERS = [("0101", "Ufer", 0, 0, 1000, 1000), ("0102", "Markt", 1000, 0, 2000, 1000),
            ("0201", "Wald", 2000, 0, 3000, 1000)]  # fmt: skip
WEST_ENDS_AT_1600 = [("01", "West", 0, 0, 1600, 1000), ("02", "Ost", 1600, 0, 3000, 1000)]
FITTING = [("01", "West", 0, 0, 2000, 1000), ("02", "Ost", 2000, 0, 3000, 1000)]
MORE = {"level_2": "Stadtbezirk", "prefix_2": "2", "above_key": "nr", "key_2": "", "label_2": ""}


def both(client, quarters, districts, names=("q.geojson", "b.geojson")):
    fine, coarse = (SimpleUploadedFile(name, each) for name, each in zip(names, (quarters, districts), strict=True))
    return client.post("/gebietsstaende/neu/", {"file": fine, "above": coarse})


def latest():
    from nahraum_site.places.models import AreaSystem

    return AreaSystem.objects.latest("pk")


def test_a_quarter_that_reaches_into_another_district_is_told_marked_and_kept_with_the_version(planner):  # noqa: F811
    """Markt (0102) reaches from 1,000 to 2,000 m; its district 01 ends at 1,600 m: 40 hectares lie outside."""
    sent = both(planner, grid(QUARTERS), grid(WEST_ENDS_AT_1600))
    assert "?oben=" in sent.url
    answer = planner.post(sent.url, GIVEN | MORE)
    page = words(answer)
    assert answer.status_code == 422
    assert "Markt (0102)" in page
    assert "40,0 % seiner Fläche liegen außerhalb, das meiste davon in 02." in page
    assert page.count('class="spot spot--not-in-parent" d=') == 1
    assert re.search(r"Nicht in dem Gebiet.*?Markt \(0102\).*?01.*?40,0.*?40", page, re.DOTALL)
    answer = planner.post(sent.url, GIVEN | MORE | {"seen": "1"})
    assert answer.status_code == 302
    page = words(planner.get(answer.url))
    assert page.count('class="spot spot--not-in-parent" d=') == 1
    assert "3 × Feld, 2 × Stadtbezirk, 1 × Stadt" in page
    drawn = {"geometry": "b.geojson", "geometry_key": "nr"}
    assert latest().part["levels"][1] == {"id": "stadtbezirk", "name": "Stadtbezirk", "prefix": 2, **drawn}
    assert sorted(each.name for each in latest().files.all()) == ["b.geojson", "q.geojson"]


def test_what_fits_is_stored_at_once_and_two_files_of_one_name_do_not_replace_each_other(planner):  # noqa: F811
    sent = both(planner, grid(QUARTERS), grid(FITTING), names=("g.geojson", "g.geojson"))
    answer = planner.post(sent.url, GIVEN | MORE)
    assert answer.status_code == 302, words(answer)
    assert sorted(each.name for each in latest().files.all()) == ["g.geojson", "oben-g.geojson"]
    assert "spot--" not in words(planner.get(answer.url))


def test_a_column_instead_of_the_beginning_of_the_key_names_the_district(planner):  # noqa: F811
    inside = json.loads(grid(QUARTERS))
    for feature in inside["features"]:
        feature["properties"]["bez"] = feature["properties"]["nr"][:2]
    sent = both(planner, json.dumps(inside).encode(), grid(WEST_ENDS_AT_1600))
    page = words(planner.get(sent.url))
    assert re.search(r'name="key_2".*?<option value="bez" selected>', page, re.DOTALL), "the column is guessed"
    assert re.search(r'name="above_key".*?<option value="nr" selected>', page, re.DOTALL)
    answer = planner.post(sent.url, GIVEN | MORE | {"key_2": "bez", "prefix_2": ""})
    assert "spot--not-in-parent" in words(answer)
    answer = planner.post(sent.url, GIVEN | MORE | {"key_2": "bez"})
    assert "entweder eine Spalte oder eine Anzahl" in words(answer)


@pytest.mark.parametrize(
    ("districts", "more", "said"),
    [
        ([("A", "West", 0, 0, 2000, 1000), ("B", "Ost", 2000, 0, 3000, 1000)], {}, "Keiner der Schlüssel"),
        ([FITTING[0], ("01", "Ost", 2000, 0, 3000, 1000)], {}, "stehen mehrfach"),
        (FITTING[:1], {}, "haben in dieser Datei keine Grenze"),
        (FITTING, {"level_2": "", "prefix_2": ""}, "Sagen Sie, was die Grenzen der Ebene darüber zeigen"),
        (FITTING, {"above_key": ""}, "row__error"),
        ([(key, name, w + 90_000, s, e + 90_000, n) for key, name, w, s, e, n in FITTING], {}, "ganz außerhalb"),
    ],
)
def test_a_wrong_file_is_told_why_and_nothing_is_stored(planner, districts, more, said):  # noqa: F811
    from nahraum_site.places.models import AreaSystem

    before = AreaSystem.objects.count()
    sent = both(planner, grid(QUARTERS), grid(districts))
    answer = planner.post(sent.url, GIVEN | MORE | more)
    assert answer.status_code == 422
    assert said in words(answer)
    assert 'value="Rasterstadt"' in words(answer), "what was typed stays"
    assert AreaSystem.objects.count() == before


@pytest.mark.parametrize("content", [b"nr,name\n01,West\n", b"\x89PNG\r\n\x1a\n....", b""])
def test_a_second_file_without_boundaries_is_refused_at_its_field_and_neither_is_kept(planner, content):  # noqa: F811
    from nahraum_site.records.models import File

    before = File.objects.count()
    answer = both(planner, grid(QUARTERS), content, names=("q.geojson", "b.csv"))
    assert answer.status_code == 422
    assert re.search(r'id="id_above_error"', words(answer))
    assert File.objects.count() == before


def test_an_address_with_a_made_up_second_file_is_not_found(planner):  # noqa: F811
    sent = upload(planner, grid(FOUR))
    for made_up in ("krumm", "00000000-0000-4000-8000-000000000000"):
        assert planner.get(f"{sent.url}?oben={made_up}").status_code == 404


def test_gaps_of_a_stored_version_are_on_its_page(planner):  # noqa: F811
    nine = [(f"{x}{y}", f"Feld {x}{y}", x * 1000, y * 1000, x * 1000 + 1000, y * 1000 + 1000)
            for x in range(3) for y in range(3) if (x, y) != (1, 1)]  # fmt: skip
    sent = upload(planner, grid(nine))
    answer = planner.post(sent.url, GIVEN | {"seen": "1"})
    assert answer.status_code == 302, words(answer)
    page = words(planner.get(answer.url))
    assert page.count('class="spot spot--gap" d=') == 1
    assert re.search(r"Wo es auffällt.*?Lücke.*?100,0", page, re.DOTALL), "1 km times 1 km"


@pytest.mark.parametrize("broken", ["crossed", "missing", "point"])
def test_outlines_that_are_none_are_told_and_the_page_stands(planner, broken):  # noqa: F811
    given = json.loads(grid(FOUR))
    ring = given["features"][0]["geometry"]["coordinates"][0]
    if broken == "crossed":
        ring[1], ring[2] = ring[2], ring[1]
    else:
        point = {"type": "Point", "coordinates": ring[0]}
        given["features"][0]["geometry"] = point if broken == "point" else None
    sent = upload(planner, json.dumps(given).encode())
    answer = planner.post(sent.url, GIVEN)
    assert answer.status_code == 422
    page = words(answer)
    assert "issue--error" in page
    assert page.count("issue--error") == 1, "each fault is told once"
    assert ('class="spot spot--invalid" d=' in page) is (broken == "crossed")


def test_the_districts_are_called_as_their_own_file_says(planner):  # noqa: F811
    """Names come from the second file: suggested, stored in the part, shown."""
    sent = both(planner, grid(QUARTERS), grid(FITTING))
    page = planner.get(sent.url).content.decode()
    field = re.search(r'<select name="above_label".*?</select>', page, re.DOTALL)[0]
    assert '<option value="name" selected>' in field
    answer = planner.post(sent.url, GIVEN | MORE | {"above_label": "name"})
    assert answer.status_code == 302, words(answer)
    level = latest().part["levels"][1]
    assert level["geometry_label"] == "name"
    assert "label" not in level
    from nahraum_site.places.reading import places_of

    assert [area.name for area in places_of(latest()).system.at("stadtbezirk")] == ["West", "Ost"]


def test_an_error_offers_no_warnings_to_have_read(planner):  # noqa: F811
    doubled = grid([QUARTERS[0], *QUARTERS[:2]])
    sent = both(planner, doubled, grid(FITTING))
    answer = planner.post(sent.url, GIVEN | MORE)
    assert "doppelt" in words(answer) or "zweimal" in words(answer)
    assert 'name="seen"' not in answer.content.decode()


def test_a_coordinate_system_that_is_none_is_told_at_its_field(planner):  # noqa: F811
    sent = both(planner, grid(QUARTERS), grid(FITTING))
    answer = planner.post(sent.url, GIVEN | MORE | {"crs": "Mondkoordinaten"})
    assert answer.status_code == 422
    assert ">Koordinatensystem</a>: „Mondkoordinaten“ ist kein Koordinatensystem." in words(answer)
    assert "[areas]" not in words(answer)
