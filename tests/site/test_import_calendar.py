"""The delivery calendar: what is late, a delivery that moves the day and is read as the last one, two at once."""

import pytest

from tests.site.cast import enter, forgetful, hidden, hire
from tests.site.test_import import PEOPLE, SIGNS, desk, planner
from tests.site.wizard import form_of, words

__all__ = ["desk", "enter", "forgetful", "hire", "planner"]


def test_the_calendar_tells_what_is_late_and_a_delivery_moves_the_day(desk):
    due = {"name": "Einwohner", "holder": "Statistikstelle", "rhythm": "12", "due": "2024-02-29", "note": ""}
    desk.post("/kalender/neu/", due)
    page = words(desk.get("/kalender/"))
    assert "überfällig" in page or "verspätet" in page
    from nahraum_site.sources.models import Duty

    duty = Duty.objects.get()
    desk.upload(("x.csv", PEOPLE), to=f"/einlesen/?pflicht={duty.uuid}")
    assert "Statistikstelle" in words(desk.answer)
    desk.describe(id="einwohner_2023", **(SIGNS | {"variable": ["inhabitants", "unemployed"]}))
    desk.confirm(seen="on")
    duty.refresh_from_db()
    assert duty.due.isoformat() == "2025-02-28"
    assert duty.part["variables"] == {"inhabitants": "Einwohner", "unemployed": "Arbeitslose"}
    desk.take("ganz_anders.csv", PEOPLE.replace("2023", "2022"), id="anders", **(SIGNS | {"variable": ["a", "b"]}))
    desk.upload(("y.csv", PEOPLE.replace("2023", "2024")), to=f"/einlesen/?pflicht={duty.uuid}")
    assert form_of(desk.answer)["variable"] == ["inhabitants", "unemployed"]


@pytest.fixture
def duty(desk, planner):
    """Return a table that is due once a year."""
    from datetime import date

    from nahraum_site.sources.actions import make_duty
    from nahraum_site.sources.models import Duty

    given = {"name": "Einwohner", "holder": "Statistik", "rhythm": 12, "due": date(2026, 1, 31), "note": ""}
    make_duty(given, planner)
    return Duty.objects.get()


TYPED = {"name": "Einwohner", "holder": "Statistik", "rhythm": "12", "due": "2026-01-31", "note": "Frau Kern fragen"}


def test_a_note_on_an_old_page_does_not_take_back_the_day_that_a_delivery_moved(desk, duty, planner):
    from nahraum_site.records.models import LogEntry
    from nahraum_site.sources.actions import fulfil

    path = f"/kalender/{duty.uuid}/"
    typed = TYPED | {"version": hidden(desk.client.get(path), "version")}
    fulfil(duty, {}, planner)
    answer = desk.client.post(path, typed)
    duty.refresh_from_db()
    assert (answer.status_code, duty.due.isoformat(), duty.note) == (409, "2027-01-31", "")
    assert "Als Nächstes fällig am 31. Januar 2027" in words(answer)
    assert "Frau Kern fragen" in words(answer)
    assert desk.client.post(path, TYPED).status_code == 409  # a page without a version knows nothing
    again = typed | {"due": "2027-02-15", "version": hidden(answer, "version")}
    assert desk.client.post(path, again).status_code == 302
    entry = LogEntry.objects.filter(action="duty.changed").order_by("-number").first()
    same = {"name": "Einwohner", "holder": "Statistik", "rhythm": 12}
    assert entry.before == same | {"due": "2027-01-31"}
    assert entry.after == same | {"due": "2027-02-15", "noted": True}
    assert desk.client.post(path, again).status_code == 409  # what was stored counts as well


def test_a_line_that_somebody_ended_is_not_changed_and_says_so(desk, duty):
    path = f"/kalender/{duty.uuid}/"
    typed = TYPED | {"version": hidden(desk.client.get(path), "version")}
    desk.client.post(f"{path}beenden/")
    answer = desk.client.post(path, typed)
    assert answer.status_code == 422
    assert "wird nicht mehr erwartet" in words(answer)
    assert "Frau Kern fragen" in words(answer)
