"""One browser for the tests of each module, and one published Musterstadt that each module gets a copy of."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.driven import FLAGS, HIRE
from tests.site.running import environment_of

PATIENCE = 60_000  # ms: a slow machine is no fault of the page
expect.set_options(timeout=PATIENCE)
PUBLISH = """
import sys, django; django.setup()
from pathlib import Path
from nahraum_site.reports.actions import publish_project
publish_project(Path(sys.argv[1]), None, lambda _step, _share: None)
"""


@pytest.fixture(scope="module")
def browser(chromium):
    """Return Debian's Chromium. Per module: while it runs, Django's database must not be asked in the same process."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=chromium, args=FLAGS)
        found.on("context", lambda context: context.set_default_timeout(PATIENCE))
        yield found
        found.close()


@pytest.fixture(scope="session")
def published_site(prepared_folder, tmp_path_factory) -> Path:
    """Return the folder of a site that holds Musterstadt, published, where Paula plans, Lena leads, Vera releases."""
    from tests.town.make import make

    folder = tmp_path_factory.mktemp("published")
    shutil.copytree(prepared_folder, folder / "var")
    environment = environment_of(folder / "var", None) | {"DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings"}
    words = [sys.executable, "-c", PUBLISH + HIRE, str(make(folder / "town"))]
    subprocess.run(words, env=environment, check=True)
    return folder / "var"


@pytest.fixture(scope="module")
def musterstadt(published_site, tmp_path_factory) -> tuple[dict[str, str], Path]:
    """Return the settings of a site that holds a copy of it, and a folder for what it says."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(published_site, folder / "var")
    return environment_of(folder / "var", None), folder


@pytest.fixture(scope="module")
def empty_site(prepared_folder, tmp_path_factory) -> tuple[dict[str, str], Path]:
    """Return the settings of a site that holds nothing, and a folder for what it says."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(prepared_folder, folder / "var")
    return environment_of(folder / "var", None), folder
