"""An indicator of open direction: told in the table, on no judged axis, in no likeness."""

import json
import re

import pytest

from tests.site.cast import words


def data(page):
    return json.loads(re.search(r'<script id="gebiet-daten"[^>]*>(.*?)</script>', page, re.DOTALL)[1])


@pytest.fixture
def opened(edition):
    from nahraum_site.indicators.models import Edition

    found = Edition.objects.get(pk=edition.pk)
    sheets = [
        {**each, "direction": "neutral"} if each["id"] == "recent_arrivals" else each
        for each in found.parts["indicators"]
    ]
    Edition.objects.filter(pk=edition.pk).update(parts={**found.parts, "indicators": sheets})
    return next(each["name"] for each in sheets if each["id"] == "recent_arrivals")


@pytest.mark.parametrize("address", ["/gebiete/1306/?n=1", "/gebiete/vergleich/?eins=1306&zwei=1301&n=1"])
def test_it_stands_in_the_table_and_not_on_the_axis(client, opened, address):
    page = words(client.get(address))
    assert f"nicht mitgezählt: {opened}." in page
    assert re.search(rf'<th scope="row">{re.escape(opened)}.*?ohne Bewertung', page)
    names = {" ".join(row["name"].split("|")) for row in data(page)["profile"]["data"]["values"]}
    assert len(names) > 5
    assert not any("Zugezogene" in name or opened.split()[0] in name for name in names)


def test_it_counts_in_no_likeness(client, edition, opened, monkeypatch):
    from nahraum_site.indicators import portrait

    asked = []
    whole = portrait.alike
    monkeypatch.setattr(
        portrait, "alike", lambda view, layers, *rest: asked.append(layers) or whole(view, layers, *rest)
    )
    client.get("/gebiete/1306/?n=2")
    (counted,) = asked
    everything = {layer.name for layer in edition.layers.all() if layer.kind == "indicator"}
    assert {layer.name for layer in counted} == everything - {opened}
