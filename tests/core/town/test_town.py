"""Musterstadt is what the tutorial and the other tests take it for."""

from __future__ import annotations

import csv
import hashlib
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from tests.town import plan
from tests.town.bigger import bigger, write_bigger
from tests.town.files import CITY_KEY, GROUPS, UNPLACED_KEY
from tests.town.make import make
from tests.town.meaning import DOMAINS, MEANINGS
from tests.town.project import SUMS, official
from tests.town.town import CHANGED, REDEFINED, UNPLACED, Town, town

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def here() -> Town:
    return town()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("musterstadt")).parent


def rows(path: Path, encoding: str = "utf-8", delimiter: str = ";") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def rate(here: Town, upper: str, lower: str, year: int) -> np.ndarray:
    numerator, denominator = here.variable(upper, year), here.variable(lower, year)
    return np.divide(numerator, denominator, out=np.full(len(numerator), np.nan), where=denominator > 0)


def test_the_polygons_leave_no_gap_and_do_not_overlap(here: Town) -> None:
    for version in (here.now, here.then):
        assert shapely.coverage_is_valid(version.geometry)
        assert shapely.is_valid(version.geometry).all()
        assert {shape.geom_type for shape in version.geometry} == {"Polygon"}
        whole = shapely.union_all(version.geometry)
        assert whole.geom_type == "Polygon"
        assert not whole.interiors
        assert shapely.area(version.geometry).sum() == pytest.approx(whole.area, rel=1e-12)


def test_77_quarters_lie_in_12_connected_spaces_and_4_districts(here: Town) -> None:
    for version in (here.now, here.then):
        assert len(version.keys) == len(set(version.keys)) == len(set(version.names)) == 77
        assert all(key.startswith(plan.SPACES[n].key) for key, n in zip(version.keys, version.space, strict=True))
        spaces = [version.geometry[[s == n for s in version.space]] for n in range(12)]
        assert all(shapely.coverage_union_all(quarters).geom_type == "Polygon" for quarters in spaces)
    assert {space.district for space in plan.SPACES} == set(plan.DISTRICTS)
    assert len(plan.DISTRICTS) == 4
    assert all(space.key.startswith(space.district) for space in plan.SPACES)


def test_the_boundary_file_reads_back_with_its_reference_system(here: Town, folder: Path) -> None:
    meta, _index, wkb, columns = pyogrio.raw.read(folder / "data" / "quartiere.geojson")
    assert meta["crs"] == "EPSG:25832"
    table = dict(zip(meta["fields"], columns, strict=True))
    assert tuple(table["nr"]) == here.now.keys
    assert set(table["hinweis"]) == {"fiktiv"}
    assert shapely.equals_exact(shapely.normalize(shapely.from_wkb(wkb)), here.now.geometry, 0.001).all()


def test_water_runs_through_the_city_and_makes_the_island(here: Town) -> None:
    city = shapely.coverage_union_all(here.now.geometry)
    river = dict(here.map.water)[plan.RIVER]
    assert city.difference(river).geom_type == "MultiPolygon"  # it cuts the city in two
    island = here.now.geometry[here.now.names.index(plan.ISLAND)]
    water = shapely.union_all([shape for _name, shape in here.map.water])
    assert island.boundary.difference(water.buffer(1)).length < 0.01 * island.boundary.length


def test_one_quarter_has_199_inhabitants_and_one_has_none(here: Town) -> None:
    people = dict(zip(here.now.names, here.variable("inhabitants", 2024).tolist(), strict=True))
    assert people[plan.ISLAND] == 199
    assert here.variable("under_18", 2024)[here.now.names.index(plan.ISLAND)] == 51
    assert [name for name, count in people.items() if count == 0] == [plan.UNINHABITED]
    assert min(count for name, count in people.items() if name not in (plan.ISLAND, plan.UNINHABITED)) >= 200
    assert max(people.values()) <= 5_500
    assert sum(people.values()) == plan.INHABITANTS


def test_no_numerator_exceeds_its_denominator(here: Town) -> None:
    for meaning in MEANINGS:
        upper, lower = here.counts[meaning.numerator], here.counts[meaning.denominator]
        assert (upper >= 0).all(), meaning.id
        assert (upper <= lower).all(), meaning.id


