"""Indicators and periods without a number: the atlas leaves out what holds nothing and shows what is protected."""

from collections import OrderedDict

import pytest

from tests.site.atlas_views import table_of, text_of

KEY, PERIOD = "unemployment", "2021"
WAYS = ("/atlas/", "/atlas/druck/", "/einbetten/atlas/", "/atlas/ansicht.csv", "/atlas/ansicht.svg")


@pytest.fixture(autouse=True)
def nothing_held(django, monkeypatch):
    """Let the site keep neither what these tests write nor what others read, and ration no drawing."""
    from django.core.cache import cache

    from nahraum_site.indicators import drawn, kept, queries

    cache.clear()
    for module, name in ((queries, "_parts"), (kept, "_pages"), (drawn, "_drawings")):
        monkeypatch.setattr(module, name, OrderedDict())


@pytest.fixture
def embedding(client):
    from django.test import override_settings

    with override_settings(EMBED=["https://www.stadt.example"]):
        yield client


@pytest.fixture
def coming(edition):
    """Store an indicator of which nothing is delivered yet before all others."""
    from django.db.models import F

    from nahraum_site.indicators.models import Layer

    edition.layers.update(position=F("position") + 1)
    said = {language: {"labels": ["a"], "sheet": []} for language in ("de", "en")}
    given = {"edition": edition, "key": "coming", "kind": "indicator", "name": "Kommt bald", "words": said}
    return Layer.objects.create(position=0, **given)


@pytest.mark.parametrize("query", ["", "?zeige=coming", "?neben=coming", "?zeige=coming&neben_zeit=2018"])
def test_an_indicator_without_any_value_stops_no_view(embedding, coming, query):
    for way in WAYS:
        answer = embedding.get(f"{way}{query}")
        assert answer.status_code == 200, way
        assert coming.name not in answer.content.decode(), way


def test_an_edition_in_which_nothing_has_a_period_is_not_there_yet(client, edition):
    from nahraum_site.indicators.models import LayerPeriod

    LayerPeriod.objects.filter(layer__edition=edition).delete()
    assert client.get("/atlas/").status_code == 200


@pytest.fixture
def hidden(edition):
    """Hide every quarter's value of one period; districts keep theirs."""
    layer = edition.layers.get(key=KEY)
    layer.cells.filter(period=PERIOD).update(state=3, value=None, class_number=0, rank=0)
    layer.periods.filter(period=PERIOD).update(limits=[None] * 4)
    return edition.__class__.objects.get(pk=edition.pk).levels[0]["id"]


def test_a_period_that_is_all_protected_is_shown_as_such(embedding, hidden):
    for way in WAYS:
        assert embedding.get(f"{way}?zeige={KEY}&zeit={PERIOD}").status_code == 200, way
    rows = table_of(embedding, f"zeige={KEY}&zeit={PERIOD}")
    assert {(row["Zustand"], row["Wert"], row["Rang"]) for row in rows} == {("geschützt", "", "")}
    assert f'<option value="{PERIOD}" selected>' in text_of(embedding, f"/atlas/?zeige={KEY}&zeit={PERIOD}")


def test_districts_of_a_period_without_quarters_have_classes_of_their_own(embedding, hidden, edition):
    view = f"zeige={KEY}&zeit={PERIOD}&ebene={hidden}"
    rows = [row for row in table_of(embedding, view) if row["Wert"]]
    assert len({row["Klasse"] for row in rows}) > 1
    assert "" not in {row["Klasse"] for row in rows}
    assert "Dies sind natürliche Klassen" in text_of(embedding, f"/atlas/?{view}")
    edition.layers.get(key=KEY).cells.filter(period=PERIOD).delete()  # only districts were delivered
    for way in WAYS:
        assert embedding.get(f"{way}?{view}").status_code == 200, way
    rows = table_of(embedding, f"zeige={KEY}&zeit={PERIOD}")
    assert {row["Zustand"] for row in rows} == {"kein Wert"}


def test_a_view_opens_with_the_latest_period_that_has_classes(client, edition):
    layer = edition.layers.get(key=KEY)
    layer.periods.filter(period=edition.profile_period).delete()
    last = layer.periods.last()
    layer.periods.filter(pk=last.pk).update(limits=[None] * 4)
    before = layer.periods.exclude(pk=last.pk).last()
    assert f'<option value="{before.period}" selected>' in text_of(client, f"/atlas/?zeige={KEY}")
