"""Project files of published indices; their data lie in ../shared."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from nahraum.evidence.indicators.edition import Edition
from nahraum.projects import read_project, run_project

HERE = Path(__file__).resolve().parent


@cache
def _edition(name: str, data: Path) -> Edition:
    return run_project(HERE / name, data_dir=data, with_robustness=False)


@pytest.fixture
def edition(shared: Path):
    """Return a function that runs a project of this folder on the real data (once per session)."""

    def run(name: str) -> Edition:
        asked = read_project(HERE / name).data
        return _edition(name, shared / "data" / asked.as_posix().partition("shared/data")[2].strip("/"))

    return run
