"""The people of a town: inhabitants by age and origin, and how many of them each indicator counts.

Everything is whole numbers over Y years x A areas, and consistent: parts add up, nobody is counted twice, no group is
larger than the one that it is part of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tests.town.chance import Floats, Ints, apportion, cases, growth, persistent

BANDS = {
    "age_0_2": 0.029, "age_3_5": 0.029, "age_6_9": 0.037, "age_10_14": 0.045, "age_15_17": 0.027, "age_18_24": 0.075,
    "age_25_44": 0.265, "age_45_64": 0.280, "age_65_79": 0.145, "age_80_plus": 0.068,
}  # fmt: skip
CHILDREN = ("age_0_2", "age_3_5", "age_6_9", "age_10_14", "age_15_17")
OLD = ("age_65_79", "age_80_plus")
YEARS = tuple(range(2015, 2025))


@dataclass(frozen=True, kw_only=True)
class Latent:
    """What lies behind the numbers, Y x A each, about 0 on the average: nobody delivers it, tests may ask for it."""

    hardship: Floats
    arrival: Floats
    age: Floats
    urban: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a count comes about: a share of a group that rises with the latent axes and with the years."""

    of: str
    share: float
    hardship: float = 0.0
    arrival: float = 0.0
    age: float = 0.0
    urban: float = 0.0
    trend: tuple[float, ...] = (1.0,) * len(YEARS)
    most: float = 0.95
    complement: bool = False  # the rule describes those who are not concerned
    stir: float = 0.10  # what is particular to this indicator in an area, beside the axes


FLAT = (1.0,) * len(YEARS)
REFUGE = (0.86, 1.04, 1.08, 1.05, 1.0, 0.95, 0.92, 1.20, 1.24, 1.22)
WORK = (1.08, 1.05, 1.0, 0.95, 0.91, 1.06, 1.03, 0.94, 0.99, 1.04)
LASTING = (1.16, 1.10, 1.02, 0.94, 0.87, 0.98, 1.14, 1.06, 1.0, 1.02)
POVERTY = (0.95, 1.02, 1.07, 1.06, 1.02, 0.99, 1.015, 1.08, 1.07, 1.06)
AGEING = (0.80, 0.83, 0.88, 0.92, 0.96, 1.0, 1.03, 1.07, 1.10, 1.13)
HOUSING = (0.88, 0.92, 0.97, 1.0, 1.03, 0.90, 0.92, 1.02, 1.12, 1.20)

RULES: Mapping[str, Rule] = {
    "foreign_or_dual": Rule(of="inhabitants", share=0.262, hardship=0.10, arrival=0.30, most=0.72, stir=0.06,
                            trend=(0.84, 0.88, 0.91, 0.93, 0.95, 0.96, 0.97, 1.0, 1.01, 1.02)),
    "foreign_15_64": Rule(of="_foreign_adults", share=0.62, arrival=0.05, stir=0.02),
    "recent_arrivals": Rule(of="foreign_or_dual", share=0.175, arrival=0.20, urban=0.12, trend=REFUGE, stir=0.12),
    "households_with_children": Rule(of="_families", share=0.92, stir=0.01),
    "unemployed": Rule(of="age_15_64", share=0.066, hardship=0.37, arrival=0.06, trend=WORK),
    "long_term_unemployed": Rule(of="unemployed", share=0.40, hardship=0.08, trend=LASTING, stir=0.05),
    "foreign_unemployed": Rule(of="foreign_15_64", share=0.112, hardship=0.25, arrival=0.07, trend=WORK, stir=0.12),
    "old_age_security": Rule(of="age_65_plus", share=0.043, hardship=0.40, arrival=0.18, trend=AGEING, stir=0.12),
    "child_security_under_15": Rule(of="age_0_14", share=0.158, hardship=0.36, arrival=0.07, trend=POVERTY, most=0.8),
    "youth_security_15_17": Rule(of="age_15_17", share=0.112, hardship=0.36, arrival=0.05, trend=POVERTY, most=0.7),
    "adult_security": Rule(of="age_18_64", share=0.082, hardship=0.39, arrival=0.06, trend=POVERTY, most=0.7),
    "language_support": Rule(of="examined", share=0.235, hardship=0.14, arrival=0.28, most=0.8, stir=0.08,
                             trend=(0.90, 0.93, 0.97, 1.0, 1.0, 1.0, 1.06, 1.12, 1.15, 1.14)),
    "kita": Rule(of="age_3_5", share=0.078, hardship=0.32, arrival=0.17, most=0.45, complement=True,
                 trend=(0.86, 0.90, 0.96, 1.0, 1.0, 1.06, 1.12, 1.10, 1.05, 1.0)),
    "gymnasium": Rule(of="transitions", share=0.545, hardship=0.17, arrival=0.05, most=0.93, complement=True,
                      stir=0.06),
    "sports_members": Rule(of="age_6_17", share=0.42, hardship=0.15, arrival=0.08, most=0.9, complement=True, stir=0.06,
                           trend=(1.0, 1.0, 0.99, 0.98, 0.98, 1.08, 1.14, 1.06, 1.0, 0.97)),
    "single_parents": Rule(of="households_with_children", share=0.205, hardship=0.17, urban=0.10, most=0.6, stir=0.07),
    "living_alone_80": Rule(of="age_80_plus", share=0.46, hardship=0.03, urban=0.17, most=0.9, stir=0.08),
    "care_need": Rule(of="age_65_plus", share=0.208, hardship=0.09, age=0.10, trend=AGEING, most=0.6, stir=0.09),
    "educational_support": Rule(of="under_18", share=0.036, hardship=0.36, urban=0.05, stir=0.14,
                                trend=(0.90, 0.93, 0.96, 0.98, 1.0, 0.97, 1.02, 1.05, 1.08, 1.10)),
    "housing_need": Rule(of="households", share=0.0115, hardship=0.36, urban=0.12, trend=HOUSING, stir=0.15),
}  # fmt: skip


