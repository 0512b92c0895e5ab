"""What every test may ask for: the real public data, and the promise that CI did not leave them out."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

from nahraum.cli.main import collect_seldom

# Several processes share the machine: how long one example took says little.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
# As the programs do themselves; tests that call what is in them keep editions for the whole run.
collect_seldom()
# As many processes run as there are cores: threads of their own would only wait for each other.
for name in ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

ROOT = Path(__file__).resolve().parent.parent
REQUIRED = os.environ.get("NAHRAUM_REQUIRE_REAL_DATA") == "1"
WITHOUT_DATA = "real data not found: put the folder beside the project as ../shared or name it in NAHRAUM_SHARED"
_left_out: list[str] = []
_terminal: list[pytest.TerminalReporter] = []


def shared_folder() -> Path | None:
    """Return the folder with the real public data, or None where there is none."""
    folder = Path(os.environ.get("NAHRAUM_SHARED") or ROOT.parent / "shared").resolve()
    return folder if (folder / "data").is_dir() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder with the real public data and the published results; skip the test without it."""
    folder = shared_folder()
    if folder is None:
        pytest.skip(WITHOUT_DATA)
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return the path of the browser that the tests drive; as root it needs ``--no-sandbox``."""
    # the shell is the same engine without the window of a browser around it, which takes half of the time
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.fail("no Chromium here: `make test` installs it or says how")
    return found


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepare a site over SQLite that others are copies of: it takes longer than most tests. Return its folder."""
    from tests.site.running import NAHRAUM, environment_of

    folder = tmp_path_factory.mktemp("prepared") / "var"
    subprocess.run([NAHRAUM, "prepare"], env=environment_of(folder, None), check=True)
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the real data where there are none, whether or not the test takes the fixture.

    The site over PostgreSQL comes first: it takes a third of the time, and another process does the rest meanwhile.
    """
    items.sort(key=lambda item: item.path.name != "test_on_postgresql.py")
    if shared_folder() is None:
        for item in items:
            if item.get_closest_marker("real_data"):
                item.add_marker(pytest.mark.skip(reason=WITHOUT_DATA))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuse to start where real data are required and missing."""
    if REQUIRED and shared_folder() is None:
        raise pytest.UsageError(WITHOUT_DATA)
    _terminal.extend(filter(None, [session.config.pluginmanager.get_plugin("terminalreporter")]))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember tests on real data that were skipped, for whatever reason; tell a failure at once: the run is long."""
    if report.skipped and "real_data" in report.keywords:
        _left_out.append(report.nodeid)
    for terminal in _terminal if report.failed else ():
        terminal.write_line(f"\n{report.when} failed: {report.nodeid}\n{report.longreprtext[-1500:]}")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the session where real data are required and a test on them was skipped."""
    if REQUIRED and _left_out:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests on real data that were required and skipped."""
    if REQUIRED and _left_out:
        terminalreporter.section("real data were required, yet these tests were skipped")
        for name in sorted(set(_left_out)):
            terminalreporter.line(name)
