"""The indicator catalogue: list, sheet, editing, Lebenslagen; who may, what is written down, what is never lost."""

import pytest

from tests.site.catalogue_fixtures import ROLES, alone, as_role, last_entry, people, words

__all__ = ["alone", "as_role", "people"]

KEY = "child_poverty"
READERS = {"planner", "researcher", "releaser", "leader"}


def indicator(key=KEY):
    from nahraum_site.indicators.models import Indicator

    return Indicator.objects.get(key=key)


def filled(client, key=KEY, **changes):
    """Return what a browser would send from the form, with some fields changed."""
    page = client.get(f"/indikatoren/{key}/bearbeiten/").context
    form, data = page["form"], {"version": str(page["version"])}
    for bound in form:
        value = bound.value()
        if value not in (None, False):
            data[bound.html_name] = "on" if value is True else str(value)
    for table in (form.breaks, form.figures):
        data |= {f"{table.prefix}-{n}_FORMS": str(v) for n, v in (("TOTAL", len(table.forms)), ("INITIAL", 0))}
        for row in table.forms:
            data |= {bound.html_name: "" if bound.value() is None else str(bound.value()) for bound in row}
    return data | changes


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("/indikatoren/", READERS),
        (f"/indikatoren/{KEY}/", READERS),
        (f"/indikatoren/{KEY}/gebiete/", READERS),
        (f"/indikatoren/{KEY}/werte/", {"planner"}),
        (f"/indikatoren/{KEY}/bearbeiten/", {"planner"}),
        (f"/indikatoren/{KEY}/ruhestand/", {"planner"}),
        ("/indikatoren/neu/", {"planner"}),
        ("/indikatoren/lebenslagen/", {"planner"}),
    ],
)
def test_every_page_answers_those_who_may_and_nobody_else(as_role, role, address, who):
    assert as_role(role).get(address).status_code == (200 if role in who else 403)


def test_the_public_is_asked_to_sign_in(client):
    assert client.get(f"/indikatoren/{KEY}/").headers["Location"].startswith("/anmelden/")


def test_the_list_tells_sixteen_indicators_by_lebenslage_with_what_is_known(as_role):
    page = as_role().get("/indikatoren/")
    text = words(page)
    assert "16 Indikatoren" in text
    assert text.index("Wirtschaftliche Lage") < text.index("Arbeitslose an der Bevölkerung")
    assert page.content.decode().count('class="spark"') == 16
    row = text[text.index("Arbeitslose an der Bevölkerung") :][:200]
    assert "2024" in row
    assert "76 / 77" in row  # nobody lives on Hafeninsel


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"suche": "SGB  bürgergeld"}, 0),
        ({"suche": KEY}, 1),
        ({"lage": "economic"}, 4),
        ({"lage": "economic", "suche": "langzeit"}, 1),
        ({"stand": "offen"}, 0),
        ({"stand": "ohne"}, 16),
        ({"stand": "alt"}, 0),
        ({"stelle": "Fachbereich Soziales (fiktiv)"}, None),
        ({"suche": "xyz"}, 0),
    ],
)
def test_the_list_is_searched_and_filtered(as_role, asked, count):
    from nahraum_site.indicators.models import Indicator

    if count is None:
        count = sum(each.part["holder"] == asked["stelle"] for each in Indicator.objects.all())
        assert 0 < count < 16
    assert f"{count} Indikator" in words(as_role().get("/indikatoren/", asked))


def test_what_is_open_is_found_from_the_deliveries(as_role):
    """Without its definition, and with the delivery of its counts withdrawn, an indicator is open for both."""
    from nahraum_site.indicators.actions.stock import withdraw_batch
    from nahraum_site.indicators.models import Batch

    found = indicator()
    found.part = {name: value for name, value in found.part.items() if name != "definition"}
    found.save()
    withdraw_batch(Batch.objects.get(key="benefits"), None, "Probe")
    text = words(as_role().get("/indikatoren/", {"stand": "offen", "suche": KEY}))
    assert "Auf dem Blatt fehlt: Definition." in text
    assert "Keine Lieferung enthält „child_security“." in text


