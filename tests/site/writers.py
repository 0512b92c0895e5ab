"""A report in the making: who writes it, its one chapter, the addresses of both."""

from __future__ import annotations

import pytest

from tests.site.cast import enter, forgetful, hire

__all__ = ["at", "chapter", "enter", "forgetful", "hire", "of", "paula", "report"]

TEXT = (
    "In {{gebiet: 1306}} sind {{wert: unemployment | 1306 | 2024}} arbeitslos, in der Stadt "
    "{{wert: unemployment | Stadt | 2024}}. Das ist **viel** für <b>ein</b> Quartier.\n\n{{tabelle: index}}"
)


@pytest.fixture
def paula(edition, hire):
    """Return the planner who writes."""
    return hire("Paula", "planner")


@pytest.fixture
def report(edition, paula):
    """Return a report with one chapter."""
    from nahraum_site.reports import authoring

    made = authoring.begin(authoring.Begin(title="Sozialbericht 2025", edition=edition), paula)
    authoring.add_chapter(made, title="Am Hafen", text="", user=paula)
    return made


@pytest.fixture
def chapter(report, paula):
    """Return its chapter, written."""
    from nahraum_site.reports import authoring

    found = report.chapters.get()
    authoring.save_chapter(found, title="Am Hafen", text=TEXT, user=paula, version=1)
    return found


def at(report, rest="") -> str:
    return f"/berichte/{report.uuid}/{rest}"


def of(chapter, rest="") -> str:
    return at(chapter.report, f"kapitel/{chapter.uuid}/{rest}")
