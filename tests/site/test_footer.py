"""What the foot of a page says about protection is true of what stands above it."""

import pytest

from tests.site.cast import enter, forgetful, hire

__all__ = ["enter", "forgetful", "hire"]

INTERNAL = "Interne Ansicht: ungeschützte Werte."


def foot(answer):
    assert answer.status_code == 200
    return answer.content.decode().partition('<footer class="site-footer">')[2]


@pytest.mark.parametrize("address", ["/", "/atlas/", "/gebiete/", "/gebiete/1101/", "/gebiete/vergleich/", "/bericht/"])
def test_what_is_published_names_how_it_is_protected(client, edition, address):
    said = foot(client.get(address))
    assert edition.words["de"]["protection"][:60] in said
    assert INTERNAL not in said


def addresses():
    from nahraum_site.indicators.models import Batch

    batch = Batch.objects.get(key="jobs").uuid
    return ["/werkstatt/", f"/lieferungen/{batch}/", "/indikatoren/unemployment/werte/"]


def test_what_is_not_protected_is_never_said_to_be(edition, hire, enter):
    planner = enter(hire("Petra", "planner"))
    for address in addresses():
        said = foot(planner.get(address))
        assert INTERNAL in said, address
        assert edition.words["de"]["protection"][:60] not in said, address
        assert edition.publisher not in said, address


def test_a_table_on_its_way_in_is_internal(edition, hire, enter):
    from tests.site.wizard import Desk

    desk = Desk(enter(hire("Petra", "planner")))
    desk.upload(("t.csv", "Quartier;Jahr;Kinder\n1101;2024;5\n1102;2024;7\n"))
    assert INTERNAL in foot(desk.answer)
    desk.describe(variable="kinder_neu")
    assert "Stimmt diese Tabelle?" in desk.answer.content.decode()
    assert INTERNAL in foot(desk.answer)
