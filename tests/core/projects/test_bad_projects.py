"""What a hurried person gets wrong in a project folder: each is named, none is computed, through the real command."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

NAHRAUM = Path(sys.executable).with_name("nahraum")


NOTHING = ", ".join(f"{id} = 0.0" for id in ("kita", "gymnasium", "child_poverty", "single_parents", "sports"))


def toml(old, new):
    def edit(folder):
        path = folder / "nahraum.toml"
        text = path.read_text()
        assert re.search(old, text), old
        path.write_text(re.sub(old, new, text, count=1))

    return edit


def table(name, change, encoding="cp1252"):
    def edit(folder):
        path = folder / "data" / name
        path.write_bytes(change(path.read_bytes().decode(encoding)).encode(encoding))

    return edit


def areas(change):
    def edit(folder):
        path = folder / "data" / "quartiere.geojson"
        found = json.loads(path.read_text())
        change(found["features"])
        path.write_text(json.dumps(found))

    return edit


def copied(text, old, new):
    """Return a table in which one year's rows are those of another."""
    kept = [line for line in text.splitlines() if f";{new};" not in line]
    return "\n".join(kept + [line.replace(f";{old};", f";{new};") for line in kept if f";{old};" in line]) + "\n"


def prop(n, key, value):
    return areas(lambda features: features[n]["properties"].__setitem__(key, value))


def shifted(text, first):
    head, *rows = text.split("\r\n") if "\r\n" in text else text.split("\n")
    cells = [row.split(";") for row in rows]
    moved = [row[:2] + row[-1:] + row[2:-1] if n >= first and len(row) > 3 else row for n, row in enumerate(cells)]
    return "\n".join([head, *(";".join(row) for row in moved)])


@pytest.fixture
def folder(town_project, tmp_path):
    return Path(shutil.copytree(town_project.parent, tmp_path / "projekt"))


def check(folder, *words):
    done = subprocess.run(
        [NAHRAUM, "check", folder, *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NAHRAUM_LANGUAGE": "de"},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (toml(r"runs = \d+", "runs = 1000000000"), "robustness.runs"),
        (toml(r"min_numerator = 3", "min_numerator = 0"), "protection.min_numerator"),
        (toml(r"min_numerator = 3", 'public = true\nreason = "  "'), "reason"),
        (toml(r"per = [\d.]+|digits = \d+", "per = nan"), "per"),
        (toml(r'metric_crs = "[^"]*"', 'metric_crs = "EPSG:4326"'), "Metern"),
        (toml(r'metric_crs = "[^"]*"', 'metric_crs = "EPSG:99999999"'), "Koordinatensystem"),
        (toml(r"\[\[areas.levels\]\]", '[[areas.levels]]\nkey_pattern = "(("'), "key_pattern"),
        (toml(r'population = "\w+"', 'population = "einwohner"'), "areas.population"),
        (toml(r'key_figures = \["', 'key_figures = ["gibts_nicht", "'), "report.key_figures"),
        (toml(r'since = "\d+"', 'since = "1999"'), "dynamics.since"),
        (toml(r'since = "\d+"', 'since = "2024"'), "neueste Zeitraum"),
        (toml(r'id = "long_term_unemployment"', 'id = "economic"'), "economic"),
        (toml(r'id = "unemployment"', 'id = "domain-work"'), "So heißen Index und Lebenslagen"),
        (toml(r"limits = \[.*?\]", "limits = []"), "profile.limits"),
        (
            toml(
                r'preset = "lebenslagen"',
                f'preset = "lebenslagen"\nweights = {{ {NOTHING} }}',
            ),
            "zählt nichts",
        ),
        (toml(r'numerator = \["unemployed"\]', 'numerator = ["unemployed", "-unemployed"]'), "unemployed"),
        (toml(r'totals = \{ ?"?(\w+)"? = "city"', r'totals = { "\1" = "xyz"'), "xyz"),
        (toml(r'period_column = "Jahr"', 'period = ""'), "period ist leer"),
        (toml(r'title = "', "title = "), "Zeile"),
    ],
)
def test_a_project_file_that_contradicts_itself_is_refused(folder, edit, words):
    edit(folder)
    done = check(folder)
    assert (done.returncode, words in done.stderr) == (2, True), done.stderr