def simulate(
    inhabitants: Ints, latent: Latent, *, seed: int, ages: Mapping[int, tuple[int, ...]] | None = None
) -> dict[str, Ints]:
    """Return every variable, Y x A, for these inhabitants (Y x A) and what lies behind.

    ``ages`` gives single areas (positions) their own proportions of the age bands.
    """
    years, areas = inhabitants.shape
    counts: dict[str, Ints] = {"inhabitants": inhabitants, **_by_age(inhabitants, latent, seed, ages or {})}

    def draw(name: str) -> Ints:
        return _draw(RULES[name], name, counts[RULES[name].of], latent, seed)

    counts["foreign_or_dual"] = draw("foreign_or_dual")
    counts["_foreign_adults"] = counts["foreign_or_dual"] * counts["age_15_64"] // np.maximum(inhabitants, 1)
    counts["foreign_15_64"] = draw("foreign_15_64")
    counts["households"] = inhabitants * 100 // (212 - np.floor(14 * latent.urban).astype(np.int64))
    counts["_families"] = counts["under_18"] * 100 // 158
    counts["households_with_children"] = draw("households_with_children")
    counts["examined"] = (counts["age_3_5"] + counts["age_6_9"]) // 7
    counts["transitions"] = (counts["age_6_9"] + counts["age_10_14"]) // 9
    for name in RULES:
        if name not in counts:
            counts[name] = draw(name)
    counts["foreign_unemployed"] = np.minimum(counts["foreign_unemployed"], counts["unemployed"] * 3 // 4)
    counts["child_security_under_18"] = counts["child_security_under_15"] + counts["youth_security_15_17"]
    counts["basic_security"] = counts["child_security_under_18"] + counts["adult_security"]
    assert all(count.shape == (years, areas) for count in counts.values())
    return {name: count for name, count in counts.items() if not name.startswith("_")}


def _by_age(inhabitants: Ints, latent: Latent, seed: int, ages: Mapping[int, tuple[int, ...]]) -> dict[str, Ints]:
    """Divide the inhabitants into age bands that follow the latent axes; bands and their sums add up."""
    lean = {band: growth(-0.13 * latent.age + 0.07 * latent.arrival) for band in CHILDREN}
    lean |= {band: growth(0.22 * latent.age - 0.05 * latent.hardship) for band in OLD}
    lean["age_18_24"] = growth(0.18 * latent.urban + 0.08 * latent.arrival)
    lean["age_25_44"] = growth(0.10 * latent.urban)
    years, areas = inhabitants.shape
    shares = np.stack(
        [
            share
            * lean.get(band, np.ones((years, areas)))
            * (1 + 0.05 * persistent(seed, f"age/{band}", years, areas, memory=0.97))
            for band, share in BANDS.items()
        ],
        axis=-1,
    )
    for area, proportions in ages.items():
        shares[:, area] = proportions
    bands = apportion(inhabitants.reshape(-1), shares.reshape(-1, len(BANDS))).reshape(years, areas, -1)
    return with_sums({band: bands[..., n] for n, band in enumerate(BANDS)})


def with_sums(bands: Mapping[str, Ints]) -> dict[str, Ints]:
    """Add the age groups that tables name beside the bands."""

    def between(*names: str) -> Ints:
        return np.sum([bands[name] for name in names], axis=0)

    return {
        **bands,
        "age_0_14": between("age_0_2", "age_3_5", "age_6_9", "age_10_14"),
        "age_6_17": between("age_6_9", "age_10_14", "age_15_17"),
        "under_18": between(*CHILDREN),
        "age_15_64": between("age_15_17", "age_18_24", "age_25_44", "age_45_64"),
        "age_18_64": between("age_18_24", "age_25_44", "age_45_64"),
        "age_0_64": between(*CHILDREN, "age_18_24", "age_25_44", "age_45_64"),
        "age_65_plus": between(*OLD),
    }


def _draw(rule: Rule, name: str, people: Ints, latent: Latent, seed: int) -> Ints:
    years, areas = people.shape
    own = rule.stir * persistent(seed, f"own/{name}", years, areas, memory=0.95)
    force = (
        rule.hardship * latent.hardship
        + rule.arrival * latent.arrival
        + rule.age * latent.age
        + rule.urban * latent.urban
    )
    factor = growth(force + own)
    usual = (factor * people).sum(axis=1, keepdims=True) / np.maximum(people.sum(axis=1, keepdims=True), 1)
    trend = np.resize(np.asarray(rule.trend), years)[:, None]
    share = np.minimum(rule.share * trend * factor / usual, rule.most)
    concerned = cases(people, share, persistent(seed, f"luck/{name}", years, areas))
    return people - concerned if rule.complement else concerned
