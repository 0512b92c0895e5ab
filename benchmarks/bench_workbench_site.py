"""The workbench as the site answers it: a recipe changed in the form, 1,000 robustness runs, the page's piece sent."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

from benchmarks.row import Row
from tests.site.filled import filled
from tests.town.bigger import bigger, write_bigger

DATA = "500 areas x 16 indicators x 10 years"
PROMISE = 0.3
TIMES = 9
FORM = "application/x-www-form-urlencoded"


def main() -> list[Row]:
    """Measure what a planner waits for, in a site of its own on SQLite."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        os.environ |= {
            "NAHRAUM_VAR": str(folder / "var"),
            "DJANGO_SETTINGS_MODULE": "nahraum_site.config.settings",
            "NAHRAUM_HOSTS": "testserver",
        }
        client, texts, other = _opened(write_bigger(bigger(500, 16, 10), folder / "town"))
        changes: dict[str, Callable[[int], dict[str, Any]]] = {
            "a weight changed": lambda n: {"tree.children.0.weight": f"1.{n}"},
            "small areas left out": lambda n: {"steps.0.min_inhabitants": str(900 + n)},
            "compared with a version": lambda n: {"tree.children.0.weight": f"1.{n}", "gegen": other},
            "three ways of summing up": lambda n: {
                "tree.children.0.weight": f"1.{n}",
                "robustness.methods": ["arithmetic", "geometric", "minimum"],
            },
            "chance in small counts": lambda n: {
                "tree.children.0.weight": f"1.{n}",
                "robustness.small_counts": "true",
            },
        }
        return [_row(what, client, texts, change) for what, change in changes.items()]


def _opened(project: Path) -> tuple[Any, dict[str, Any], str]:
    """Return a planner's browser on the workbench, what its form posts, and a version to compare with."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from nahraum_site.accounts.models import Assignment, User
    from nahraum_site.indicators.actions.stock import save_recipe, take_project

    call_command("migrate", interactive=False, verbosity=0)
    first = take_project(project, None, None)
    user = User.objects.create_user("planung@lastprobe.example", "x", name="Petra")
    Assignment.objects.create(user=user, role="planner")
    parts = {**first.parts, "indices": [{**first.parts["indices"][0], "preset": "berlin"}]}
    for key in ("tree", "steps"):
        parts["indices"][0].pop(key, None)
    other = save_recipe(parts, name="Berlin", reason="Vergleich", user=user)
    client = Client()
    client.force_login(user)
    page = client.get("/werkstatt/", {"version": str(first.uuid)}).content.decode()
    return client, filled(page, "werkstatt"), str(other.uuid)


def _row(what: str, client: Any, texts: dict[str, Any], change: Callable[[int], dict[str, Any]]) -> Row:
    taken = []
    for n in range(TIMES):
        fields = urlencode({**texts, **change(n + 1)}, doseq=True)  # as a browser sends it
        start = perf_counter()
        answer = client.post("/werkstatt/probe/", fields, FORM, headers={"hx-request": "true"})
        taken.append(perf_counter() - start)
        assert answer.status_code == 200, answer.content.decode()
        assert 'role="alert"' not in answer.content.decode(), answer.content.decode()
    return Row(what=f"workbench page: {what}", data=DATA, ours=median(taken), promise=PROMISE)