def test_groups_fit_into_each_other(here: Town) -> None:
    count = here.counts
    bands = [name for name in count if name.startswith("age_")][:10]
    assert (sum(count[band] for band in bands) == count["inhabitants"]).all()
    for denominator, parts in SUMS.items():
        added = sum((-1 if part[0] == "-" else 1) * count[part.lstrip("-")] for part in parts)
        assert (added == count[denominator]).all(), denominator
    for part, whole in (
        ("long_term_unemployed", "unemployed"),
        ("foreign_unemployed", "unemployed"),
        ("recent_arrivals", "foreign_or_dual"),
        ("foreign_15_64", "foreign_or_dual"),
        ("child_security_under_15", "child_security_under_18"),
        ("child_security_under_18", "basic_security"),
        ("households_with_children", "households"),
        ("households", "inhabitants"),
    ):
        assert (count[part] <= count[whole]).all(), (part, whole)


def test_sixteen_indicators_lie_in_four_lebenslagen() -> None:
    assert len(MEANINGS) == len({meaning.id for meaning in MEANINGS}) == 16
    assert {meaning.domain for meaning in MEANINGS} == {domain["id"] for domain in DOMAINS}
    assert len(DOMAINS) == 4
    assert all(meaning.definition and meaning.holder for meaning in MEANINGS)


def test_neighbours_resemble_each_other(here: Town) -> None:
    """Moran's I with queen contiguity, row-standardised; a random arrangement gives about -1/75 with SD 0.07."""
    lived = [n for n, name in enumerate(here.now.names) if name != plan.UNINHABITED]
    near = shapely.touches(here.now.geometry[lived][:, None], here.now.geometry[lived][None, :]).astype(float)
    near /= near.sum(axis=1, keepdims=True)
    for upper, lower in (("basic_security", "age_0_64"), ("foreign_or_dual", "inhabitants")):
        value = rate(here, upper, lower, 2024)[lived]
        z = (value - value.mean()) / value.std()
        moran = float(z @ near @ z) / len(z)
        assert moran > 0.25, (upper, moran)


def test_eight_quarters_in_six_spaces_stand_out(here: Town) -> None:
    """Computed here from counts: deviation from the city value over the SD of the quarters, mean per Lebenslage."""
    deviations = {domain["id"]: [] for domain in DOMAINS}
    for meaning in MEANINGS:
        value = rate(here, meaning.numerator, meaning.denominator, 2024)
        city = here.variable(meaning.numerator, 2024).sum() / here.variable(meaning.denominator, 2024).sum()
        z = (value - city) / np.nanstd(value)
        deviations[meaning.domain].append(-z if meaning.better else z)
    strength = np.max([np.mean(each, axis=0) for each in deviations.values()], axis=0)
    strong = {name for name, value in zip(here.now.names, strength, strict=True) if value >= 1.5}
    assert strong == set(plan.STANDING_OUT)
    assert len(strong) == 8
    spaces = {here.now.space[here.now.names.index(name)] for name in strong}
    assert len(spaces) == 6


def test_two_quarters_merged_and_one_was_split(here: Town) -> None:
    old, new, share = zip(*here.crosswalk, strict=True)
    assert set(old) == set(here.then.keys)
    assert set(new) == set(here.now.keys)
    for key in old:
        assert sum(s for o, s in zip(old, share, strict=True) if o == key) == pytest.approx(1)
    merged = [key for key in set(new) if new.count(key) > 1]
    split = [key for key in set(old) if old.count(key) > 1]
    assert [new.count(key) for key in merged] == [2]
    assert [old.count(key) for key in split] == [2]
    changed = {n for o, n, _s in here.crosswalk if n in merged or o in split}
    assert changed.isdisjoint(here.then.keys), "a changed quarter has a number of its own"
    unchanged = [(o, n) for o, n, _s in here.crosswalk if n not in changed]
    assert len(unchanged) == 74
    assert all(o == n for o, n in unchanged)


def test_the_share_of_the_split_is_that_of_its_inhabitants(here: Town) -> None:
    people = dict(zip(here.map.names, here.counts["inhabitants"][here.years.index(CHANGED - 1)].tolist(), strict=True))
    (first, second) = next(iter(plan.SPLIT.values()))
    key = here.now.keys[here.now.names.index(first)]
    share = next(s for _o, n, s in here.crosswalk if n == key)
    assert share == pytest.approx(people[first] / (people[first] + people[second]), abs=0.001)


def test_tables_before_the_change_come_on_the_old_quarters(here: Town, folder: Path) -> None:
    table = rows(folder / "data" / "arbeitsmarkt.csv", "utf-8-sig")
    for year in here.years:
        keys = [row["Quartier"] for row in table if row["Jahr"] == str(year)]
        assert keys == [*here.version(year).keys, UNPLACED_KEY, CITY_KEY]
    assert here.version(CHANGED - 1) is here.then
    assert here.version(CHANGED) is here.now


