"""What Ada coded in two texts, and how the pages of condensing are asked."""

from __future__ import annotations

import csv
import html
import io
import re

import pytest

from tests.site.coding_fixtures import (
    SAID,
    at,
    step,
)
from tests.site.texts_fixtures import imported

OTHER = "Im Hof fehlt eine Mirabellenbank.\nDer Weg ist weit.\n"
FIRST, SECOND = (0, 22), (0, 33)
assert SAID[slice(*FIRST)] == "Der Platz 🌳 ist laut.\n"[:22]


@pytest.fixture
def coded(study, text, system, collections, team, enter):
    """Return a second text of another collection; Ada coded one segment in each."""
    (other,) = imported(study, collections[1], team["Ada"], "hof.txt", OTHER.encode(), replaced=False)
    for one, (start, end) in ((text, FIRST), (other, SECOND)):
        step(enter(team["Ada"]), study, one, start=start, end=end, category=system["Wohnen"])
    return other


def see(study, is_open=True):
    from nahraum_site.voices.coding.models import Openness

    Openness.objects.update_or_create(study=study, defaults={"is_open": is_open})


def table(study, system, **more):
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    return at(study, f"verdichten/?category={system['Bedarfe']}{asked}")


def cells(answer):
    """Return what the table's form holds, as a browser would send it: name -> value."""
    page = answer.content.decode()
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    areas = re.findall(r'<textarea[^>]* name="(t\.[^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return {name: html.unescape(value) for name, value in [*found.items(), *areas]}


def empty(answer, behind=None):
    """Return the ids of cells without a step, of those that hang on a step or segment."""
    form = cells(answer)
    ids = [name[2:] for name in form if name.startswith("t.") and form[f"v.{name[2:]}"] == "0"]
    return [id for id in ids if behind is None or form[f"b.{id}"] == behind]


def place(text, stretch):
    return f"{text.uuid}:{stretch[0]}:{stretch[1]}"


def filled(client, study, system, *lines):
    """Fill paraphrase and generalisation beside segments and return their ids: lines are (a text, stretch, p, g)."""
    ids = []
    for one, stretch, paraphrase, generalisation in lines:
        page = client.get(table(study, system))
        (first,) = empty(page, place(one, stretch))
        (second,) = empty(page, first)
        form = cells(page) | {f"t.{first}": paraphrase, f"t.{second}": generalisation, "do": "save"}
        assert client.post(table(study, system), form).status_code == 302
        ids += [first, second]
    return ids


def rows_of(content):
    """Return the rows of a CSV file as mappings."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), delimiter=";"))


def summarise(client, study, system, space, category, rest="", **given):
    address = at(study, f"raster/zelle/?space={space}&category={system[category]}{rest}")
    page = client.get(address)
    ticked = re.findall(r'name="rests_on" value="([^"]+)" checked', page.content.decode())
    version = re.search(r'name="version" value="(\d+)"', page.content.decode())[1]
    return client.post(address, {"version": version, "rests_on": ticked, **given})
