"""A delivery of a million values through the site: kept, checked among the others, stored as rows; SQLite."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.bench_import import AREAS, VARIABLES, write_long, write_wide
from benchmarks.row import Row

# What a worker does, job by job, in a process of its own; VmHWM is this program's own peak.
WORK = """
import json, sys, time
import django
from nahraum.cli.main import collect_seldom
collect_seldom()
django.setup()
from pathlib import Path
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from nahraum_site.accounts.models import User
from nahraum_site.indicators.actions import intake
from nahraum_site.indicators.models import Project, Value
from nahraum_site.places.actions import store_system
from nahraum_site.places.reading import read_part
from nahraum_site.records import files, jobs
from nahraum_site.sources import actions
from nahraum_site.sources.models import Upload

folder, shape, areas, variables = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
jobs.register("deliveries.check", intake.check_job)
jobs.register("deliveries.confirm", intake.confirm_job)
path = folder / "gebiete.csv"
path.write_text("nr\\n" + "".join(f"{n:06}\\n" for n in range(areas)))
kept = {path.name: files.keep(path.name, files.in_chunks(path), None)}
levels = [{"id": "quarter", "name": "Quartier", "key": "nr"}, {"id": "city", "name": "Stadt", "all": "Stadt"}]
part = {"id": "g", "name": "g", "file": path.name, "levels": levels}
system = store_system(read_part(part, kept), part, kept, None)
about = {"id": "m", "title": "M", "city": "Stadt", "publisher": "Stadt", "date": "2025-03-31", "licence": "CC0-1.0"}
Project.objects.create(system=system, parts={"project": about})
user = User.objects.create_user("a@b.example", None, name="A")
begun = time.perf_counter()
spent = {}

def told(name):
    global begun
    spent[name], begun = time.perf_counter() - begun, time.perf_counter()

table = folder / f"{shape}.csv"
upload = actions.take_file(table.name, files.in_chunks(table), user)
told("kept")
section = {"id": "t", "file": table.name, "shape": shape, "area": "gebiet", "period_column": "jahr"}
section["variables"] = {f"v{n}": f"m{n:03}" for n in range(variables)}
if shape == "long":
    section |= {"variable_column": "merkmal", "value_column": "wert"}
actions.describe(upload, section, 1, user)
upload = Upload.objects.get()
intake.ask_check(upload, user)
jobs.run_next()
upload.refresh_from_db()
told("checked")
intake.ask_confirm(upload, user, "", version=upload.version, warnings_seen=True)
jobs.run_next()
told("stored")
assert Value.objects.count() == 1_000_000
peak = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
print("\\n" + json.dumps([sum(spent.values()), spent, peak]))
"""


def main() -> list[Row]:
    """Measure both shapes, each with a database of its own."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        for shape, write in (("wide", write_wide), ("long", write_long)):
            write(Path(name) / f"{shape}.csv")
            taken, spent, peak = _measured(Path(name), shape)
            data = f"1 M values, {shape}"
            rows += [
                Row(what="site: a delivery from upload to storage", data=data, ours=taken, promise=20.0),
                *(Row(what=f"... {step}", data=data, ours=seconds) for step, seconds in spent.items()),
                Row(what="... peak memory of the process", data=data, ours=peak, unit="MB", promise=500),
            ]
    return rows


def _measured(folder: Path, shape: str) -> tuple[float, dict[str, float], float]:
    var = folder / f"var-{shape}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NAHRAUM_VAR")}
    environment |= {"NAHRAUM_VAR": str(var), "DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    command = [sys.executable, "-c", WORK, str(folder), shape, str(AREAS), str(VARIABLES)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    taken, spent, peak = json.loads(done.stdout.splitlines()[-1])
    return taken, spent, peak
