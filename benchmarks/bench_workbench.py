"""The workbench: another recipe over 500 areas, one of ten years, with 1,000 robustness runs, turned into rows."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from benchmarks.row import Row, seconds
from nahraum.evidence.indicators.workbench.differences import compare_trials
from nahraum.evidence.indicators.workbench.double_counting import double_counting
from nahraum.projects.run import Inputs, read_inputs
from nahraum.projects.work import try_recipe
from tests.town.bigger import bigger, write_bigger

DATA = "500 areas x 16 indicators x 10 years"
PROMISE = 0.3

RECIPES: dict[str, dict[str, Any]] = {
    "our preset": {},
    "Berlin's preset": {"preset": "berlin"},
    "English preset": {"preset": "imd"},
    "first components": {"preset": "gisd"},
    "natural breaks": {"replace": [{"step": "classify", "method": "jenks"}]},
    "small areas left out": {"replace": [{"step": "select", "min_inhabitants": 900}]},
}


def main() -> list[Row]:
    """Measure recipes that take each of the ways through the engine, and what is asked about two of them."""
    with tempfile.TemporaryDirectory() as scratch:
        inputs = read_inputs(write_bigger(bigger(500, 16, 10), Path(scratch)))
    try_recipe(inputs, {"robustness": {}})  # a site has long answered once
    rows = [_row(f"recipe tried: {name}", inputs, recipe) for name, recipe in RECIPES.items()]
    methods = {"methods": ["arithmetic", "geometric", "minimum"]}
    rows.append(_row("recipe tried: three ways of summing up", inputs, {}, methods))
    rows.append(_row("recipe tried: chance in small counts", inputs, {}, {"small_counts": True}, promise=None))
    a, b = (try_recipe(inputs, {"indices": [recipe]}) for recipe in ({}, {"preset": "berlin"}))
    rows.append(Row(what="two recipes compared", data=DATA, ours=seconds(lambda: compare_trials(a, b).plain())))
    rows.append(Row(what="double counting", data=DATA, ours=seconds(lambda: double_counting(a).plain())))
    rows.append(Row(what="recipe tried, protected", data=DATA, ours=seconds(lambda: b.protected().plain())))
    return rows


def _row(
    what: str,
    inputs: Inputs,
    recipe: dict[str, Any],
    robustness: dict[str, Any] | None = None,
    promise: float | None = PROMISE,
) -> Row:
    parts = {"indices": [recipe], "robustness": robustness or {}}
    return Row(what=what, data=DATA, ours=seconds(lambda: try_recipe(inputs, parts).plain(), times=7), promise=promise)
