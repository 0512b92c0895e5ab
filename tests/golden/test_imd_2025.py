"""English Indices of Deprivation 2025: 33,755 scores, ranks and deciles; two domains from their sub-domains."""

import numpy as np
import polars as pl
import pytest


@pytest.fixture(scope="module")
def published(shared):
    folder = shared / "data/imd_england"
    return pl.read_csv(folder / "imd2025_england_lsoa21.csv.gz")


@pytest.mark.real_data
def test_scores_ranks_and_deciles(edition, published):
    index = edition("imd-2025").indices[0]
    assert index.areas == tuple(published["lsoa21_code"])
    error = np.abs(index.root[0] - published["IMD_score"].to_numpy())
    assert error.max() < 0.0007
    assert (error <= 0.0005).sum() == 33_753
    assert (index.rank[0] == published["IMD_rank"].to_numpy()).sum() >= 33_753
    assert (11 - index.classes[0].number[0] == published["IMD_decile"].to_numpy()).all()


@pytest.mark.real_data
@pytest.mark.parametrize(("position", "name"), [(1, "Education"), (2, "Housing_and_Services")])
def test_domains_from_two_sub_domains(edition, published, position, name):
    index = edition("imd-2025").indices[position]
    assert np.abs(index.root[0] - published[f"{name}_score"].to_numpy()).max() < 0.0014
    assert (index.rank[0] == published[f"{name}_rank"].to_numpy()).sum() >= 33_753
