"""Deliveries: what came, what revises what, what withdrawing means; old values stay readable."""

import hashlib

import pytest

from tests.site.catalogue_fixtures import ROLES, alone, as_role, last_entry, people, words

__all__ = ["alone", "as_role", "people"]


@pytest.fixture
def corrected(alone, people, tmp_path):
    """Deliver a correction of two cells of the labour market: one changes, one is empty."""
    from nahraum.projects.file import build
    from nahraum.sources import read_table
    from nahraum.sources.terms import TableSpec
    from nahraum_site.indicators.actions.stock import confirm_batch
    from nahraum_site.records import files

    path = tmp_path / "korrektur.csv"
    path.write_text("Quartier;Jahr;Arbeitslose\n1101;2024;77\n1102;2024;\n1103;2024;.\n", encoding="utf-8")
    part = {
        "id": "jobs_corrected",
        "revises": ["jobs"],
        "file": path.name,
        "shape": "wide",
        "area": "Quartier",
        "period_column": "Jahr",
        "variables": {"unemployed": "Arbeitslose"},
        "protected": ["."],
    }
    kept = files.keep(path.name, files.in_chunks(path), people["planner"])
    reading = read_table(build(TableSpec, part, "tables"), tmp_path)
    return confirm_batch(reading, part, kept, people["planner"], note="Nachmeldung der Agentur")


def batch(key="jobs"):
    from nahraum_site.indicators.models import Batch

    return Batch.objects.get(key=key)


def former(area, period="2024"):
    """Return what the file of the labour market says, read without our program."""
    for line in batch().file.path.read_text(encoding="utf-8-sig").splitlines()[1:]:
        cells = line.split(";")
        if cells[:2] == [area, period]:
            return cells[2]
    raise AssertionError(area)


@pytest.mark.parametrize("role", ROLES)
def test_deliveries_are_for_the_planning_role_alone(as_role, role):
    client, one = as_role(role), f"/lieferungen/{batch().uuid}/"
    for address in ("/lieferungen/", one, f"{one}datei/", f"{one}zurueckziehen/"):
        assert client.get(address).status_code == (200 if role == "planner" else 403), address


def test_the_list_names_file_count_and_who(as_role):
    from nahraum_site.indicators.models import Batch

    text = words(as_role().get("/lieferungen/"))
    assert f"{Batch.objects.count()} Lieferungen" in text
    assert "arbeitsmarkt.csv" in text
    assert "2.340" in text
    assert "1 Lieferung " in words(as_role().get("/lieferungen/", {"suche": "arbeitsmarkt"}))


def test_all_values_are_reached_page_by_page_in_both_directions(as_role):
    from nahraum_site.indicators.models import Value

    client, found = as_role(), batch()
    path, query, seen, pages = f"/lieferungen/{found.uuid}/", {}, [], 0
    while True:
        window = client.get(path, query).context["window"]
        seen += [value.pk for value in window.values]
        pages += 1
        if window.after is None:
            break
        query = {"nach": window.after}
    assert seen == list(Value.objects.filter(batch=found).order_by("pk").values_list("pk", flat=True))
    assert pages == 47
    while window.before is not None:
        window = client.get(path, {"vor": window.before}).context["window"]
        pages -= 1
    assert (window.values[0].pk, pages) == (seen[0], 1)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"merkmal": "unemployed", "gebiet": "1101"}, 10),
        ({"gebiet": "1101", "zeit": "2024"}, 3),
        ({"gebiet": "4711"}, 0),
        ({"nach": "x", "stand": "9", "zeit": "2024", "gebiet": "1101"}, 3),
    ],
)
def test_values_are_filtered(as_role, asked, count):
    page = as_role().get(f"/lieferungen/{batch().uuid}/", asked)
    assert len(page.context["window"].values) == count


def test_the_file_is_handed_out_as_it_came_and_that_is_logged(as_role, people):
    answer = as_role().get(f"/lieferungen/{batch().uuid}/datei/")
    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == batch().file.sha256
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    entry = last_entry()
    assert (entry.action, entry.actor, entry.thing) == (
        "batch.downloaded",
        str(people["planner"].uuid),
        str(batch().uuid),
    )


