"""The delivery calendar: what is late, and a delivery that moves the day and is read as the last one."""

from tests.site.cast import enter, forgetful, hire
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
