"""A worker or a web server that is killed while a project is read or imported: nothing by halves, repeatable."""

import os
import re
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.core.voices import refi_files as refi
from tests.core.voices.test_beside import pictured
from tests.core.voices.test_cards import photo
from tests.site.running import running
from tests.site.test_import_killed import asked, running_now, settled, visitor_reaches
from tests.site.test_operation_serve import begun
from tests.site.wizard import form_of

pytestmark = pytest.mark.slow
TEXTS, CODINGS = 30, 2000  # in each text
SAID = "Am Markt fehlt ein Treff, sagt die Gruppe vom Hafen. " * 300

PREPARE = """
import sys, django
django.setup()
from pathlib import Path
from nahraum_site.accounts.models import Assignment, User
from nahraum_site.voices import actions
from nahraum_site.voices.exchange import receiving
user = User.objects.get()
Assignment.objects.create(user=user, role="researcher")
study = actions.begin("Hafen", user)
arrival = receiving.take(study, "gross.qdpx", Path(sys.argv[1]).read_bytes(), user, "de")
print(study.uuid, arrival.uuid)
"""
COUNTED = """
import django
django.setup()
from nahraum_site.voices.coding.models import Coding
from nahraum_site.voices.models import Collection
from nahraum_site.voices.texts.models import Source, Text
print(Collection.objects.count(), Text.objects.count(), Source.objects.count(), Coding.objects.count())
"""
NOTHING, ALL = ["0"] * 4, [str(TEXTS + 1), str(TEXTS + 1), "1", str(TEXTS * CODINGS)]  # each text for itself


def write(path):
    """Write a project of many codings, and one photograph."""
    sources = [pictured([])]
    for n in range(TEXTS):
        marks = [refi.selection(k * 7, k * 7 + 9 + n, n * CODINGS + k + 1000) for k in range(CODINGS)]
        sources.append(refi.text_source(marks, f"internal://{n}.txt", name=f"Runde {n}", guid=refi.guid(n, 5)))
    files = {f"sources/{n}.txt": f"{n}. {SAID}" for n in range(TEXTS)}
    return refi.qdpx(path, refi.project("".join(sources), origin="Nahraum"), {**files, "sources/k.jpg": photo()})


def repeated(site, visitor, job):
    """Repeat a job that was interrupted; return the page where it ends."""
    visitor.place = f"{job}wiederholen/"
    visitor.post(visitor.place)
    return settled(site, visitor, re.search(r"/arbeit/[0-9a-f-]{36}/", visitor.text)[0])


def killed(site, visitor, job, victim):
    """Kill a process of the site while a job runs, and wait until all is there again and the job is over."""
    site.until(lambda: running_now(visitor, job))
    os.kill(site.children()[victim], signal.SIGKILL)
    site.until(lambda: set(site.children()) == {"web", "worker"}, 60)
    site.until(lambda: visitor_reaches(visitor), 60)


def job_of(visitor):
    return re.search(r"/arbeit/[0-9a-f-]{36}/", visitor.text)[0]


@pytest.mark.parametrize("victim", ["worker", "web"])
def test_a_kill_while_a_project_is_read_and_imported_leaves_nothing_by_halves(prepared, tmp_path, victim):
    path = write(tmp_path / "gross.qdpx")
    with running(prepared, tmp_path) as site:
        visitor = begun(site)
        study, arrival = asked(prepared, PREPARE, path)
        address = f"/studien/{study}/austausch/{arrival}/"
        visitor.get(address)
        job = job_of(visitor)
        killed(site, visitor, job, victim)
        text = settled(site, visitor, job)
        if victim == "worker":
            assert "unterbrochen" in text
            repeated(site, visitor, job)
        assert asked(prepared, COUNTED) == NOTHING
        visitor.get(address)
        form = form_of(SimpleNamespace(content=visitor.text.encode()), 'id="entscheiden"')
        visitor.place = address
        visitor.post(address, **form | {"method": "walk", "import": "1"})
        job = job_of(visitor)
        killed(site, visitor, job, victim)
        assert asked(prepared, COUNTED) in (NOTHING, ALL)
        text = settled(site, visitor, job)
        if victim == "worker":
            assert "unterbrochen" in text
            assert asked(prepared, COUNTED) == NOTHING
            text = repeated(site, visitor, job)
        assert f"Texte {TEXTS + 1}, Kodierungen {TEXTS * CODINGS}" in text
        assert asked(prepared, COUNTED) == ALL
        var = Path(prepared["NAHRAUM_VAR"])
        assert not (var / "sealed" / arrival).exists()
        assert not (var / "keys" / f"{arrival}.key").exists()
        files = [each for each in (var / "sealed").rglob("*") if each.is_file()]
        assert len(files) == 1  # the photograph: what the killed import wrote is not left beside it
