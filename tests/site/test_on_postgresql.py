"""The tests of this folder once more, over PostgreSQL, in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def test_the_database_is_the_one_that_was_asked_for(django):
    from django.db import connection

    wanted = "postgresql" if os.environ.get("NAHRAUM_DATABASE") else "sqlite"
    assert connection.vendor == wanted


@pytest.mark.postgresql
@pytest.mark.slow
@pytest.mark.skipif("NAHRAUM_DATABASE" in os.environ, reason="this is that process")
def test_everything_holds_on_postgresql_too(postgresql):
    folder = Path(__file__).parent
    words = [sys.executable, "-m", "pytest", folder, "-m", "not once", "-q", "-p", "no:cacheprovider", "--no-header"]
    # an installation brings a database of its own, and takes minutes
    words += ["--ignore", folder / "test_operation_install.py"]
    done = subprocess.run(
        [str(word) for word in words],
        env={**os.environ, "NAHRAUM_DATABASE": postgresql},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