def test_the_published_shares_fall_although_child_poverty_rose(here: Town, folder: Path) -> None:
    """Across the redefinition the difference of published shares is not the change: here it even has another sign."""
    published = official(next(meaning for meaning in MEANINGS if meaning.id == "child_poverty"), here)
    (city,) = (row for row in rows(folder / "data" / f"kinderarmut_{REDEFINED}.csv") if row["Quartier"] == CITY_KEY)
    as_before = 100 * int(city["Kinder SGB II unter 15"]) / int(city["Kinder unter 15"])
    as_since = 100 * int(city["Kinder SGB II unter 18"]) / int(city["unter 18"])
    assert published[str(REDEFINED)] == pytest.approx(as_since, abs=0.05)
    assert published[str(REDEFINED)] - published[str(REDEFINED - 1)] < 0
    assert as_before - published[str(REDEFINED - 1)] > 0


def test_the_breaks_are_declared(here: Town, folder: Path) -> None:
    project = tomllib.loads((folder / "nahraum.toml").read_text(encoding="utf-8"))
    changed = sorted(set(here.now.keys) - set(here.then.keys))
    for indicator in project["indicators"]:
        boundary = [each for each in indicator["breaks"] if each["kind"] == "boundary"]
        assert [(each["period"], each["areas"]) for each in boundary] == [(str(CHANGED), changed)]
    redefined = [i["id"] for i in project["indicators"] for b in i["breaks"] if b["kind"] == "redefinition"]
    assert redefined == ["child_poverty"]
    assert project["project"]["fictional"] is True


def test_one_or_two_persons_are_delivered_as_protected(here: Town, folder: Path) -> None:
    table = [row for row in rows(folder / "data" / "leistungen.csv") if row["Merkmal"] == "drohender Wohnungsverlust"]
    for year in here.years:
        cells = [row["Wert"] for row in table if row["Jahr"] == str(year) and row["Quartier"] != CITY_KEY]
        counts = here.variable("housing_need", year)
        assert [cell == "." for cell in cells] == [0 < count < 3 for count in counts]
    assert any(row["Wert"] == "." for row in table)
    assert not {"1", "2"} & {row["Wert"] for row in table}
    assert "housing_need" not in GROUPS


def test_an_indicator_is_missing_for_a_year_and_single_cells_are_missing(folder: Path) -> None:
    children = rows(folder / "data" / "kinder.csv", "cp1252")
    gone = {row["Jahr"] for row in children if row["Sprachförderbedarf"] == "k. A."}
    assert gone == {"2020"}
    assert all(row["Sprachförderbedarf"] == "k. A." for row in children if row["Jahr"] == "2020")
    assert any("k. A." in row.values() for row in rows(folder / "data" / "sportvereine_2015_2019.csv"))


def test_nobody_lives_at_the_waterworks_so_nothing_applies(here: Town, folder: Path) -> None:
    key = here.now.keys[here.now.names.index(plan.UNINHABITED)]
    care = [row for row in rows(folder / "data" / "pflege.csv", delimiter=",") if row["Quartier"] == key]
    assert len(care) == 10
    assert {row["allein lebend ab 80"] for row in care} == {"x"}


def test_the_official_total_holds_the_few_persons_without_a_quarter(here: Town, folder: Path) -> None:
    table = rows(folder / "data" / "arbeitsmarkt.csv", "utf-8-sig")
    for year, few in zip(here.years, UNPLACED, strict=True):
        total = next(int(r["Arbeitslose"]) for r in table if r["Jahr"] == str(year) and r["Quartier"] == CITY_KEY)
        assert total - int(here.variable("unemployed", year).sum()) == few > 0


def test_two_runs_in_two_processes_write_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "tests.town.make", str(tmp_path)], cwd=ROOT, check=True)

    def sums(place: Path) -> dict[str, str]:
        files = sorted(path for path in place.rglob("*") if path.is_file())
        return {str(path.relative_to(place)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    assert len(sums(folder)) > 10
    assert sums(tmp_path) == sums(folder)


def test_a_bigger_town_keeps_the_same_promises(tmp_path: Path) -> None:
    big = bigger(150, 18, 3)
    assert big.geometry.shape == (150,)
    assert shapely.coverage_is_valid(big.geometry)
    assert len(big.meanings) == 18
    assert all((big.counts[m.numerator] <= big.counts[m.denominator]).all() for m in big.meanings)
    path = write_bigger(big, tmp_path)
    assert len(rows(path.parent / "data" / "werte.csv")) == 150 * 3
    assert len(tomllib.loads(path.read_text(encoding="utf-8"))["indicators"]) == 18
