"""Last year's workbook, 77 areas x 16 indicators, imported by remembered mapping; z as a spreadsheet computes it."""

import io
import statistics

import openpyxl
import pytest

from tests.site.cast import enter, forgetful, hire
from tests.site.test_import import planner
from tests.site.wizard import Desk, cleared, form_of

__all__ = ["enter", "forgetful", "hire", "planner"]

AREAS = [f"{n:04}" for n in range(1101, 1178)]
STEPS = [
    {"step": "normalise", "centre": "mean", "scale": "population_sd"},
    {"step": "aggregate"},
    {"step": "aggregate", "level": 2},
]
COLUMNS = [f"Kennzahl {n}" for n in range(1, 17)]


def share(year, area, column):
    """Return a made-up share of its own for each cell."""
    return round(5 + (area * 37 + column * 101 + area * column * 13 + year * 7) % 311 / 10 + column / 4, 1)


def workbook(year):
    """Return the bytes of a year's workbook, as an office writes it."""
    book = openpyxl.Workbook()
    book.active.title = f"Daten {year}"
    book.active.append(["Quartier", *COLUMNS])
    for n, key in enumerate(AREAS):
        book.active.append([key, *(share(year, n, k) for k in range(16))])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.fixture
def desk(planner, enter, tmp_path):
    from nahraum_site.indicators.models import Domain, Indicator, Project
    from nahraum_site.places.actions import store_system
    from nahraum_site.places.reading import read_part
    from nahraum_site.records import files

    cleared()
    path = tmp_path / "gebiete.csv"
    path.write_text("nr\n" + "\n".join(AREAS) + "\n", encoding="utf-8")
    kept = {path.name: files.keep(path.name, files.in_chunks(path), None)}
    levels = [{"id": "quarter", "name": "Quartier", "key": "nr"}, {"id": "city", "name": "Stadt", "all": "Stadt"}]
    part = {"id": "q", "name": "Quartiere", "file": path.name, "levels": levels}
    system = store_system(read_part(part, kept), part, kept, None)
    about = {"id": "m", "title": "M", "city": "Stadt", "publisher": "Stadt", "date": "2025-03-31", "licence": "CC0-1.0"}
    Project.objects.create(system=system, parts={"project": about})
    Domain.objects.create(key="a", position=0, part={"id": "a", "name": "A"})
    for n in range(16):
        about = {"id": f"i{n}", "name": COLUMNS[n], "domain": "a", "value": f"k{n}", "direction": "higher_is_worse"}
        Indicator.objects.create(key=f"i{n}", position=n, part={**about, "unit": "Punkte", "may_exceed_100": True})
    return Desk(enter(planner))


def test_the_workbook_is_read_as_last_year_and_z_is_the_spreadsheets(desk):
    from nahraum.projects.work import try_recipe
    from nahraum_site.indicators.assembly import ready, stock

    desk.upload(("monitoring_2023.xlsx", workbook(2023)))
    desk.describe(id="monitoring_2023", variable=[f"k{n}" for n in range(16)], period="2023")
    desk.confirm(seen="on")
    desk.upload(("monitoring_2024.xlsx", workbook(2024)))
    form = form_of(desk.answer)
    assert form["variable"] == [f"k{n}" for n in range(16)]
    assert (form["area"], form["period"], form["id"]) == (["Quartier"], ["2024"], ["monitoring_2024"])
    desk.describe()
    desk.confirm(seen="on")
    inputs = ready(stock()).inputs
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(2024))).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    trial = try_recipe(inputs, {"indices": [{"high_is": "bad", "steps": STEPS}]}, period="2024")
    leaves = [node.id for node in trial.recipe.tree.at(0)]
    z = {
        (leaf, area): trial.result.leaf[n, 0, a]
        for n, leaf in enumerate(leaves)
        for a, area in enumerate(trial.result.areas)
    }
    assert len(z) == 77 * 16
    for n in range(16):
        column = [row[n + 1] for row in rows]
        mean, deviation = statistics.mean(column), statistics.pstdev(column)  # AVERAGE, STDEV.P
        for row in rows:
            expected = (row[n + 1] - mean) / deviation
            assert abs(z[f"i{n}", row[0]] - expected) < 0.0005