def test_a_revision_tells_what_stood_there_and_what_stands_now(as_role, corrected):
    client, old = as_role(), former("1101")
    assert old != "77"
    text = words(client.get("/indikatoren/unemployment/"))
    assert "von Person planner: jobs_corrected – Nachmeldung der Agentur" in text
    assert f"Arbeitslose 1101 2024 {old} jobs 77" in text
    assert f"Arbeitslose 1103 2024 {former('1103')} jobs geschützt" in text
    assert "Arbeitslose 1102" not in text  # an empty cell changes nothing
    one = words(client.get(f"/lieferungen/{batch().uuid}/", {"merkmal": "unemployed", "gebiet": "1101"}))
    assert "jetzt 77" in one
    assert one.count("revidiert am") == 1
    both = words(client.get("/indikatoren/unemployment/werte/", {"gebiet": "1101", "zeit": "2024"}))
    assert old in both
    assert "77" in both


def test_researchers_learn_that_values_were_revised_but_not_which(as_role, corrected):
    text = words(as_role("researcher").get("/indikatoren/unemployment/"))
    assert "Revidiert am" in text
    assert "1101" not in text


def test_counts_are_those_of_the_cells_that_stand(as_role, corrected):
    """76 areas have a number; the correction protects one of them, and empties none."""
    row = words(as_role().get("/indikatoren/", {"suche": "unemployment", "lage": "economic"}))
    row = row[row.index("Arbeitslose an der Bevölkerung") :]
    assert "75 / 77" in row[:200]


def test_withdrawing_says_what_it_means_and_needs_a_reason(as_role, corrected):
    client, path = as_role(), f"/lieferungen/{batch().uuid}/zurueckziehen/"
    text = words(client.get(path))
    assert "jobs_corrected revidiert sie und bleibt" in text
    assert "Langzeitarbeitslose" in text[text.index("Nichts anderes liefert") :]
    assert "Ihre 2.340 Werte" in text
    assert client.post(path, {"because": " "}).status_code == 200
    assert batch().withdrawn_at is None


def test_a_withdrawn_delivery_counts_no_more_and_stays_readable(as_role, corrected):
    from nahraum_site.indicators.assembly import stock

    client, path = as_role(), f"/lieferungen/{corrected.uuid}/"
    assert "Die früheren Werte jener Lieferung gelten wieder" in words(client.get(f"{path}zurueckziehen/"))
    client.post(f"{path}zurueckziehen/", {"because": "Irrtum der Agentur"})
    assert "jobs_corrected" not in [part["id"] for part in stock().parts["tables"]]
    text = words(client.get(path))
    assert "Irrtum der Agentur" in text
    assert "77" in text
    assert "jetzt 77" not in words(client.get(f"/lieferungen/{batch().uuid}/", {"gebiet": "1101"}))
    assert "Keiner seiner Werte wurde revidiert" in words(client.get("/indikatoren/unemployment/"))
    again = client.post(f"{path}zurueckziehen/", {"because": "Noch einmal"}, follow=True)
    assert "wurde schon zurückgezogen" in words(again)


@pytest.mark.parametrize(("address", "questions"), [("/lieferungen/", 11), ("one", 15), ("one/zurueckziehen", 14)])
def test_pages_ask_few_counted_questions(as_role, corrected, address, questions):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_role()
    address = address if address.startswith("/") else f"/lieferungen/{address.replace('one', str(batch().uuid))}/"
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= questions, "\n".join(each["sql"][:160] for each in asked)


def test_what_a_delivery_holds_is_counted_once_when_it_is_confirmed(alone, corrected):
    from importlib import import_module

    from django.apps import apps

    from nahraum_site.indicators.models import Batch

    assert sorted(map(tuple, corrected.counts)) == [
        ("unemployed", "2024", state, 1) for state in (0, 1, 3)
    ]  # 77, an empty cell, a point
    confirmed = {each.key: each.counts for each in Batch.objects.all()}
    for each in Batch.objects.all():
        assert (
            sum(areas for *_cell, areas in each.counts)
            == each.values.exclude(area__in=each.part.get("totals", {})).count()
        )
    Batch.objects.update(counts=[])
    import_module("nahraum_site.indicators.migrations.0004_counts_and_folder_mark").count(apps, None)
    assert {each.key: each.counts for each in Batch.objects.all()} == confirmed


def test_the_catalogue_reads_no_value_to_say_how_much_is_there(as_role, alone):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from nahraum_site.indicators.deliveries import coverage

    client = as_role()
    coverage._counted.clear()
    with CaptureQueriesContext(connection) as asked:
        page = words(client.get("/indikatoren/"))
    assert "Arbeitslose" in page
    assert not [each["sql"] for each in asked if "indicators_value" in each["sql"]]
