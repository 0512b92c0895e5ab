"""What the reviewer of an edition sees beside the current one: new periods, and every other value by name."""

import pytest

from tests.site.cast import enter, forgetful, hire, words  # noqa: F401 - fixtures
from tests.site.test_editions import copy, people  # noqa: F401 - fixtures

KEY, PLACE = "unemployment", "1301"


@pytest.fixture
def revised(people, copy):  # noqa: F811
    """A draft with a new period, one other value and one that is protected now; before and after in words."""
    from nahraum.base.language import number
    from nahraum_site.indicators.models import Cell, LayerPeriod

    petra, browser = people["Petra"]
    draft = copy(petra)
    layer = draft.layers.get(key=KEY)
    index = draft.layers.get(kind="index")
    LayerPeriod.objects.create(layer=index, period="2031")
    cell = layer.cells.filter(state=0, period="2022").first()
    old, cell.value = cell.value, cell.value + 3.5
    cell.save()
    hidden = layer.cells.filter(state=0, period="2021").first()
    secret = number(hidden.value, layer.digits)
    Cell.objects.filter(pk=hidden.pk).update(state=3, value=None)
    return browser, draft, layer, cell, number(old, layer.digits), number(cell.value, layer.digits), hidden, secret


def test_new_periods_and_other_values_are_named(revised):
    from nahraum.base import State

    browser, draft, layer, cell, old, new, hidden, secret = revised
    page = words(browser.get(f"/ausgaben/{draft.uuid}/"))
    assert "Neu dabei:</strong> 2031" in page
    part = page[page.index("Andere Werte für denselben Zeitraum") :]
    rows = part[: part.index("</table>")].split("<tr>")[2:]
    assert "2 Werte" in part
    (named,) = [row for row in rows if cell.area.name in row and "2022" in row]
    assert layer.name in named
    assert named.index(f">{old}") < named.index(f">{new}")
    assert State(3) is State.PROTECTED
    (shut,) = [row for row in rows if hidden.area.name in row and "2021" in row]
    assert "eine Zahl, hier nicht gezeigt" in shut
    assert "geschützt" in shut
    assert f">{secret}" not in shut


def test_only_so_many_are_listed_and_the_rest_is_counted(people, copy):  # noqa: F811
    from django.db.models import F

    from nahraum_site.indicators.changes import LISTED
    from nahraum_site.indicators.models import Cell

    petra, browser = people["Petra"]
    draft = copy(petra)
    count = Cell.objects.filter(layer__edition=draft, layer__key=KEY, state=0).update(value=F("value") + 1)
    assert count > LISTED
    page = words(browser.get(f"/ausgaben/{draft.uuid}/"))
    part = page[page.index("Andere Werte für denselben Zeitraum") :]
    assert f"{count} Werte" in part
    assert part[: part.index("</table>")].count("<tr>") == LISTED + 1
    assert "Ränge und Klassen" in part, "what somebody changed stands before what follows from it"
    assert f"die {LISTED} jüngsten" in part


def test_readers_see_when_a_published_value_was_revised(people, copy):  # noqa: F811
    from django.test import Client
    from django.utils import timezone

    from nahraum_site.indicators.models import Cell, Edition

    petra, _browser = people["Petra"]
    newer = copy(petra)
    cells = Cell.objects.filter(layer__edition=newer, layer__key=KEY, area__key=PLACE, state=0).order_by("-period")
    last, before = cells[0], cells[1]
    Cell.objects.filter(pk=last.pk).update(value=last.value + 2)
    assert last.period == newer.profile_period
    hidden = Cell.objects.filter(layer__edition=newer, layer__key=KEY, area__key=PLACE, period=before.period)
    hidden.update(state=3, value=None)
    Edition.objects.filter(pk=newer.pk).update(stage="published", published_at=timezone.now())
    day = f"{timezone.localdate():%d.%m.%Y}"
    page = words(Client().get(f"/gebiete/{PLACE}/"))
    assert page.count(f"revidiert am {day}") == 2  # in the table and in the series; nothing beside what is protected
    atlas = words(Client().get(f"/atlas/?zeige={KEY}"))
    assert atlas.count(f"revidiert am {day}") == 1
    assert "revidiert am" not in words(Client().get("/atlas/?zeige=basic_security"))
    Edition.objects.exclude(pk=newer.pk).update(withdrawn_at=timezone.now())
    assert "revidiert am" not in words(Client().get(f"/gebiete/{PLACE}/")), "what was withdrawn is not spoken of"


def test_limits_of_the_classes_stand_beside_their_words(client, edition):
    from nahraum.base.language import number

    page = words(client.get(f"/gebiete/{PLACE}/?n=3"))
    for kind in ("index", "domain"):
        layer = edition.layers.filter(kind=kind).first()
        limits = layer.periods.get(period=edition.profile_period).limits
        assert limits
        assert "; ".join(number(each, 2) for each in limits) in page[page.index("Die Wörter für die Klassen") :]
