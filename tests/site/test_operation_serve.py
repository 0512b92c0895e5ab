"""``nahraum serve`` as its users run it: one command, two children that live and end with it; what it writes down."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.site.running import NAHRAUM, alive, running
from tests.site.visitor import Visitor

PASSWORD = "Wolkenbruch-am-Hafen-7"


def begun(site) -> Visitor:
    """Return the first administrator, signed in."""
    visitor = Visitor(site.address)
    fields = {"name": "Grete Hollerbusch", "email": "grete@rathaus.example", "password": PASSWORD, "again": PASSWORD}
    assert visitor.post(site.link, **fields) == 200
    assert "Grete Hollerbusch" in visitor.text
    return visitor


def test_one_command_serves_and_ends_with_everything_it_started(fresh, tmp_path):
    with running(fresh, tmp_path) as site:
        visitor = Visitor(site.address)
        assert visitor.get(site.link) == 200
        site.until(lambda: visitor.get("/gesundheit/") == 200)
        assert visitor.text == "ok"
        children = site.children()
        assert set(children) == {"web", "worker"}
        assert site.end() == 0
        assert not [pid for pid in children.values() if alive(pid)]


@pytest.mark.once
def test_a_child_that_is_killed_comes_back(prepared, tmp_path):
    with running(prepared, tmp_path) as site:
        before = site.children()
        for name in before:
            os.kill(before[name], signal.SIGKILL)
        site.until(
            lambda: (
                set(site.children()) == {"web", "worker"} and not set(site.children().values()) & set(before.values())
            )
        )
        site.until(lambda: site.said.read_text().count("läuft:") == 2)
        assert Visitor(site.address).get("/") == 200
        lines = [json.loads(line) for line in site.logged.read_text().splitlines()]
        died = [(line["child"], line["code"]) for line in lines if line["event"].startswith("child died")]
        assert sorted(died) == [("web", -9), ("worker", -9)]


@pytest.mark.once
def test_nothing_is_left_when_the_parent_is_killed(prepared, tmp_path):
    with running(prepared, tmp_path) as site:
        children = site.children()
        site.process.kill()
        site.until(lambda: not any(alive(pid) for pid in children.values()))


@pytest.mark.once
def test_a_port_that_is_taken_is_said_at_once(prepared, tmp_path):
    with running(prepared, tmp_path) as site:
        port = site.address.rpartition(":")[2]
        done = subprocess.run(
            [NAHRAUM, "serve", "--port", port], env=prepared, capture_output=True, text=True, check=False, timeout=20
        )
        assert done.returncode == 2
        assert port in done.stderr


@pytest.mark.parametrize("part", ["web", "worker"])
def test_a_part_alone_refuses_a_database_that_was_not_prepared(fresh, part):
    done = subprocess.run([NAHRAUM, part], env=fresh, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 2
    assert "nahraum prepare" in done.stderr


WORKER = """
import sys, time, django
django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from nahraum_site.config import worker
from nahraum_site.records import jobs
worker.GRACE = 1.0

def slow(job, progress):
    print("begun", flush=True)
    time.sleep(job.params["seconds"])
    return {}

jobs.register("test.slow", slow)
jobs.ask("test.slow", {"seconds": float(sys.argv[1])}, key="slow", owner=None)
worker.work()
from nahraum_site.records.models import Job
print(Job.objects.get().state)
"""


@pytest.mark.parametrize(("seconds", "state"), [("0.5", "done"), ("60", "lost")])
def test_a_running_job_gets_time_to_end_and_is_lost_after_it(prepared, seconds, state):
    environment = {**prepared, "DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    words = [sys.executable, "-c", WORKER, seconds]
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout.readline() == "begun\n"
    began = time.monotonic()
    process.terminate()
    assert process.stdout.read().strip() == state
    assert process.wait() == 0
    assert time.monotonic() - began < 15


def test_the_log_tells_what_happened_and_nothing_about_people(prepared, tmp_path):
    with running(prepared, tmp_path) as site:
        visitor = begun(site)
        stranger = Visitor(site.address)
        stranger.post("/anmelden/?next=/konto/", login="grete@rathaus.example", password="Falsch-geraten-99")
        stranger.get("/anmelden/")
        assert stranger.post("/anmelden/", login="grete@rathaus.example", password=PASSWORD) == 200
        assert "Grete Hollerbusch" in stranger.text
        session = stranger.cookies["sessionid"]
        invitation = {"email": "Knut@verein.example", "name": "Knut Quappe", "roles": ["planner"]}
        assert visitor.post("/menschen/einladen/", **invitation) == 200
        once = next(word for word in visitor.text.split() if "/einmal/" in word).partition("/einmal/")[2].split("/")[0]
        guest = Visitor(site.address)
        assert guest.post(f"/einmal/{once}/", password="Laternenpfahl-42x", again="Laternenpfahl-42x") == 200
        assert guest.get(f"/einmal/{once}") == 410  # used; without its slash it leads there by a redirect
        assert guest.get("/einmal/" + "geraten" * 4 + "/extra/") == 404
        guest.get("/gebiete/?suche=Herr+Privatperson")
        assert visitor.get("/menschen/") == 200
        guest.post("/anmelden/passwort/", email="knut@verein.example")
    text = site.logged.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    answers = [line for line in lines if line["event"] == "request"]
    assert {"/einrichten/…/", "/einmal/…/", "/menschen/", "/anmelden/", "/gebiete/", "/…"} <= {
        line["path"] for line in answers
    }
    assert all({"time", "level", "request", "method", "status", "ms"} <= set(line) for line in answers)
    secrets = [
        PASSWORD, "Falsch-geraten", "Laternenpfahl", once, site.link.split("/")[2], session, *visitor.cookies.values(),
        "grete", "Hollerbusch", "knut", "Quappe", "Privatperson", "geraten", "127.0.0.1", "::1", "suche",
    ]  # fmt: skip
    assert not [secret for secret in secrets if secret.lower() in text.lower()]


def test_an_exception_is_told_by_its_places_alone():
    import logging

    from nahraum_site.config.logs import JsonLines

    def told(name, message, *values):
        try:
            password = "Geheimnis"
            raise ValueError(f"could not read {password}")
        except ValueError:
            record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, values, sys.exc_info())
        return JsonLines().format(record)

    for line in (
        told("django.request", "failed: %s", "Geheimnis"),
        told("waitress", "Geheimnis"),
        told("nahraum", "x"),
    ):
        assert "Geheimnis" not in line
        assert json.loads(line)["exception"][0]["kind"] == "builtins.ValueError"
        assert "test_operation_serve.py" in line
