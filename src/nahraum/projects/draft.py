"""A first project file from given tables: complete enough to run, commented so that a planner knows what to change."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from nahraum.sources.geo import metric_crs_of, read_geometry
from nahraum.sources.sniff import Detected, sniff
from nahraum.sources.suggest import guess
from nahraum.sources.table import read_grid
from nahraum.sources.terms import TableSpec

METRIC = "EPSG:25832"
MOST_INDICATORS = 60
MOST_STRANGE = 6  # keys that no area has; more of them mean that the keys are of another kind
LONGEST_SIGN = 8  # letters of a sign such as “k. A.”


def draft_project(tables: Iterable[Path], areas: Path | None, folder: Path, today: date) -> str:
    """Return the text of a project file in ``folder`` for these tables and, if given, this file of areas.

    Every number column becomes a variable and an indicator of its own; what cannot be known from the files stands in
    comments. Raises BadInput for files that cannot be read.
    """
    seen = [(path, sniff(path)) for path in tables]
    keys_of = {path: _area_keys(path, found) for path, found in seen}
    keys: set[str] = set().union(*keys_of.values())
    columns = _columns(areas)
    # The column of keys shares most texts with the tables and, where they share none, tells most areas apart.
    key = max(columns, key=lambda name: (len(keys & set(columns[name])), len(set(columns[name]))), default="")
    lines = [
        "# Projektdatei für Nahraum. Alle Angaben erklärt docs/reference/project-file.md.",
        "# Zeilen mit „bitte“ sollten Sie ansehen, bevor Sie rechnen: nahraum check nahraum.toml",
        "format = 1",
        "",
        "[project]",
        'id = "projekt"',
        'title = "Sozialmonitoring"                 # bitte Titel des Berichts',
        'city = "Stadt"                             # bitte Name der Stadt',
        'publisher = "Stadt, Sozialplanung"         # bitte herausgebende Stelle',
        f"date = {today.isoformat()}                        # steht auf jeder Ausgabe",
        'licence = "nicht angegeben"                # bitte Lizenz, zum Beispiel dl-de/by-2-0',
        "",
        "# Kleine Zahlen sind von Anfang an geschützt; das sind die Grenzen:",
        "[protection]",
        "min_numerator = 3",
        "min_denominator = 10",
        "",
        *_areas(areas, columns, key, seen[0], folder),
    ]
    variables: dict[str, str] = {}
    known = set(columns.get(key, ()))
    for path, found in seen:
        strange = sorted(keys_of[path] - known) if keys & known else []
        lines += ["", *_table(path, found, folder, variables, strange)]
    lines += ["", *_indicators(variables)]
    return "\n".join(lines) + "\n"


def _area_keys(path: Path, found: Detected) -> set[str]:
    column = str(found.suggestions.get("area", ""))
    if not column:
        return set()
    grid = read_grid(_spec(path, found), path.parent)
    return {text for text in grid.cells[f"c{grid.column(column)}"] if text}


def _spec(path: Path, found: Detected) -> TableSpec:
    return TableSpec(id="", file=path.name, sheet=found.sheet, header_row=found.header_row)


def _columns(areas: Path | None) -> dict[str, list[str]]:
    """Return the columns of the boundary file; none without one."""
    if areas is None:
        return {}
    return {name: list(texts) for name, texts in read_geometry(areas, metric_crs=METRIC).attributes.items()}


def _areas(
    areas: Path | None, columns: Mapping[str, list[str]], key: str, first: tuple[Path, Detected], folder: Path
) -> list[str]:
    head = ["[areas]", 'id = "gebiete"', 'name = "Gebiete"                           # bitte mit Gebietsstand']
    head.append('# population = "einwohner"                 # bitte: die Variable, die Einwohner*innen zählt')
    if areas is None:
        path, found = first
        key = str(found.suggestions.get("area", "")) or (found.headers[0] if found.headers else "")
        source = [f"file = {_text(_relative(path, folder))}   # ohne Grenzen: keine Karte"]
        label = ""
    else:
        source = [
            f"file = {_text(_relative(areas, folder))}",
            f'metric_crs = "{metric_crs_of(areas) or METRIC}"               # bitte: metrisches Koordinatensystem',
        ]
        label = _label(columns, key)
    level = ["", "[[areas.levels]]", 'id = "quarter"', 'name = "Quartier"', f"key = {_text(key)}"]
    level += [f"label = {_text(label)}"] if label else []
    return [*head, *source, *level, "", "[[areas.levels]]", 'id = "city"', 'name = "Stadt"', 'all = "Stadt"']


def _signs(path: Path, found: Detected, names: Iterable[str]) -> dict[str, list[str]]:
    """Sort the texts that stand among the numbers of a table by what they mostly mean in official tables."""
    grid = read_grid(_spec(path, found), path.parent)
    texts: dict[str, None] = {}
    for name in names:
        column = grid.cells[f"c{grid.column(name)}"].drop_nulls().unique(maintain_order=True)
        texts |= dict.fromkeys(text for text in column if len(text) <= LONGEST_SIGN and not re.search(r"\d|^#", text))
    meanings = {".": "protected", "•": "protected", "*": "protected", "x": "not_applicable", "X": "not_applicable"}
    signs: dict[str, list[str]] = {"missing": [], "protected": [], "not_applicable": []}
    for text in texts:
        signs[meanings.get(text, "missing")].append(text)
    return signs


def _label(columns: Mapping[str, list[str]], key: str) -> str:
    """Return the column that most looks like names: words, and different ones."""
    words = {
        name: len({text for text in texts if re.search(r"[^\W\d_]{3}", text)})
        for name, texts in columns.items()
        if name != key
    }
    best = max(words, key=lambda name: words[name], default="")
    return best if best and words[best] > 1 else ""


def _table(path: Path, found: Detected, folder: Path, variables: dict[str, str], strange: list[str]) -> list[str]:
    table = guess(found, path.stem, variables)
    shape = str(table.get("shape", "wide"))
    lines = ["[[tables]]", f"id = {_text(table['id'])}", f"file = {_text(_relative(path, folder))}"]
    if "sheet" in table:
        lines.append(f"sheet = {_text(found.sheet)}   # bitte; es gibt: {', '.join(found.sheets)}")
    if "shape" in table:
        lines.append(f"shape = {_text(shape)}")
    if "header_row" in table:
        lines.append(f"header_row = {found.header_row}")
    lines.append(f"area = {_text(table['area'])}")
    if "period_column" in table:
        lines.append(f"period_column = {_text(table['period_column'])}")
    elif shape not in ("years", "inkar"):
        period = table.get("period", "")
        lines.append(f'period = "{period}"                # bitte Jahr oder Stichtag, zum Beispiel "2024"')
    lines += [f"{key} = {_text(table[key])}" for key in ("variable_column", "value_column") if key in table]
    signs = _signs(path, found, table["variables"].values()) if shape == "wide" else {}
    missing, protected = _list(signs.get("missing", ())), _list(signs.get("protected", ()))
    lines.append(f"missing = {missing}               # bitte: Zeichen für „fehlt“ (ein Strich kann auch null heißen)")
    lines.append(f"protected = {protected}             # bitte: Zeichen für „geschützt“")
    if signs.get("not_applicable"):
        lines.append(f"not_applicable = {_list(signs['not_applicable'])}      # bitte: Zeichen für „entfällt“")
    if strange and len(strange) < MOST_STRANGE:
        lines.append(f"# Diese Schlüssel stehen nicht in der Gebietsdatei: {', '.join(strange)}.")
        lines.append("# Sind es Summen, Reste oder frühere Gebiete? Dann bitte zum Beispiel:")
        lines.append(f'# totals = {{ {_text(strange[0])} = "city" }}')
        lines.append(f'# skip_rows = {{ {_text(strange[-1])} = "Grund" }}')
    variables |= table["variables"]
    return [*lines, "", "[tables.variables]", *(f"{id} = {_text(name)}" for id, name in table["variables"].items())]


def _indicators(variables: Mapping[str, str]) -> list[str]:
    lines = [
        "[[domains]]",
        'id = "alle"',
        'name = "Alle Indikatoren"                  # bitte Lebenslagen bilden',
        "",
        "# Aus Anzahlen wird ein Anteil, wenn Zähler und Nenner angegeben sind, zum Beispiel:",
        '#   numerator = ["arbeitslose"]',
        '#   denominator = ["einwohner_15_64"]',
        "# Bis dahin steht jede Spalte als fertiger Wert da. direction sagt, was ein hoher Wert bedeutet.",
    ]
    for id, name in list(variables.items())[:MOST_INDICATORS]:
        lines += [
            "",
            "[[indicators]]",
            f"id = {_text(id)}",
            f"name = {_text(name)}",
            'domain = "alle"',
            f"value = {_text(id)}",
            'unit = ""                  # bitte, zum Beispiel "%"',
            'direction = "neutral"      # bitte: higher_is_worse, higher_is_better oder neutral',
        ]
    lines += [
        "",
        "[[indices]]",
        'id = "index"',
        'name = "Sozialindex"',
        'preset = "lebenslagen"     # oder berlin, darmstadt, gisd, imd, coinr',
        "# Der Stadtwert braucht Anzahlen; bis dahin wird mit dem Mittel der Gebiete verglichen:",
        "[[indices.replace]]",
        'step = "normalise"',
        'centre = "mean"',
        "",
        "[robustness]",
        "runs = 1000",
        "seed = 1",
    ]
    return lines


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(map(_text, texts)) + "]"


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