def test_a_late_delivery_is_told_at_the_indicators_that_wait_for_it(as_role):
    from datetime import date

    from nahraum_site.sources.models import Duty

    part = {"variables": {"unemployed": "Arbeitslose"}}
    Duty.objects.create(name="Arbeitsmarkt", holder="Agentur", due=date(2020, 1, 31), part=part)
    client = as_role()
    assert "„Arbeitsmarkt“ war am 31.01.2020 fällig (Agentur)." in words(client.get("/indikatoren/unemployment/"))
    assert "fällig" not in words(client.get("/indikatoren/sports/"))


def test_a_sheet_says_formula_breaks_and_the_published_series(as_role, edition):
    from nahraum_site.indicators.models import LayerPeriod

    text = words(as_role().get(f"/indikatoren/{KEY}/"))
    for part in (
        "„Kinder SGB II“, geteilt durch „Kinder insgesamt“, mal 100",
        "Ab 2021 (neue Definition): Seit 2021 zählen alle unter 18 Jahren",
        "2015 bis 2024, 10 Zeiträume",
        "Fachbereich Soziales",
        f"http://testserver/indikatoren/{KEY}/",
    ):
        assert part in text, part
    city = LayerPeriod.objects.get(layer__edition=edition, layer__key=KEY, period="2024").city
    assert f"2024 {city:.1f}".replace(".", ",") in text


def test_only_the_planning_role_sees_delivered_values(as_role):
    path = f"/indikatoren/{KEY}/"
    assert "/werte/" in as_role().get(path).content.decode()
    text = as_role("researcher").get(path).content.decode()
    assert "/werte/" not in text
    assert "/lieferungen/" not in text


def test_the_areas_show_the_published_cells_and_no_others(as_role, edition):
    from nahraum_site.indicators.models import Cell

    text = as_role("researcher").get("/indikatoren/long_term_unemployment/gebiete/").content.decode()
    cells = Cell.objects.filter(layer__edition=edition, layer__key="long_term_unemployment")
    assert text.count(">geschützt</td>") == cells.filter(state=3).count()
    assert cells.filter(state=3).exists()


def test_a_change_is_stored_logged_and_told_field_by_field(as_role, people):
    client, before = as_role(), indicator().part
    answer = client.post(
        f"/indikatoren/{KEY}/bearbeiten/", filled(client, name="Kinder mit Leistungen", numerator="child_security")
    )
    assert answer.status_code == 302
    after = indicator()
    assert (after.part["name"], after.version) == ("Kinder mit Leistungen", 2)
    assert {k: v for k, v in after.part.items() if k != "name"} == {k: v for k, v in before.items() if k != "name"}
    entry = last_entry()
    assert (entry.action, entry.actor, entry.thing) == (
        "indicator.changed",
        str(people["planner"].uuid),
        str(after.uuid),
    )
    assert (entry.before, entry.after) == ({"name": before["name"]}, {"name": "Kinder mit Leistungen"})
    text = words(client.get(f"/indikatoren/{KEY}/"))
    assert "Person planner: geändert" in text
    assert f"Name {before['name']} Kinder mit Leistungen" in text
    assert "mit eigener Definition" in text  # the edition keeps the name it was published with


def test_a_form_sent_back_unchanged_changes_nothing(as_role):
    from nahraum_site.indicators.models import Indicator

    client = as_role()
    for each in Indicator.objects.all():
        before = last_entry().number
        client.post(f"/indikatoren/{each.key}/bearbeiten/", filled(client, each.key))
        again = indicator(each.key)
        assert (again.part, again.version, last_entry().number) == (each.part, each.version, before), each.key


