"""Towns of any size for load and benchmarks: ``python -m tests.town.bigger AREAS INDICATORS YEARS OUT_DIR``.

The same map maker and the same people as Musterstadt, without its stories: no change of borders or definitions,
nothing missing, nothing protected.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from tests.town import plan
from tests.town.chance import Ints, cases, growth, normal, persistent, uniform
from tests.town.files import write_csv, write_geojson
from tests.town.meaning import DOMAINS, LABELS, MEANINGS, Meaning
from tests.town.partition import Points, bent, partition, relaxed, smooth
from tests.town.people import Latent, simulate
from tests.town.project import SUMS, section

SPACE_SIZE = 6  # areas in a social space, about


@dataclass(frozen=True, kw_only=True)
class BigTown:
    """Counts (variable -> Y x A), indicators and polygons; ``space``: number of the social space per area."""

    years: tuple[int, ...]
    keys: tuple[str, ...]
    space: NDArray[np.int64]
    geometry: NDArray[Any]
    meanings: tuple[Meaning, ...]
    counts: dict[str, Ints]


def bigger(areas: int, indicators: int = 16, years: int = 10, *, seed: int = 7) -> BigTown:
    """Make a town; the same for the same arguments. About 2,100 inhabitants an area."""
    centre = np.asarray(plan.OUTLINE, dtype=np.float64).mean(axis=0)
    grown = (np.asarray(plan.OUTLINE) - centre) * np.sqrt(areas / 77)
    rough = smooth([(float(x), float(y)) for x, y in grown], closed=True, rounds=2)
    outline = np.round(bent(rough, seed=seed, name="outline", bend=0.13, shortest=60))
    seeds = _scattered(outline, areas, seed)
    for _ in range(2):
        seeds = relaxed(seeds, outline, [], share=0.7)
    geometry = shapely.transform(partition(seeds, outline, [], seed=seed), lambda xy: np.round(xy + plan.ORIGIN, 2))
    latent = _latent(seeds, years, seed)
    size = np.clip(2100 * (1 + 0.4 * normal(seed, "size", areas)), 199, 5500)
    inhabitants = np.floor(size * (1 + 0.004 * np.arange(years)[:, None])).astype(np.int64)
    counts = simulate(inhabitants, latent, seed=seed)
    counts["child_security"], counts["child_security_base"] = counts["child_security_under_18"], counts["under_18"]
    return BigTown(
        years=tuple(range(2025 - years, 2025)),
        keys=tuple(f"{n:05}" for n in range(10_001, 10_001 + areas)),
        space=_spaces(seeds, max(areas // SPACE_SIZE, 1)),
        geometry=geometry,
        meanings=tuple(_meanings(indicators, counts, latent, seed)),
        counts=counts,
    )


def _scattered(outline: Points, areas: int, seed: int) -> Points:
    """Scatter seeds inside the city, no two nearer than 40 m."""
    city = shapely.Polygon(outline).buffer(-30)
    low, high = outline.min(axis=0), outline.max(axis=0)
    drawn = np.round(low + (high - low) * uniform(seed, "seeds", areas * 4, 2))
    drawn = drawn[shapely.contains_xy(city, drawn[:, 0], drawn[:, 1])]
    cells = np.unique(drawn // 40, axis=0, return_index=True)[1]
    seeds = drawn[np.sort(cells)][:areas]
    assert len(seeds) == areas, "too few points fell inside the city"
    return seeds


def _latent(seeds: Points, years: int, seed: int) -> Latent:
    """Spread twenty centres of each axis smoothly over the map and add what is particular to an area."""
    low, high = seeds.min(axis=0), seeds.max(axis=0)
    hearts = low + (high - low) * uniform(seed, "hearts", 20, 2)
    apart = ((seeds[:, None] - hearts) ** 2).sum(axis=-1) / ((high - low) ** 2).sum()
    near = 1 / (1 + apart / 0.01) ** 2
    weight = normal(seed, "tendency", 20, 4)
    axes = 2 * (near[:, :, None] * weight).sum(axis=1) / near.sum(axis=1)[:, None]
    axes = axes - axes.mean(axis=0) + 0.4 * normal(seed, "latent", len(seeds), 4)
    hardship, arrival, age, urban = (np.repeat(axes[None, :, n], years, axis=0) for n in range(4))
    return Latent(hardship=hardship, arrival=arrival, age=age, urban=urban)


def _spaces(seeds: Points, count: int) -> NDArray[np.int64]:
    """Group areas by the nearest of some of their seeds."""
    hearts = seeds[:: max(len(seeds) // count, 1)][:count]
    return ((seeds[:, None] - hearts) ** 2).sum(axis=-1).argmin(axis=1) + 1


def _meanings(indicators: int, counts: dict[str, Ints], latent: Latent, seed: int) -> list[Meaning]:
    """Take the sixteen indicators; beyond them, invent further ones and draw their counts."""
    found = list(MEANINGS[:indicators])
    for n in range(len(found), indicators):
        like = MEANINGS[n % len(MEANINGS)]
        name = f"further_{n + 1}"
        years, areas = latent.hardship.shape
        share = 0.08 * growth(0.3 * latent.hardship + 0.1 * persistent(seed, f"own/{name}", years, areas))
        counts[name] = cases(counts["inhabitants"], share, persistent(seed, f"luck/{name}", years, areas))
        found.append(
            replace(
                like, id=name, name=f"{like.name} ({n + 1})", numerator=name, denominator="inhabitants", better=False
            )
        )
    return found


def write_bigger(town: BigTown, folder: Path, *, runs: int = 1000) -> Path:
    """Write a project folder: boundaries, one wide table, project file; return the path of ``nahraum.toml``."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    abouts = [
        {
            "nr": key,
            "name": f"Gebiet {key}",
            "sr_nr": f"{space:03}",
            "sr_name": f"Sozialraum {space}",
            "hinweis": "fiktiv",
        }
        for key, space in zip(town.keys, town.space.tolist(), strict=True)
    ]
    write_geojson(data / "gebiete.geojson", "Gebiete", list(zip(abouts, town.geometry, strict=True)))
    names = sorted(_needed(town.meanings))
    rows = [["Gebiet", "Jahr", *(LABELS.get(name, name) for name in names)]]
    for y, year in enumerate(town.years):
        columns = [town.counts[name][y].tolist() for name in names]
        rows += [[key, str(year), *map(str, row)] for key, *row in zip(town.keys, *columns, strict=True)]
    write_csv(data / "werte.csv", rows)
    path = folder / "nahraum.toml"
    path.write_text(_project(town, names, runs), encoding="utf-8", newline="\n")
    return path


