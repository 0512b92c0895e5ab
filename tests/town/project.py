"""The project file of Musterstadt: what a planner would have written by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from tests.town import files, plan
from tests.town.meaning import DOMAINS, LABELS, MEANINGS, Meaning
from tests.town.town import CHANGED, REDEFINED, Town

HEAD = f"""# Musterstadt: eine erfundene Stadt. Alle Namen, Grenzen und Zahlen sind mit einem Zufallsgenerator erzeugt.
format = 1

[project]
id = "musterstadt-2024"
title = "Sozialmonitoring Musterstadt 2024"
city = "{plan.CITY}"
publisher = "Stadt Musterstadt, Sozialplanung (fiktiv)"
date = 2025-03-31
licence = "CC0-1.0"
language = "de"
fictional = true
data_dir = "data"
notes = "Musterstadt ist erfunden. Die Zahlen sind erzeugt, um Nahraum zu zeigen und zu prüfen."

[protection]
min_numerator = 3
min_denominator = 10

[areas]
id = "quartiere-{CHANGED}"
name = "Quartiere, Stand 01.01.{CHANGED}"
file = "quartiere.geojson"
metric_crs = "EPSG:25832"
valid_from = {CHANGED}-01-01
population = "inhabitants"

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
id = "district"
name = "Bezirk"
prefix = 1
file = "bezirke.csv"
key = "nr"
label = "name"

[[areas.levels]]
id = "city"
name = "Stadt"
all = "{plan.CITY}"

[[areas.context]]
id = "water"
file = "gewaesser.geojson"

