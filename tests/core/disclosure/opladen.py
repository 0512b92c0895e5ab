"""A small city around Schusterinsel (199 inhabitants and 51 children, as published); all else is made up."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from nahraum.base import State
from nahraum.evidence.indicators.levels import roll_up
from nahraum.projects import run_project

# key: name, social space, inhabitants, children, of them in Bedarfsgemeinschaften, 15-64, unemployed, foreign nationals
QUARTERS = {
    "26": ("Gewerbegebiet Schusterinsel", "Opladen", 199, 51, 2, 120, 17, 84),
    "30": ("Opladen-Zentrum", "Opladen", 3953, 558, 140, 2500, 210, 1057),
    "31": ("Quettingen", "Opladen", 5100, 880, 96, 3300, 190, 700),
    "32": ("Ruhlach", "Opladen", 1210, 190, 7, 800, 21, 95),
    "10": ("Rheindorf-Nord", "Rheindorf", 7400, 1500, 510, 4700, 520, 1900),
    "11": ("Rheindorf-Süd", "Rheindorf", 6100, 990, 120, 3900, 230, 800),
    "12": ("Hitdorf", "Rheindorf", 4300, 760, 0, 2800, 90, 240),
    "20": ("Manfort-West", "Manfort", 3300, 600, 190, 2100, 260, 1000),
    "21": ("Manfort-Ost", "Manfort", 2800, 470, 77, 1800, 150, 610),
    "22": ("Am Eisholz", "Manfort", 900, 160, 12, 560, 33, 120),
    "40": ("Alkenrath", "Alkenrath", 4700, 830, 210, 2900, 240, 760),
    "41": ("Gronenborn", "Alkenrath", 1900, 310, 19, 1200, 44, 150),
    "42": ("Schlebuschrath", "Alkenrath", 640, 70, 1, 400, 9, 31),
}
COLUMNS = ("inhabitants", "under_18", "needy_u18", "working_age", "unemployed", "foreign")
SPACES = ("Opladen", "Rheindorf", "Manfort", "Alkenrath")
AREAS = tuple(QUARTERS)
CHILDREN = "child_poverty"

PROJECT = """format = 1
[project]
id = "opladen-{year}"
title = "Kleine Stadt um die Schusterinsel"
city = "Kleinstadt"
publisher = "Sozialplanung (erfunden)"
date = {year}-12-31
licence = "CC0-1.0"
fictional = true
[protection]
{protection}
[areas]
id = "{system}"
name = "Quartiere"
file = "quartiere.geojson"
[[areas.levels]]
id = "quarter"
name = "Quartier"
key = "nr"
label = "name"
[[areas.levels]]
id = "social_space"
name = "Sozialraum"
key = "sr"
label = "sr_name"
[[areas.levels]]
id = "city"
name = "Stadt"
all = "Kleinstadt"
[[tables]]
id = "zahlen"
file = "zahlen.csv"
shape = "wide"
area = "nr"
period = "2024"
variables = {{ {variables} }}
[[domains]]
id = "economic"
name = "Wirtschaftliche Lage"
[[domains]]
id = "people"
name = "Bevölkerung"
[[indicators]]
id = "child_poverty"
name = "Kinder in Bedarfsgemeinschaften"
domain = "economic"
numerator = ["needy_u18"]
denominator = ["under_18"]
[[indicators]]
id = "unemployment"
name = "Arbeitslose"
domain = "economic"
numerator = ["unemployed"]
denominator = ["working_age"]
[[indicators]]
id = "foreign"
name = "Ausländer*innen"
domain = "people"
numerator = ["foreign"]
denominator = ["inhabitants"]
[[indices]]
id = "index"
name = "Index"
preset = "lebenslagen"
[profile]
strong = 1.0
frequent = 2
[robustness]
runs = 40
[report]
key_figures = ["inhabitants", "under_18", "needy_u18", "foreign"]
"""


def make(folder: Path, *, counts=None, protection="", year=2024, system="quartiere", quarters=None) -> Path:
    """Write the city's project folder; ``counts``: key -> other number of children in Bedarfsgemeinschaften."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = dict(quarters or QUARTERS)
    for key, needy in (counts or {}).items():
        rows[key] = (*rows[key][:4], needy, *rows[key][5:])
    lines = [";".join(("nr", *COLUMNS)), *(";".join((key, *map(str, row[2:]))) for key, row in rows.items())]
    (folder / "zahlen.csv").write_text("\n".join(lines) + "\n")
    (folder / "quartiere.geojson").write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [_feature(n, key, row[0], row[1]) for n, (key, row) in enumerate(rows.items())],
            }
        )
    )
    variables = ", ".join(f'{name} = "{name}"' for name in COLUMNS)
    text = PROJECT.format(protection=protection, year=year, system=system, variables=variables)
    (folder / "nahraum.toml").write_text(text)
    return folder / "nahraum.toml"


def _feature(n: int, key: str, name: str, space: str) -> dict:
    x, y = 7.0 + n % 4 * 0.01, 51.0 + n // 4 * 0.01
    ring = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y + 0.01], [x, y]]
    properties = {"nr": key, "name": name, "sr": space[:2], "sr_name": space}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def edition(folder: Path, **more):
    """Return the city's edition, unprotected."""
    return run_project(make(folder, **more))


def with_cases(base, cases, indicator=CHILDREN):
    """Return the edition with other counts of one indicator (A); NaN: not delivered."""
    panel, k = base.panel, base.panel.index_of(indicator)
    numerator, value, state = panel.numerator.copy(), panel.value.copy(), panel.state.copy()
    numerator[k, -1] = cases
    value[k, -1] = cases / panel.denominator[k, -1] * 100
    state[k, -1] = np.where(np.isfinite(cases), State.NUMBER, State.MISSING)
    name = panel.indicators[k].numerator[0]
    variables = {**panel.variables, name: numerator[k].copy()}
    panel = replace(panel, numerator=numerator, value=value, state=state, variables=variables)
    levels = tuple(roll_up(panel, base.system, level.level) for level in base.levels)
    return replace(base, panel=panel, levels=levels)
