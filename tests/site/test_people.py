"""Which variable counts inhabitants is said on the project page, and nothing fails without it that needs it not."""

import re

import pytest

from tests.site.cast import enter, forgetful, hire  # noqa: F401 - fixtures
from tests.site.wizard import Desk, form_of, found, words

PEOPLE = "nr;Einwohner;Arbeitslose\n01;1200;120\n02;980;49\n03;1500;150\n04;800;60\n"
TAKEN = {"variable": ["einwohner", "arbeitslose"], "period": "2023"}


@pytest.fixture
def desk(tmp_path, hire, enter):  # noqa: F811
    found(tmp_path)
    return Desk(enter(hire("Petra", "planner")))


@pytest.fixture
def delivered(desk):
    """Return a desk with a table and an indicator, and areas that name inhabitants which no table holds."""
    from nahraum_site.indicators.actions.stock import save_recipe
    from nahraum_site.indicators.models import Domain, Indicator, Project

    desk.take("einwohner_2023.csv", PEOPLE, **TAKEN)
    Domain.objects.create(key="work", position=0, part={"id": "work", "name": "Arbeit"})
    part = {"id": "u", "name": "Arbeitslose", "domain": "work", "unit": "%", "direction": "higher_is_worse"}
    part |= {"numerator": ["arbeitslose"], "denominator": ["einwohner"], "per": 100}
    Indicator.objects.create(key="u", position=0, part=part)
    system = Project.objects.get().system
    system.part = {**system.part, "population": "menschen"}
    system.save()
    save_recipe({}, name="Erste", reason="Probe", user=None)
    return desk


def test_the_project_page_proposes_what_looks_like_inhabitants(delivered):
    delivered.get("/projekt/")
    assert form_of(delivered.answer)["population"] == ["einwohner"]
    assert "„menschen“" in words(delivered.answer)


def test_workbench_and_draft_say_in_field_words_where_to_choose(delivered):
    from nahraum_site.indicators.models import Recipe

    answer = delivered.get("/werkstatt/")
    assert "„menschen“" in words(answer)
    assert "areas.population" not in words(answer)
    assert 'href="/projekt/"' in answer.content.decode()
    answer = delivered.post("/ausgaben/neu/", {"recipe": Recipe.objects.first().pk, "reason": "Probe"})
    assert answer.status_code == 422
    assert "„menschen“" in words(answer)
    assert 'href="/projekt/"' in answer.content.decode().partition("<main")[2]


@pytest.mark.parametrize("chosen", ["einwohner", ""])
def test_chosen_or_not_known_the_workbench_computes(delivered, chosen):
    from nahraum_site.indicators import assembly

    delivered.get("/projekt/")
    delivered.post("/projekt/", form_of(delivered.answer) | {"population": chosen})
    assert "Gespeichert" in words(delivered.answer)
    assert assembly.stock().parts["areas"].get("population", "") == chosen
    answer = delivered.get("/werkstatt/")
    assert 'id="ergebnis"' in answer.content.decode()
    assert "menschen" not in words(answer)


def test_areas_cannot_be_protected_by_inhabitants_that_nobody_named(delivered):
    delivered.get("/projekt/")
    delivered.post("/projekt/", form_of(delivered.answer) | {"population": "", "min_inhabitants": "100"})
    assert delivered.answer.status_code == 422
    assert "Gebiete mit wenigen Einwohner*innen sollen geschützt werden" in words(delivered.answer)


def test_the_choice_is_the_project_s_whatever_areas_it_uses(delivered):
    from nahraum_site.indicators.models import Project
    from nahraum_site.indicators.people import areas_part

    delivered.get("/projekt/")
    delivered.post("/projekt/", form_of(delivered.answer) | {"population": "einwohner"})
    project = Project.objects.get()
    del project.system.part["population"]
    assert areas_part(project) == {**project.system.part, "population": "einwohner"}
    assert Project.objects.get().system.part["population"] == "menschen"  # the version of the areas stays as it is


@pytest.mark.parametrize(("cell", "shown"), [("-5", "\u22125"), ("980,5", "980,5")])
def test_what_is_negative_or_broken_counts_no_people(delivered, cell, shown):
    """The project would protect areas by numbers that are no people."""
    delivered.take("saldo.csv", PEOPLE.replace("Einwohner;Arbeitslose", "Saldo;Rest").replace("980", cell), id="saldo",
                   variable=["saldo", "rest"], period="2023", decimal=",", delimiter=";")  # fmt: skip
    delivered.get("/projekt/")
    delivered.post("/projekt/", form_of(delivered.answer) | {"population": "saldo"})
    assert delivered.answer.status_code == 422
    assert f"„saldo“ zählt keine Menschen: {shown} im Gebiet 02, 2023 (saldo.csv, Zeile 3)" in words(delivered.answer)


def test_a_corrected_number_counts_people_again(delivered):
    head = "nr;Saldo\n"
    delivered.take("saldo.csv", head + "01;3\n02;-5\n03;1\n04;2\n", id="saldo", variable=["saldo"], period="2023")
    delivered.upload(("neu.csv", head + "02;5\n"))
    delivered.describe(id="neu", variable=["saldo"], period="2023")
    delivered.post(delivered.place.replace("pruefen", "neu-pruefen"), form_of(delivered.answer, "neu-pruefen"))
    delivered.confirm(seen="on")
    delivered.get("/projekt/")
    delivered.post("/projekt/", form_of(delivered.answer) | {"population": "saldo"})
    assert "Gespeichert" in words(delivered.answer)


def test_who_saves_second_sees_what_was_stored_meanwhile(delivered):
    from nahraum_site.indicators.models import Project

    delivered.get("/projekt/")
    old = form_of(delivered.answer)
    delivered.post("/projekt/", old | {"min_numerator": "5"})
    refused = delivered.client.post("/projekt/", old | {"title": "Anders"})
    assert refused.status_code == 409
    theirs = refused.content.decode().partition('id="jetzt"')[2].partition("</dl>")[0]
    labels = ["Titel", "Anzahlen unter diesem Wert sind geschützt"]  # nothing else differs
    assert re.findall(r"<dt>(.*?)</dt>", theirs) == labels
    assert re.findall(r"<dd>(.*?)</dd>", theirs) == ["Monitoring", "5"]
    delivered.post("/projekt/", form_of(refused))  # having seen it
    assert Project.objects.get().parts["project"]["title"] == "Anders"


def test_a_limit_that_protects_nobody_is_refused_at_once(delivered):
    delivered.get("/projekt/")
    for name in ("min_numerator", "min_denominator"):
        assert delivered.client.post("/projekt/", form_of(delivered.answer) | {name: "1"}).status_code == 422
