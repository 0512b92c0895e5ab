"""A database of the first issue, brought up to date by today's program: every published number stays."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.conftest import ON_POSTGRESQL
from tests.site.running import running
from tests.site.visitor import Visitor

FIRST = Path(__file__).parent / "upgrade" / "first_issue.sql"
# On PostgreSQL: today's program makes the tables of that time, and the rows are put in through the fields of that time.
FILL = """
import json, sqlite3, sys, django
django.setup()
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
old = sqlite3.connect(":memory:")
old.executescript(open(sys.argv[1]).read())
executor = MigrationExecutor(connection)
targets = {}
for app, name in old.execute("SELECT app, name FROM django_migrations ORDER BY id"):
    if (app, name) in executor.loader.graph.nodes:
        targets[app] = name
state = executor.migrate(sorted(targets.items()))
with transaction.atomic():  # links are checked at its end
    for model in state.apps.get_models():
        table, fields = model._meta.db_table, model._meta.concrete_fields
        if not table.startswith(("places_", "indicators_", "reports_")):
            continue
        columns = ", ".join(f'"{field.column}"' for field in fields)
        for row in old.execute(f"SELECT {columns} FROM {table} ORDER BY id"):
            values = []
            for field, value in zip(fields, row):
                if field.get_internal_type() == "JSONField" and value is not None:
                    value = json.loads(value)
                values.append(field.get_db_prep_save(field.to_python(value), connection))
            with connection.cursor() as cursor:
                cursor.execute(f"INSERT INTO {table} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})", values)
"""
ASK = """
import sys, django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute(sys.argv[1])
    print([tuple(row) for row in cursor.fetchall()])
"""
CELLS = """
SELECT a.key, l.key, l.kind, l.digits, c.period, c.state, c.value, c.rank, c.z, c.class_number
FROM indicators_cell c JOIN indicators_layer l ON l.id = c.layer_id JOIN places_area a ON a.id = c.area_id
ORDER BY a.key, l.key, c.period
"""


@pytest.fixture
def then():
    """Return the cells of that time: area, layer, kind, digits, period, state, value, rank, z, class."""
    old = sqlite3.connect(":memory:")
    old.executescript(FIRST.read_text(encoding="utf-8"))
    return old.execute(CELLS).fetchall()


def test_a_database_of_the_first_issue_keeps_every_number_and_every_page(fresh, tmp_path, then):
    environment = {**fresh, "DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    if ON_POSTGRESQL:
        subprocess.run([sys.executable, "-c", FILL, FIRST], env=environment, check=True)
    else:
        Path(fresh["NAHRAUM_VAR"]).mkdir()
        old = sqlite3.connect(Path(fresh["NAHRAUM_VAR"]) / "nahraum.sqlite3")
        old.executescript(FIRST.read_text(encoding="utf-8"))
        old.close()
    with running(fresh, tmp_path) as site:
        visitor = Visitor(site.address)
        for path in ("/", "/atlas/", "/gebiete/", "/methode/", "/bericht/"):
            assert visitor.get(path) == 200, path
            assert "Musterstadt mit 8 Gebieten" in visitor.text or path != "/"
        latest = max(period for *_rest, kind, _digits, period, _s, _v, _r, _z, _c in then if kind == "indicator")
        for area in sorted({cell[0] for cell in then}):
            assert visitor.get(f"/gebiete/{area}/") == 200
            shown = visitor.text.replace("\u202f", "").replace(".", "")
            for key, layer, kind, digits, period, state, value, *_more in then:
                if (key, kind, period, state) == (area, "indicator", latest, 0):
                    assert f"{value:.{digits}f}".replace(".", ",") in shown, (area, layer)
    done = subprocess.run(
        [sys.executable, "-c", ASK, CELLS], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(then)
