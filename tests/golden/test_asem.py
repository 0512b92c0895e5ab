"""COINr's example index: 51 countries, 49 indicators, four levels; every stage."""

import numpy as np
import polars as pl
import pytest

from nahraum.evidence.indicators.methods.treat import winsorise


@pytest.fixture(scope="module")
def stage(shared):
    return lambda name: pl.read_csv(shared / f"data/coinr_asem/asem_{name}.csv", null_values="NA")


@pytest.mark.real_data
def test_denominated_values(edition, stage):
    panel, expected = edition("asem-denominated").panel, stage("denominated")
    for k, indicator in enumerate(panel.indicators):
        column = expected[indicator.id].cast(pl.Float64).to_numpy()
        assert np.allclose(panel.value[k, 0], column, rtol=1e-9, atol=0, equal_nan=True), indicator.id


@pytest.mark.real_data
def test_49_of_49_treatments(stage):
    before, after = stage("imputed"), stage("treated")
    changed = 0
    for name in stage("indmeta")["IndCode"]:
        treated, points = winsorise(
            before[name].cast(pl.Float64).to_numpy(), skew_limit=2.0, kurtosis_limit=3.5, max_points=6
        )
        assert np.allclose(treated, after[name].cast(pl.Float64).to_numpy(), rtol=1e-9, atol=0), name
        changed += points > 0
    assert changed > 5


@pytest.mark.real_data
def test_normalised_aggregated_scores_and_ranks(edition, stage):
    (index,) = edition("asem").indices
    normalised, aggregated, ranks = stage("normalised"), stage("aggregated"), stage("ranks")
    assert index.areas == tuple(normalised["UnitCode"])
    for n, leaf in enumerate(index.recipe.tree.at(0)):
        assert np.allclose(index.leaf[n, 0], normalised[leaf.id].to_numpy(), rtol=0, atol=1e-9), leaf.id
    for node, scores in index.score.items():
        assert np.allclose(scores[0], aggregated[node].to_numpy(), rtol=0, atol=1e-9), node
    published = dict(zip(ranks["UnitCode"], ranks["Index"], strict=True))
    assert {area: int(rank) for area, rank in zip(index.areas, index.rank[0], strict=True)} == published
