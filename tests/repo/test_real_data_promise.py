"""CI's promise: with NAHRAUM_REQUIRE_REAL_DATA=1, no test on real data is left out without the run failing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.tree import ROOT

SKIPS_ITSELF = "import pytest\n@pytest.mark.real_data\ndef test_a():\n    pytest.skip('not today')\n"
USES_DATA = "import pytest\n@pytest.mark.real_data\ndef test_a(shared):\n    assert (shared / 'data').is_dir()\n"


def run(folder: Path, test: str, *, required: bool, data: bool) -> subprocess.CompletedProcess[str]:
    (folder / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "tests" / "conftest.py")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = real_data: real\n", encoding="utf-8")
    (folder / "tests" / "test_it.py").write_text(test, encoding="utf-8")
    if data:
        (folder / "shared" / "data").mkdir(parents=True)
    env = os.environ | {"NAHRAUM_SHARED": str(folder / "shared"), "NAHRAUM_REQUIRE_REAL_DATA": "1" if required else ""}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests"]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("test", "required", "data", "passes"),
    [
        (USES_DATA, True, True, True),
        (USES_DATA, True, False, False),
        (USES_DATA, False, False, True),
        (SKIPS_ITSELF, True, True, False),
        (SKIPS_ITSELF, False, True, True),
    ],
)
def test_a_skipped_test_on_real_data_fails_the_run_where_they_are_required(
    tmp_path: Path, test: str, required: bool, data: bool, passes: bool
) -> None:
    done = run(tmp_path, test, required=required, data=data)
    assert (done.returncode == 0) is passes, done.stdout


def test_the_reason_for_a_skip_says_where_to_put_the_data(tmp_path: Path) -> None:
    done = run(tmp_path, USES_DATA, required=True, data=False)
    assert "../shared" in done.stdout + done.stderr
