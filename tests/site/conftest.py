"""The site over a real database.

The tests of this folder run on SQLite, and then (``test_on_postgresql.py``) once more in a process of their own on
PostgreSQL. Every test runs in a transaction that is rolled back, so that none sees what another wrote; one that needs
other connections (threads, processes) is marked ``commits`` and cleans up itself.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, nullcontext
from pathlib import Path

import pytest

from tests.site.postgresql import server
from tests.site.running import NAHRAUM, environment_of
from tests.town_fixtures import published, town, town_project

__all__ = ["published", "town", "town_project"]

VAR = Path(tempfile.mkdtemp(prefix="nahraum-site-"))
os.environ["NAHRAUM_VAR"] = str(VAR)
os.environ["DJANGO_SETTINGS_MODULE"] = "nahraum_site.config.settings"
ON_POSTGRESQL = bool(os.environ.get("NAHRAUM_DATABASE"))
os.environ["NAHRAUM_HOSTS"] = "localhost,127.0.0.1,testserver"


@pytest.fixture(scope="session")
def django():
    """Set Django up over an empty SQLite database."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    yield django
    from django.db import connections

    connections.close_all()
    shutil.rmtree(VAR, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def static_files_listed_once():
    """Every client starts the site anew and would list all static files again: half of the time of a sign-in."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    listed: dict[str, object] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def once(self: WhiteNoiseMiddleware) -> None:
        if not listed:
            look(self)
            listed.update(self.files)
        self.files.update(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture(autouse=True)
def alone(request):
    """Roll back what the test wrote; what session-wide fixtures stored (Musterstadt) stays."""
    if "django" not in request.fixturenames or request.node.get_closest_marker("commits"):
        yield
        return
    from django.db import transaction

    from nahraum_site.indicators import queries

    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    queries._published.cache_clear()  # a test may rewrite what is published; the site never does


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
def postgresql():
    """Start a PostgreSQL server of our own and return its address."""
    if ON_POSTGRESQL:  # we run on one already
        yield os.environ["NAHRAUM_DATABASE"]
        return
    with server() as address:
        yield address


@contextmanager
def database_on(postgresql, template="template1"):
    """Make a database on that server, empty or as another one; give its address."""
    import psycopg

    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield f"{postgresql.rpartition('/')[0]}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_database(postgresql):
    """Return the address of an empty database on that server."""
    with database_on(postgresql) as address:
        yield address


@pytest.fixture
def fresh(request, tmp_path):
    """Return the environment of a site of its own that holds nothing yet, on the kind of database we run on."""
    with database_on(request.getfixturevalue("postgresql")) if ON_POSTGRESQL else nullcontext() as database:
        yield environment_of(tmp_path / "var", database)


@pytest.fixture(scope="session")
def prepared_database(postgresql):
    """Prepare a database that others are copies of; give its name."""
    with database_on(postgresql) as address, tempfile.TemporaryDirectory() as folder:
        subprocess.run([NAHRAUM, "prepare"], env=environment_of(Path(folder, "var"), address), check=True)
        yield address.rpartition("/")[2]


@pytest.fixture
def prepared(request, prepared_folder, tmp_path):
    """Return the environment of a site as `fresh`, on which ``nahraum prepare`` ran already."""
    shutil.copytree(prepared_folder, tmp_path / "var", ignore=lambda *_: ["nahraum.sqlite3"] if ON_POSTGRESQL else [])
    if not ON_POSTGRESQL:
        yield environment_of(tmp_path / "var", None)
        return
    template = request.getfixturevalue("prepared_database")
    with database_on(request.getfixturevalue("postgresql"), template) as database:
        yield environment_of(tmp_path / "var", database)
