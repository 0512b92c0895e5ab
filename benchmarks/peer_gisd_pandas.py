"""A plain pandas script for GISD 2019, as a researcher would write it: the peer of bench_gisd. Prints the scores.

Usage: python peer_gisd_pandas.py FOLDER_WITH_THE_WORKBOOKS
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

WORKBOOKS = {
    "unemployment": "A_Arbeitslosigkeit.xls",
    "employment": "A_Beschaeftigtenquote.xls",
    "wage": "A_Bruttoverdienst.xls",
    "academic": "B_BeschaeftigtemitakadAbschluss.xls",
    "unskilled": "B_BeschaeftigteohneAbschluss.xls",
    "no_certificate": "B_SchulabgaengerohneAbschluss.xls",
    "income_tax": "E_Einkommenssteuer.xls",
    "household_income": "E_Haushaltseinkommen.xls",
    "debtors": "E_Schuldnerquote.xls",
}
COMPLETE = ("unemployment", "no_certificate")
DIMENSIONS = {
    "work": ["employment", "unemployment", "wage"],
    "income": ["income_tax", "household_income", "debtors"],
    "education": ["academic", "unskilled", "no_certificate"],
}
YEARS = range(1998, 2016)


def workbook(path: Path, name: str) -> pd.DataFrame:
    """Read one INKAR workbook into long form."""
    raw = pd.read_excel(
        path, header=None, engine="xlrd", engine_kwargs={"logfile": sys.stderr}, dtype=str, sheet_name=0
    )
    years = [int(year) for year in raw.iloc[1, 3:]]
    wide = raw.iloc[2:].set_index(0).iloc[:, 2:].set_axis(years, axis=1).apply(pd.to_numeric, errors="coerce")
    long = wide.loc[:, [year for year in years if year in YEARS]].stack().rename(name)
    return long.rename_axis(["key", "year"]).reset_index()


def main(folder: Path) -> None:
    """Compute and print."""
    reference = pd.read_excel(folder / "ref.xlsx", sheet_name="Gemeinden", header=2)
    towns = pd.DataFrame(
        {
            "town": reference["gem15"].astype(str).str.zfill(8),
            "key": reference["Gemeindeverband, Stand 31.12.2015"].astype(str).str.zfill(8),
            "people": reference["Bevölkerung 31.12.2015"],
        }
    )
    towns["county"] = towns["town"].str[:5]
    panel = towns[towns["people"] > 0].merge(pd.DataFrame({"year": YEARS}), how="cross")
    for name, file in WORKBOOKS.items():
        values = workbook(folder / file, name)
        values.loc[values[name] < 0, name] = np.nan
        on = "key" if len(values["key"].iloc[0]) == 8 else "county"
        panel = panel.merge(values.rename(columns={"key": on}), on=[on, "year"], how="left")
    for name in set(WORKBOOKS) - set(COMPLETE):
        mean = panel.groupby("town")[name].transform("mean")
        terms = np.column_stack(
            [
                np.ones(len(panel)),
                panel["year"] ** 2 * mean,
                panel["year"] * mean,
                panel["unemployment"],
                panel["no_certificate"],
            ]
        )
        known = panel[name].notna().to_numpy() & ~np.isnan(terms).any(axis=1)
        terms = terms / np.abs(terms[known]).max(axis=0)  # year squared beside 1: unscaled, digits are lost
        beta = np.linalg.lstsq(terms[known], panel[name].to_numpy()[known], rcond=None)[0]
        gaps = panel[name].isna()
        panel.loc[gaps, name] = np.maximum(terms[gaps] @ beta, 0)
    for dimension, names in DIMENSIONS.items():
        z = (panel[names] - panel[names].mean()) / panel[names].std()
        whole = z.notna().all(axis=1)
        _u, _s, components = np.linalg.svd(z[whole], full_matrices=False)
        score = z @ components[0]
        score *= np.sign(score.corr(panel["unemployment"]))
        panel[dimension] = (score - score.min()) / (score.max() - score.min())
    panel["score"] = panel[list(DIMENSIONS)].sum(axis=1, skipna=False)
    panel["score"] = (panel["score"] - panel["score"].min()) / (panel["score"].max() - panel["score"].min())
    panel["weighted"] = panel["score"] * panel["people"]
    sums = panel.groupby(["county", "year"])[["weighted", "people"]].sum()
    county = (sums["weighted"] / sums["people"]).rename("score").reset_index()
    spread = county.groupby("year")["score"]
    county["score"] = (county["score"] - spread.transform("min")) / (spread.transform("max") - spread.transform("min"))
    sys.stdout.write(county.round(6).to_csv(index=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