def _needed(meanings: tuple[Meaning, ...]) -> set[str]:
    denominators = {name for each in meanings for name in SUMS.get(each.denominator, [each.denominator])}
    return {"inhabitants", *(each.numerator for each in meanings), *(name.lstrip("-") for name in denominators)}


HEAD = """# Eine erfundene Stadt für Lastversuche: {size}.
format = 1

[project]
id = "muster-{count}"
title = "Musterstadt mit {count} Gebieten"
city = "Musterstadt"
publisher = "Stadt Musterstadt, Sozialplanung (fiktiv)"
date = 2025-03-31
licence = "CC0-1.0"
fictional = true
data_dir = "data"

[areas]
id = "gebiete"
name = "Gebiete"
file = "gebiete.geojson"

[[areas.levels]]
id = "quarter"
name = "Quartier"
key = "nr"
label = "name"

[[areas.levels]]
id = "social_space"
name = "Sozialraum"
key = "sr_nr"
label = "sr_name"

[[areas.levels]]
id = "city"
name = "Stadt"
all = "Musterstadt"
"""
TAIL = """
[[indices]]
id = "index"
name = "Sozialindex"
preset = "lebenslagen"

[profile]
strong = 2.5
frequent = 12

[robustness]
runs = {runs}
seed = 1
small_counts = true
"""


def _project(town: BigTown, names: list[str], runs: int) -> str:
    count = len(town.keys)
    size = f"{count} Gebiete, {len(town.meanings)} Indikatoren, {len(town.years)} Jahre"
    about = {"id": "values", "file": "werte.csv", "shape": "wide", "area": "Gebiet", "period_column": "Jahr"}
    table = section("tables", {**about, "variables": {name: LABELS.get(name, name) for name in names}})
    used = {meaning.domain for meaning in town.meanings}
    domains = "".join(section("domains", domain) for domain in DOMAINS if domain["id"] in used)
    indicators = "".join(_indicator(meaning) for meaning in town.meanings)
    return HEAD.format(size=size, count=count) + table + domains + indicators + TAIL.format(runs=runs)


def _indicator(meaning: Meaning) -> str:
    entries = {
        "id": meaning.id,
        "name": meaning.name,
        "domain": meaning.domain,
        "numerator": [meaning.numerator],
        "denominator": SUMS.get(meaning.denominator, [meaning.denominator]),
        "per": meaning.per,
        "unit": meaning.unit,
        "direction": meaning.direction,
        "definition": meaning.definition,
        "source": "Musterstadt (fiktiv)",
        "licence": "CC0-1.0",
    }
    return section("indicators", entries)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("Usage: python -m tests.town.bigger AREAS INDICATORS YEARS OUT_DIR")
    write_bigger(bigger(*map(int, sys.argv[1:4])), Path(sys.argv[4]))
