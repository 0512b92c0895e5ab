"""The public page on the method: what the index counts, what is only shown, what may be left unsaid."""

import re

from nahraum.evidence.indicators.recipe_toml import leaves_of
from tests.site.cast import words


def test_indicators_that_the_index_leaves_out_stand_apart(client, edition, monkeypatch):
    one = edition.layers.filter(kind="indicator").first().key
    monkeypatch.setattr(type(edition), "counted", property(lambda edition: leaves_of(edition.recipe) - {one}))
    page = words(client.get("/methode/?n=1"))
    inside, shown = page.index('id="im-index"'), page.index('id="nur-gezeigt"')
    names = {layer.key: layer.name for layer in edition.layers.filter(kind="indicator")}
    counted = edition.counted
    assert counted
    assert counted < set(names)
    for key, name in names.items():
        place = page.index(f"<summary>{name}</summary>")
        assert (inside < place < shown) == (key in counted), name


def test_the_comparison_is_explained_and_no_column_says_the_same_in_every_row(client):
    page = words(client.get("/methode/"))
    assert "addiert" in page[page.index('id="abgleich"') :] or "niemand" in page[page.index('id="abgleich"') :]
    sources = page[page.index('id="quellen"') :]
    assert not re.search(r"<td>im Haus</td>", sources)
    assert "SHA-256" not in sources
