"""Musterstadt, computed once for all tests that ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from nahraum.evidence.indicators.edition import Edition
from nahraum.evidence.indicators.protect import protect_edition
from nahraum.projects import run_project
from tests.town.make import make


@pytest.fixture(scope="session")
def town_project(tmp_path_factory) -> Path:
    """Return the project file of Musterstadt."""
    return make(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def town(town_project) -> Edition:
    """Return Musterstadt's edition as the planning office sees it."""
    return run_project(town_project)


@pytest.fixture(scope="session")
def published(town) -> Edition:
    """Return Musterstadt's edition as it is published."""
    return protect_edition(town)