def test_an_edition_keeps_its_definition_when_the_sheet_changes(as_role, edition):
    from nahraum_site.indicators.models import Layer

    before = Layer.objects.get(edition=edition, key=KEY).words
    client = as_role()
    client.post(f"/indikatoren/{KEY}/bearbeiten/", filled(client, definition="Ganz anders."))
    assert Layer.objects.get(edition=edition, key=KEY).words == before
    assert "Ganz anders." not in words(client.get("/methode/"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"numerator": "child_securty"}, "Keine Tabelle liefert „child_securty“. Meinten Sie „child_security"),
        ({"denominator": ""}, "Zum Zähler gehört ein Nenner"),
        ({"numerator": ""}, "Zum Nenner gehört ein Zähler"),
        ({"value": "unemployed"}, "Entweder ein fertiger Wert oder Zähler und Nenner"),
        ({"numerator": "unemployed\n-unemployed"}, "„unemployed“ steht hier zweimal"),
        ({"per": "1.000"}, "Schreiben Sie große Zahlen ohne Trennzeichen"),
        ({"per": "viel"}, "Hier wird eine Zahl erwartet"),
        ({"per": "0"}, "eine Zahl von"),
        ({"digits": "9"}, "eine Zahl von 0 bis 6"),
        ({"weight": "inhabitants"}, "Nur ein fertiger Wert braucht ein Gewicht"),
        ({"brueche-0-reason": ""}, "Nennen Sie den Grund"),
        ({"brueche-0-period": "gestern"}, "ist kein Zeitraum"),
        ({"brueche-0-areas": "9998"}, "Ein Gebiet 9998 gibt es nicht"),
        ({"brueche-3-reason": "Grund"}, "Ab welchem Zeitraum?"),
        ({"zahlen-0-official": "12.345"}, "ohne Trennzeichen"),
        ({"zahlen-11-official": "12,3"}, "Für welchen Zeitraum?"),
        ({"zahlen-0-numerator_total": "-4"}, "kann nicht negativ sein"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(as_role, changes, sentence):
    client, before, entry = as_role(), indicator().part, last_entry().number
    answer = client.post(f"/indikatoren/{KEY}/bearbeiten/", filled(client, comment="Mein langer Text", **changes))
    assert answer.status_code == 200
    assert sentence in words(answer)
    assert "Mein langer Text" in answer.content.decode()
    assert (indicator().part, last_entry().number) == (before, entry)


def test_a_number_that_is_none_hides_no_other_fault(as_role):
    """Short name, “per” and numerator are told in one round."""
    client = as_role("planner")
    data = filled(client) | {"id": "ä b", "per": "viel", "numerator": "gibtsnicht"}
    text = words(client.post("/indikatoren/neu/", data))
    assert "Hier wird eine Zahl erwartet" in text
    assert "Nur Buchstaben" in text
    assert "Keine Tabelle liefert „gibtsnicht“" in text


def test_more_rows_keep_what_was_typed_and_judge_nothing(as_role):
    client = as_role()
    data = filled(client, mehr="1", numerator="noch unfertig")
    answer = client.post(f"/indikatoren/{KEY}/bearbeiten/", data)
    text = answer.content.decode()
    assert "noch unfertig" in text
    assert "row__error" not in text
    assert len(answer.context["form"].breaks.forms) == int(data["brueche-TOTAL_FORMS"]) + 3


def test_breaks_and_official_figures_are_typed_as_rows(as_role):
    client = as_role()
    row = {"period": "2023", "kind": "boundary", "reason": "Neue Grenze", "areas": "1306, 1209"}
    figures = {"zahlen-0-official": "15,75", "zahlen-0-numerator_total": "4711"}
    client.post(
        f"/indikatoren/{KEY}/bearbeiten/",
        filled(client, **{f"brueche-2-{name}": value for name, value in row.items()}, **figures),
    )
    part = indicator().part
    assert part["breaks"][2] == {**row, "areas": ["1306", "1209"]}
    assert part["official"]["2024"] == 15.75
    assert part["numerator_total"] == {"2024": 4711}


def test_two_people_at_once_both_see_both_versions_and_nothing_is_lost(as_role):
    client = as_role()
    mine = filled(client, comment="Von mir")
    client.post(f"/indikatoren/{KEY}/bearbeiten/", filled(client, comment="Von anderen", unit="Prozent"))
    answer = client.post(f"/indikatoren/{KEY}/bearbeiten/", mine)
    text = words(answer)
    assert "Inzwischen hat jemand anderes gespeichert" in text
    assert "Bemerkung Von anderen Von mir" in text
    assert indicator().part["comment"] == "Von anderen"
    again = client.post(f"/indikatoren/{KEY}/bearbeiten/", mine | {"version": str(answer.context["version"])})
    assert again.status_code == 302
    assert indicator().part["comment"] == "Von mir"


def test_a_new_indicator_is_added_and_computed_with(as_role):
    from nahraum_site.indicators.assembly import stock

    client = as_role()
    data = {
        "id": "youth",
        "name": "Anteil junger Menschen",
        "domain": "children",
        "numerator": "under_18",
        "denominator": "inhabitants",
        "unit": "%",
        "per": "100",
        "digits": "1",
        "direction": "neutral",
        **{f"{p}-{n}_FORMS": "0" for p in ("brueche", "zahlen") for n in ("TOTAL", "INITIAL")},
    }
    assert client.post("/indikatoren/neu/", data).headers["Location"] == "/indikatoren/youth/"
    assert stock().parts["indicators"][-1] == {
        "id": "youth",
        "name": "Anteil junger Menschen",
        "domain": "children",
        "direction": "neutral",
        "numerator": ["under_18"],
        "denominator": ["inhabitants"],
    }
    assert "Es gibt schon einen Indikator" in words(client.post("/indikatoren/neu/", data))
    assert "Adresse des Katalogs" in words(client.post("/indikatoren/neu/", data | {"id": "neu"}))
    assert "Nur Buchstaben" in words(client.post("/indikatoren/neu/", data | {"id": "ä b"}))


def test_retiring_takes_it_out_of_new_editions_and_keeps_it_readable(as_role):
    from nahraum_site.indicators.assembly import stock

    client = as_role()
    path = "/indikatoren/sports/ruhestand/"
    assert client.post(path, {"because": "", "version": "1"}).status_code == 200
    client.post(path, {"because": "Nicht mehr geliefert", "version": "1"})
    assert "sports" not in [part["id"] for part in stock().parts["indicators"]]
    assert "Nicht mehr geliefert" in words(client.get("/indikatoren/sports/"))
    assert "1 Indikator " in words(client.get("/indikatoren/", {"stand": "alt"}))
    client.post(path, {"because": "Wieder da", "version": "1"})  # an old page
    assert indicator("sports").retired_at
    client.post(path, {"because": "Wieder da", "version": "2"})
    assert indicator("sports").retired_at is None
    assert last_entry().action == "indicator.revived"


def test_lebenslagen_are_added_renamed_ordered_and_removed(as_role):
    from nahraum_site.indicators.models import Domain

    client = as_role()
    client.post("/indikatoren/lebenslagen/neu/", {"key": "housing", "name": "Wohnen", "description": ""})
    found = Domain.objects.get(key="housing")
    assert Domain.objects.last() == found
    client.post(f"/indikatoren/lebenslagen/{found.pk}/platz/", {"hoch": "1"})
    assert list(Domain.objects.all())[-2] == found
    path = f"/indikatoren/lebenslagen/{found.pk}/"
    mark = client.get(path).context["before"]
    client.post(path, {"name": "Wohnen und Umfeld", "description": "", "before": mark})
    assert Domain.objects.get(pk=found.pk).part == {"id": "housing", "name": "Wohnen und Umfeld"}
    late = client.post(path, {"name": "Anders", "description": "", "before": mark})
    assert late.status_code == 409
    assert "Inzwischen hat jemand anderes gespeichert" in words(late)
    assert "Anders" in late.content.decode()
    client.post(f"{path}entfernen/")
    assert not Domain.objects.filter(key="housing").exists()
    assert last_entry().action == "domain.removed"
    used = Domain.objects.get(key="children")
    text = words(client.post(f"/indikatoren/lebenslagen/{used.pk}/entfernen/", follow=True))
    assert "Zu „Kinder und Jugendliche“ gehören noch" in text


@pytest.mark.parametrize(
    ("address", "questions"),
    [
        ("/indikatoren/", 13),
        (f"/indikatoren/{KEY}/", 17),
        (f"/indikatoren/{KEY}/gebiete/", 12),
        (f"/indikatoren/{KEY}/werte/", 14),
        (f"/indikatoren/{KEY}/bearbeiten/", 19),
        ("/indikatoren/lebenslagen/", 8),
    ],
)
def test_pages_ask_few_counted_questions(as_role, address, questions):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_role()
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert len(asked) <= questions, [each["sql"][:120] for each in asked]


def test_english_is_complete(as_role):
    client = as_role()
    client.cookies["nahraum_language"] = "en"
    for address in ("/indikatoren/", f"/indikatoren/{KEY}/", f"/indikatoren/{KEY}/bearbeiten/", "/lieferungen/"):
        text = words(client.get(address))
        for german in ("Zeitraum", "Lieferungen", "Zähler", "Gebiete mit", "Speichern", "Bestätigt"):
            assert german not in text, (address, german)
