"""German Index of Socioeconomic Deprivation, revision 2019: three levels from raw INKAR workbooks."""

import numpy as np
import polars as pl
import pytest

LEVELS = {
    "county": ("Kreis.csv", "Kreiskennziffer", 7236, 5),
    "ror": ("ROR.csv", "Raumordnungsregion Nr", 1728, 0),
    "nuts2": ("NUTS2.csv", "NUTS2", 684, 0),
}


@pytest.mark.real_data
@pytest.mark.parametrize("level", LEVELS)
def test_scores_quintiles_and_deciles(edition, shared, level):
    file, column, rows, width = LEVELS[level]
    text = (shared / "data/gisd2019" / file).read_text(encoding="latin-1")
    published = pl.read_csv(text.encode(), schema_overrides={column: pl.String})
    index = next(each for each in edition("gisd-2019").indices if each.recipe.id == level)
    place = {key: a for a, key in enumerate(index.areas)}
    year = {period.start.year: p for p, period in enumerate(index.periods)}
    assert published.height == rows
    a = np.array([place[key.zfill(width)] for key in published[column]])
    p = np.array([year[int(y)] for y in published["Jahr"]])
    assert np.abs(index.root[p, a] - published["GISD_Score"].to_numpy()).max() <= 1e-6 + 1e-12
    quintile, decile = (each.number[p, a] for each in index.classes)
    assert (quintile == published["GISD_5"].to_numpy()).all()
    assert (decile == published["GISD_10"].to_numpy()).all()
