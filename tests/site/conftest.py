"""The site over a real database: SQLite, or PostgreSQL where a test asks for it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.town_fixtures import published, town, town_project

__all__ = ["published", "town", "town_project"]

VAR = Path(tempfile.mkdtemp(prefix="nahraum-site-"))
os.environ["NAHRAUM_VAR"] = str(VAR)
os.environ["DJANGO_SETTINGS_MODULE"] = "nahraum_site.config.settings"
os.environ["NAHRAUM_HOSTS"] = "localhost,127.0.0.1,testserver"


@pytest.fixture(scope="session")
def django():
    """Set Django up over an empty SQLite database."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    yield django
    shutil.rmtree(VAR, ignore_errors=True)


@pytest.fixture(scope="session")
def empty(django):
    """Return a client of the site before anything is published."""
    from django.test import Client

    return Client()


@pytest.fixture(scope="session")
def edition(empty, site_town):
    """Publish Musterstadt."""
    from nahraum_site.reports.actions import publish_project

    found, fresh = publish_project(site_town, None, lambda _step, _share: None)
    assert fresh
    return found


@pytest.fixture
def client(edition):
    """Return a client of the site with Musterstadt published."""
    from django.test import Client

    return Client()


@pytest.fixture(scope="session")
def site_town(tmp_path_factory) -> Path:
    """Return the project file of Musterstadt."""
    from tests.town.make import make

    return make(tmp_path_factory.mktemp("site-town"))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory):
    """Start a PostgreSQL server of our own and return its address."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert binaries, "no PostgreSQL here: `make test` installs it or says how"
    folder = Path(tempfile.mkdtemp(prefix="nahraum-pg-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # initdb refuses root: the server runs as its own user
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    run = lambda *words: subprocess.run([*as_user, *map(str, words)], check=True, capture_output=True, cwd=folder)  # noqa: E731
    run(binaries[-1] / "initdb", "-D", folder / "data", "-U", "nahraum", "-A", "trust", "--locale=C.UTF-8")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    run(binaries[-1] / "pg_ctl", "-D", folder / "data", "-o", options, "-w", "-l", folder / "log", "start")
    run(binaries[-1] / "createdb", "-h", "127.0.0.1", "-p", port, "-U", "nahraum", "nahraum")
    yield f"postgresql://nahraum@127.0.0.1:{port}/nahraum"
    run(binaries[-1] / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)
