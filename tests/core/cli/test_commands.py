"""The commands as a clerk and a script use them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

NAHRAUM = Path(sys.executable).with_name("nahraum")


def nahraum(*words, **more):
    environment = {**os.environ, "NAHRAUM_LANGUAGE": "de", **more.pop("env", {})}
    return subprocess.run(
        [NAHRAUM, *map(str, words)], capture_output=True, text=True, env=environment, check=False, **more
    )


def test_help_is_german_and_names_every_command():
    done = nahraum("--help")
    assert done.returncode == 0
    for words in ("Aufruf:", "init", "check", "index", "compare", "report", "explain", "serve", "Befehle"):
        assert words in done.stdout
    assert "Commands" in nahraum("--language", "en", "--help").stdout


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("chek",), "check"),
        (("check", "nirgends.toml"), "nahraum init"),
        (("report",), "PROJECT"),
        (("index", "x.toml"), "--out"),
    ],
)
def test_a_wrong_request_says_how_to_mend_it(words, hint):
    done = nahraum(*words)
    assert done.returncode == 2
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_check_tells_whether_the_areas_add_up(town_project):
    done = nahraum("check", town_project)
    assert done.returncode == 0, done.stderr
    assert "Summe der Gebiete" in done.stdout
    answer = json.loads(nahraum("check", town_project, "--json").stdout)
    assert answer["ok"] is True
    assert {"code", "severity", "file", "row", "message"} <= set(answer["issues"][0])


def test_errors_in_the_tables_end_with_1_and_write_nothing(town_project, tmp_path):
    import shutil

    folder = tmp_path / "kaputt"
    shutil.copytree(town_project.parent, folder)
    table = folder / "data" / "arbeitsmarkt.csv"
    raw = table.read_bytes()
    table.write_bytes(raw.replace(b"1101;", b"7777;", 1))
    done = nahraum("index", folder / "nahraum.toml", "--out", tmp_path / "aus")
    assert done.returncode == 1
    assert "7777" in done.stderr
    assert "arbeitsmarkt.csv, Zeile" in done.stderr
    assert not (tmp_path / "aus").exists()


def test_index_writes_the_same_bytes_twice(town_project, tmp_path):
    for name in ("a", "b"):
        done = nahraum("index", town_project, "--out", tmp_path / name)
        assert done.returncode == 0, done.stderr
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert {
        "werte.csv",
        "tabellen.xlsx",
        "sozialindex.gpkg",
        "protokoll.json",
        "herkunft.json",
        "robustheit.csv",
    } <= set(files)
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes(), name
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_folder_with_other_files_is_not_overwritten(town_project, tmp_path):
    (tmp_path / "brief.txt").write_text("wichtig")
    done = nahraum("index", town_project, "--out", tmp_path)
    assert done.returncode == 2
    assert "brief.txt" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["brief.txt"]


def test_killed_in_the_middle_nothing_half_written_stands_there(town_project, tmp_path):
    out = tmp_path / "bericht.pdf"
    process = subprocess.Popen([NAHRAUM, "report", town_project, "--out", out], stderr=subprocess.PIPE)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    process.wait(timeout=30)
    assert process.returncode == 130
    assert not out.exists()
    assert list(tmp_path.iterdir()) == []


def test_explain_leads_back_to_file_and_cell(town_project, town):
    done = nahraum("explain", town_project, "Rathausplatz")
    assert done.returncode == 0, done.stderr
    assert "Sozialindex:" in done.stdout
    assert "arbeitsmarkt.csv" in done.stdout
    answer = json.loads(nahraum("explain", town_project, "1101", "--json").stdout)
    told = next(i for domain in answer["domains"] for i in domain["indicators"] if i["id"] == "unemployment")
    k, a = town.panel.index_of("unemployment"), town.panel.areas.index("1101")
    assert told["numerator"] == town.panel.numerator[k, -1, a]
    assert any("arbeitsmarkt.csv" in cell for cell in told["cells"])
    wrong = nahraum("explain", town_project, "Rathausplaz")
    assert wrong.returncode == 2
    assert "Rathausplatz" in wrong.stderr


def test_compare_says_who_moves(town_project, tmp_path):
    import shutil

    other = tmp_path / "anders"
    shutil.copytree(town_project.parent, other)
    text = (other / "nahraum.toml").read_text()
    (other / "nahraum.toml").write_text(text.replace('preset = "lebenslagen"', 'preset = "berlin"', 1))
    done = nahraum("compare", town_project, other)
    assert done.returncode == 0, done.stderr
    assert "ändern ihren Rang" in done.stdout
    same = json.loads(nahraum("compare", town_project, town_project, "--json").stdout)
    assert same["spearman"] == pytest.approx(1.0)
    assert all(area["rank_change"] == 0 for area in same["areas"])


def test_init_drafts_a_project_that_check_reads(town_project, tmp_path):
    data = town_project.parent / "data"
    out = tmp_path / "nahraum.toml"
    done = nahraum("init", data / "pflege.csv", "--areas", data / "quartiere.geojson", "--out", out)
    assert done.returncode == 0, done.stderr
    assert 'key = "nr"' in out.read_text()
    again = nahraum("init", data / "pflege.csv", "--out", out)
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert "Traceback" not in nahraum("check", out).stderr


def test_init_proposes_signs_and_sum_rows_that_it_sees(town_project, tmp_path):
    data = town_project.parent / "data"
    out = tmp_path / "nahraum.toml"
    done = nahraum(
        "init", data / "kinder.csv", data / "arbeitsmarkt.csv", "--areas", data / "quartiere.geojson", "--out", out
    )
    assert done.returncode == 0, done.stderr
    text = out.read_text()
    assert 'missing = ["k. A."]' in text
    assert 'protected = ["."]' in text
    assert "nicht in der Gebietsdatei: 0, 1202, 1207, 4202, 9999" in text
    assert 'metric_crs = "EPSG:25832"' in text