def is_error(issue):
    return issue["severity"] == "error"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (table("kinder.csv", lambda text: text.replace("untersuchte Kinder", "Kinder")), "„untersuchte Kinder“ fehlt"),
        (table("kinder.csv", lambda text: ""), "Die Tabelle ist leer"),
        (table("kinder.csv", lambda text: text.split("\n")[0] + "\n"), "keine Zeilen"),
        (lambda folder: (folder / "data" / "kinder.csv").unlink(), "„kinder.csv“"),
        (
            lambda folder: os.truncate(folder / "data" / "bevoelkerung.xlsx", 100_000),
            "Die Arbeitsmappe lässt sich nicht öffnen",
        ),
        (toml(r'encoding = "cp1252"', 'encoding = "zlib"'), "zlib"),
        (table("kinder.csv", lambda text: "\n".join(text.split("\n")[:-101])), "2023: Die Tabelle endet"),
        (table("kinder.csv", lambda text: shifted(text, 20)), "verschoben"),
        (table("kinder.csv", lambda text: shifted(text, 700)), "verschoben"),
        (table("pflege.csv", lambda text: text.replace(",2023,", ",2042,", 1), "utf-8"), "2042"),
        (table("gebietsstand.csv", lambda text: text.replace("1,000", "eins", 1)), "gebietsstand.csv, Zeile 2"),
        (table("gebietsstand.csv", lambda text: text.replace("1101;1101", "1101;9101", 1)), "9101"),
        (table("gebietsstand.csv", lambda text: re.sub("1101;1101;1,000\r?\n", "", text)), "Umrechnungstabelle"),
        (areas(lambda f: f[3].__setitem__("geometry", f[4]["geometry"])), "überlappen sich"),
        (areas(lambda f: f[3].__setitem__("geometry", {"type": "Point", "coordinates": [9.5, 51.3]})), "keine Fläche"),
        (prop(3, "sr_nr", ""), "in keinem Gebiet der Ebene „Sozialraum“"),
        (
            table("kinder.csv", lambda text: re.sub(r"(?m)^(\d{4});", r"Q\1;", text)),
            "Kein Schlüssel dieser Tabelle (Q1101",
        ),
        (table("kinder.csv", lambda text: text.replace("\n1102;2024", "\n2024-02-11 00:00:00;2024")), "in ein Datum"),
    ],
)
def test_a_fault_in_the_files_is_an_error_that_names_the_file(folder, edit, words):
    edit(folder)
    done = check(folder, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"]) == (1, False)
    errors = [f"{each['file']}, Zeile {each['row']}: {each['message']}" for each in told["issues"] if is_error(each)]
    assert any(words in error for error in errors), errors


IDS = (  # named: then an open direction does not leave the index unsaid
    '["unemployment", "long_term_unemployment", "basic_security", "old_age_security", '
    '"recent_arrivals", "foreign_unemployment", "language_support", "child_poverty", "kita", '
    '"gymnasium", "single_parents", "sports", "living_alone_80", "care_need", '
    '"educational_support", "housing_need"]'
)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (prop(3, "sr_name", "Anderswo"), "zwei Namen"),
        (table("arbeitsmarkt.csv", lambda text: copied(text, "2023", "2024")), "in 2023 und in 2024 denselben Wert"),
        (prop(3, "name", ""), "ohne Namen"),
        (
            table("kinder.csv", lambda text: re.sub(r"(?m)^(1102;2015;\d+;)(\d+)", r"\g<1>99\g<2>9", text)),
            "größer als die Zahl der Einwohner*innen",
        ),
        (
            toml(
                r'(?s)direction = "higher_is_worse"(.*high_is = "bad"\n)',
                rf'direction = "neutral"\1indicators = {IDS}\n',
            ),
            "ob ein hoher Wert günstig ist",
        ),
        (toml(r'official = \{(.*?)"2024" = [\d.]+', r'official = {\1"2024" = 70.5'), "amtlichen Summen ergibt"),
    ],
)
def test_a_doubt_is_a_warning_and_counts_when_strict(folder, edit, words):
    edit(folder)
    done = check(folder)
    assert (done.returncode, words in done.stderr) == (0, True), done.stderr
    assert check(folder, "--strict").returncode == 1


@pytest.mark.parametrize("ending", [".pdf", ".docx"])
def test_names_with_signs_that_no_font_has_do_not_stop_the_report(folder, ending, tmp_path):
    prop(3, "name", "Am \x07Tor 😀 漢字")(folder)
    out = tmp_path / f"bericht{ending}"
    done = subprocess.run([NAHRAUM, "report", folder, "--out", out], capture_output=True, text=True, check=False)
    assert (done.returncode, out.stat().st_size > 10_000) == (0, True), done.stderr


@pytest.mark.parametrize("place", ["datei/aus.pdf", "datei/tief/aus.pdf"])
def test_a_place_that_cannot_be_written_is_named(folder, tmp_path, place):
    (tmp_path / "datei").write_text("x")
    done = subprocess.run(
        [NAHRAUM, "report", folder, "--out", tmp_path / place], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "das ist eine Datei" in done.stderr