[[areas.earlier]]
valid_to = {CHANGED - 1}-12-31
crosswalk = "gebietsstand.csv"
id = "quartiere-2010"
name = "Quartiere, Stand 01.01.2010"
"""

TAIL = '''
[[indices]]
id = "index"
name = "Sozialindex"
preset = "lebenslagen"
high_is = "bad"

[profile]
limits = [1.0, 1.5, 2.0]
strong = 1.5
frequent = 10
beyond = 1.0
side = "unfavourable"

[dynamics]
since = "2021"
cuts = [-1.0, 1.0]
labels = ["Belastung nimmt ab", "stabil", "Belastung nimmt zu"]

[robustness]
runs = 1000
seed = 20250331
small_counts = true
weights = 0.25
scales = ["population_sd", "mad", "percentile_rank"]
methods = ["arithmetic"]
leave_out = true

[report]
key_figures = ["area_ha", "inhabitants", "under_18", "age_65_plus", "foreign_or_dual"]
intro = """
Musterstadt ist eine erfundene Stadt. Dieser Bericht zeigt, was Nahraum aus den Tabellen einer Stadt macht: \\
einen geprüften Sozialindex, Karten und für jedes ausgewählte Quartier eine eigene Seite."""
'''


def project_file(town: Town) -> str:
    """Return the text of ``nahraum.toml``."""
    domains = "".join(section("domains", domain) for domain in DOMAINS)
    return HEAD + _tables(town) + domains + "".join(_indicator(meaning, town) for meaning in MEANINGS) + TAIL


def section(name: str, entries: Mapping[str, object]) -> str:
    """Return one entry of a TOML array of tables."""
    return f"\n[[{name}]]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in entries.items())


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_toml(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return key if key.replace("_", "").isalnum() and not key[0].isdigit() else json.dumps(key)


def _labels(names: Sequence[str]) -> dict[str, str]:
    return {name: LABELS[name] for name in names}


SIGNS = {"missing": [files.MISSING], "protected": [files.PROTECTED], "not_applicable": [files.NOT_APPLICABLE]}
TOTALS = {"totals": {files.CITY_KEY: "city"}}
DATED = {"area": "Quartier", "period_column": "Jahr"}
WIDE = {
    "jobs": (
        "arbeitsmarkt.csv",
        files.JOBS,
        {"skip_rows": {files.UNPLACED_KEY: "Personen, deren Anschrift keinem Quartier zuzuordnen ist"}},
    ),
    "children": ("kinder.csv", files.CHILDREN, {"encoding": "cp1252"}),
    "care": ("pflege.csv", files.CARE, {"delimiter": ","}),
    "both_definitions": (f"kinderarmut_{REDEFINED}.csv", files.BOTH[:3], {}),
}


def _tables(town: Town) -> str:
    tables = [_population(year) for year in town.years]
    for id, (file, names, more) in WIDE.items():
        about = {"id": id, "file": file, "shape": "wide", **DATED, "variables": _labels(names)}
        tables.append({**about, **SIGNS, **TOTALS, **more})
    about = {"id": "benefits", "file": "leistungen.csv", "shape": "long", **DATED}
    long = {"variable_column": "Merkmal", "value_column": "Wert", "variables": _labels(files.BENEFITS)}
    tables.append({**about, **long, **SIGNS, **TOTALS})
    for first, last in ((town.years[0], CHANGED - 1), (CHANGED, town.years[-1])):
        about = {"id": f"sports_{first}", "file": f"sportvereine_{first}_{last}.csv", "shape": "years"}
        variable = {"area": "Quartier", "variables": {"sports_members": "Vereinsmitglieder"}}
        tables.append({**about, **variable, **SIGNS, **TOTALS})
    return "".join(section("tables", table) for table in tables)


def _population(year: int) -> dict[str, object]:
    return {
        "id": f"population_{year}",
        "file": "bevoelkerung.xlsx",
        "sheet": str(year),
        "shape": "wide",
        "header_row": 3,
        "area": "Nr.",
        "period": str(year),
        "variables": _labels(files.POPULATION),
        "not_applicable": [files.NOT_APPLICABLE],
        **TOTALS,
    }


# Age groups that no table names are added up from bands.
SUMS = {
    "age_15_64": ["age_15_17", "age_18_24", "age_25_44", "age_45_64"],
    "age_0_64": ["inhabitants", "-age_65_plus"],
    "age_6_17": ["under_18", "-age_0_2", "-age_3_5"],
}


def official(meaning: Meaning, town: Town) -> dict[str, float]:
    """Return the published values of the city: one decimal, from the official totals."""
    values = {}
    for year in town.years:
        upper = files.city(town, meaning.numerator, year)
        if upper != files.MISSING:
            values[str(year)] = round(int(upper) / int(files.city(town, meaning.denominator, year)) * meaning.per, 1)
    return values


def _indicator(meaning: Meaning, town: Town) -> str:
    text = section(
        "indicators",
        {
            "id": meaning.id,
            "name": meaning.name,
            "domain": meaning.domain,
            "numerator": [meaning.numerator],
            "denominator": SUMS.get(meaning.denominator, [meaning.denominator]),
            "per": meaning.per,
            "unit": meaning.unit,
            "digits": 1,
            "direction": meaning.direction,
            "official": official(meaning, town),
            "definition": meaning.definition,
            "source": "Musterstadt, Statistikstelle (fiktiv)",
            "holder": meaning.holder,
            "licence": "CC0-1.0",
            "comment": meaning.comment,
        },
    )
    if meaning.id == "child_poverty":
        text += _break(
            REDEFINED, "redefinition", "Seit 2021 zählen alle unter 18 Jahren, vorher nur Kinder unter 15 Jahren."
        )
    changed = [*plan.MERGED, *(name for parts in plan.SPLIT.values() for name in parts)]
    keys = sorted(key for key, name in zip(town.now.keys, town.now.names, strict=True) if name in changed)
    reason = (
        f"Neue Quartiersgrenzen zum 01.01.{CHANGED}: zwei Quartiere zusammengelegt, eines geteilt, "
        "Anschriften neu zugeordnet."
    )
    return text + _break(CHANGED, "boundary", reason, keys)


def _break(year: int, kind: str, reason: str, areas: Sequence[str] = ()) -> str:
    return section(
        "indicators.breaks",
        {"period": str(year), "kind": kind, "reason": reason, **({"areas": areas} if areas else {})},
    )
