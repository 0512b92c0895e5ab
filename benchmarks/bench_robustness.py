"""1,000 runs with ranks and 5/95 percentiles; the same work in pandas and in a plain NumPy loop as peers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.row import Row, seconds
from nahraum.base import Area, AreaSystem, Level, Period
from nahraum.evidence.indicators.edition import RobustnessSpec
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.recipe import Aggregate, Node, Normalise, Recipe
from nahraum.evidence.indicators.robustness import robustness
from nahraum.evidence.indicators.terms import Indicator

RUNS = 1000
NOW = Period.year(2024)


def main() -> list[Row]:
    """Measure a city and England."""
    return [_measured(542, 16, 0.3), _measured(33_755, 7, 6.0)]


def _measured(areas: int, indicators: int, promise: float) -> Row:
    values = np.random.default_rng(1).gamma(2.0, size=(indicators, areas))
    panel, system, recipe = _inputs(values)
    spec = RobustnessSpec(runs=RUNS, seed=1)
    ours = seconds(lambda: robustness(recipe, panel, system, spec, NOW))
    peer = seconds(lambda: _pandas(values), times=1)
    data = f"{areas:,} areas x {indicators} indicators"
    return Row(what="1,000 robustness runs", data=data, ours=ours, peer=peer, peer_name="pandas", promise=promise)


def _inputs(values: np.ndarray) -> tuple[Panel, AreaSystem, Recipe]:
    ids = [f"i{k}" for k in range(len(values))]
    keys = [f"a{n}" for n in range(values.shape[1])]
    nothing = np.full((len(values), 1, values.shape[1]), np.nan)
    panel = Panel(
        areas=tuple(keys),
        periods=(NOW,),
        indicators=tuple(Indicator(id=id, name=id, domain="d", value=id) for id in ids),
        value=values[:, None, :],
        state=np.zeros(nothing.shape, dtype=np.int8),
        numerator=nothing,
        denominator=nothing,
        variables={},
    )
    areas = tuple(Area(key=key, name=key, level="q") for key in keys)
    system = AreaSystem(id="s", name="s", levels=(Level(id="q", name="q"),), areas=areas)
    tree = Node(id="index", children=tuple(Node(id=id) for id in ids))
    return panel, system, Recipe(tree=tree, steps=(Normalise(), Aggregate()))


def _pandas(values: np.ndarray) -> pd.DataFrame:
    """Do the same with data frames: random weights, one of three scales, one indicator left out, ranks, percentiles."""
    frame = pd.DataFrame(values.T)
    scaled = [
        (frame - frame.mean()) / frame.std(ddof=0),
        (frame - frame.mean()) / (frame - frame.median()).abs().median(),
        frame.rank(pct=True),
    ]
    rng = np.random.default_rng(1)
    ranks = {}
    for run in range(RUNS):
        weights = rng.uniform(0.75, 1.25, len(values))
        weights[rng.integers(0, len(values))] = 0
        ranks[run] = (scaled[run % 3] * weights).sum(axis=1).div(weights.sum()).rank(ascending=False, method="min")
    return pd.DataFrame(ranks).quantile([0.05, 0.95], axis=1)
