"""A worker or a web server that is killed while a large table comes in: nothing by halves, noticed, repeatable."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from tests.site.running import running
from tests.site.test_operation_serve import begun

pytestmark = pytest.mark.slow
AREAS, VARIABLES, YEARS = 200, 100, range(2005, 2020)
COUNT = AREAS * VARIABLES * len(YEARS)

PREPARE = """
import sys, django
django.setup()
from pathlib import Path
from nahraum_site.accounts.models import User
from nahraum_site.indicators.models import Project
from nahraum_site.places.actions import store_system
from nahraum_site.places.reading import read_part
from nahraum_site.records import files
from nahraum_site.sources import actions
from nahraum_site.sources.models import Upload
folder, areas, variables = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
path = folder / "gebiete.csv"
path.write_text("nr\\n" + "".join(f"{n:06}\\n" for n in range(areas)))
kept = {path.name: files.keep(path.name, files.in_chunks(path), None)}
levels = [{"id": "quarter", "name": "Quartier", "key": "nr"}, {"id": "city", "name": "Stadt", "all": "Stadt"}]
part = {"id": "g", "name": "g", "file": path.name, "levels": levels}
system = store_system(read_part(part, kept), part, kept, None)
about = {"id": "m", "title": "M", "city": "Stadt", "publisher": "Stadt", "date": "2025-03-31", "licence": "CC0-1.0"}
Project.objects.create(system=system, parts={"project": about})
user = User.objects.get()
upload = actions.take_file("gross.csv", files.in_chunks(folder / "gross.csv"), user)
section = {"id": "t", "file": "gross.csv", "shape": "wide", "area": "gebiet", "period_column": "jahr"}
section["variables"] = {f"v{n}": f"m{n:03}" for n in range(variables)}
actions.describe(upload, section, 1, user)
print(upload.uuid)
"""
COUNTED = """
import django
django.setup()
from nahraum_site.indicators.models import Batch, Value
print(Batch.objects.count(), Value.objects.count())
"""


def asked(environment, code, *words):
    """Run Django code beside the site and return what it prints."""
    environment = {**environment, "DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    command = [sys.executable, "-c", code, *map(str, words)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.split()


def write(path):
    with path.open("w", encoding="utf-8") as file:
        file.write("gebiet;jahr;" + ";".join(f"m{n:03}" for n in range(VARIABLES)) + "\n")
        for year in YEARS:
            for area in range(AREAS):
                cells = ";".join(str((area * 7 + n * 13 + year) % 5000) for n in range(VARIABLES))
                file.write(f"{area:06};{year};{cells}\n")


def settled(site, visitor, job, seconds=90):
    """Wait until a job is over; return its page, or that where it led."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        visitor.get(job)
        if 'hx-trigger="every 1s"' not in visitor.text:
            return visitor.text
        time.sleep(0.3)
    raise AssertionError(visitor.text[-3000:] + site.logged.read_text()[-2000:])


def running_now(visitor, job):
    visitor.get(job)
    return "<progress" in visitor.text and "wartet" not in visitor.text


@pytest.mark.parametrize("victim", ["worker", "web"])
def test_a_kill_during_the_storing_leaves_nothing_by_halves(prepared, tmp_path, victim):
    write(tmp_path / "gross.csv")
    with running(prepared, tmp_path) as site:
        visitor = begun(site)
        upload = asked(prepared, PREPARE, tmp_path, AREAS, VARIABLES)[0]
        check = f"/einlesen/{upload}/pruefen/"
        visitor.get(check)
        job = re.search(r"/arbeit/[0-9a-f-]{36}/", visitor.text)[0]
        settled(site, visitor, job)
        visitor.get(check)
        assert "Diese Tabelle speichern" in visitor.text, visitor.text[-3000:]
        version = re.search(r'name="version" value="(\d+)"', visitor.text)[1]
        store = f"/einlesen/{upload}/speichern/"
        visitor.place = store  # its form stands on the page of the check
        visitor.post(store, note="", version=version)
        job = re.search(r"/arbeit/[0-9a-f-]{36}/", visitor.text)[0]
        site.until(lambda: running_now(visitor, job))
        os.kill(site.children()[victim], signal.SIGKILL)
        killed = time.monotonic()
        assert asked(prepared, COUNTED) in (["0", "0"], ["1", str(COUNT)])
        site.until(lambda: set(site.children()) == {"web", "worker"}, 60)
        site.until(lambda: visitor_reaches(visitor), 60)
        text = settled(site, visitor, job)
        if "unterbrochen" in text:
            assert time.monotonic() - killed < 60  # 30 s without a sign of life, and the next look of the worker
            assert asked(prepared, COUNTED) == ["0", "0"]
            visitor.place = f"{job}wiederholen/"
            visitor.post(visitor.place)
            again = re.search(r"/arbeit/[0-9a-f-]{36}/", visitor.text)[0]
            settled(site, visitor, again)
        else:
            assert victim == "web"  # the worker goes on while the web server comes back
        assert asked(prepared, COUNTED) == ["1", str(COUNT)]
        visitor.get("/lieferungen/")
        assert "gross.csv" in visitor.text


def visitor_reaches(visitor):
    try:
        return visitor.get("/gesundheit/") == 200
    except OSError:
        visitor.connection.close()
        return False
