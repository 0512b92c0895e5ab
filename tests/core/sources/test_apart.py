"""Files made to harm: whoever reads them hears a sentence within the time set, and nobody else notices anything."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest

from nahraum.base import BadInput, Interrupted, WrongRequest
from nahraum.base.language import speaking
from nahraum.sources import apart
from nahraum.sources.geo import read_geometry
from nahraum.sources.preview import head, recognise
from nahraum.sources.table import read_table
from nahraum.sources.terms import TableSpec
from tests.core.sources import hostile

PART = {"id": "t", "area": "nr", "period": "2024", "variables": {"w": "w"}}
HARMFUL = {
    "far.xlsx": hostile.far_cell,
    "laughing.xlsx": hostile.laughing,
    "nested.xlsx": hostile.nested,
    "lying.xlsx": hostile.lying,
    "repeated.ods": hostile.repeated,
    "deep.json": hostile.deep,
    "deep.geojson": hostile.deep_map,
    "line.csv.gz": lambda path: hostile.one_line(path, 250),
    "computing.gpkg": lambda path: hostile.geopackage(
        path, column=", x TEXT GENERATED ALWAYS AS (hex(zeroblob(400000000))) VIRTUAL"
    ),
}


@pytest.fixture
def limited(monkeypatch):
    monkeypatch.setattr(apart, "SECONDS", 15.0)
    monkeypatch.setattr(apart, "MEMORY", 3 << 29)


def in_use() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_file_is_refused_or_read_in_time_and_here_nothing_grows(tmp_path, limited, name):
    path = HARMFUL[name](tmp_path / name)
    before, began = in_use(), time.monotonic()
    for look in (
        lambda: apart.recognised(path, name),
        lambda: apart.table(path, {**PART, "file": name}, 15.0),
        lambda: apart.map_layers(path, name),
    ):
        with suppress(WrongRequest, BadInput):
            look()
    assert time.monotonic() - began < 50
    assert in_use() - before < 100 << 20


def test_a_cell_far_away_is_broken_off_with_a_sentence(tmp_path, limited):
    path = hostile.far_cell(tmp_path / "far.xlsx")
    with speaking("en"), pytest.raises(WrongRequest, match=r"far\.xlsx.*broken off.*as CSV"):
        apart.recognised(path, "far.xlsx")
    with pytest.raises(BadInput) as refusal:
        apart.table(path, {**PART, "file": "far.xlsx"})
    assert [issue.code for issue in refusal.value.issues] == ["reading-broken-off"]


def children():
    """Return the command lines of the processes that this one started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid():
                found.append(stat.with_name("cmdline").read_text().replace("\0", " "))
    return found


def test_what_takes_too_long_is_ended(tmp_path, monkeypatch):
    path = hostile.features(tmp_path / "a.geojson", "1")
    monkeypatch.setattr(apart, "SECONDS", 0.05)  # less than it takes to start
    began = time.monotonic()
    with pytest.raises(WrongRequest, match="0"):
        apart.recognised(path, "a.geojson")
    assert time.monotonic() - began < 3
    assert not [words for words in children() if "nahraum.sources.apart" in words]


def test_a_trigger_does_nothing_and_the_file_stays_as_it_was(tmp_path):
    trigger = "CREATE TRIGGER x AFTER UPDATE ON t BEGIN INSERT INTO told VALUES ('x'); END;"
    path = hostile.geopackage(tmp_path / "t.gpkg", trigger=trigger)
    before = path.read_bytes()
    assert apart.recognised(path, "t.gpkg").headers == ("nr",)
    assert path.read_bytes() == before


def test_a_view_that_runs_for_ever_is_not_run(tmp_path):
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS fid, NULL AS geom FROM n"
    path = hostile.geopackage(tmp_path / "t.gpkg", trigger=f"DROP TABLE t; CREATE VIEW t AS {endless};")
    began = time.monotonic()
    with pytest.raises(WrongRequest, match="Sicht"):
        apart.recognised(path, "t.gpkg")
    assert time.monotonic() - began < 10


VIRTUAL = "CREATE VIRTUAL TABLE evil USING VirtualText('{}','UTF-8',0,POINT,NONE,';')"


@pytest.mark.parametrize(
    ("kind", "name", "sql"),
    [
        ("table", "evil", VIRTUAL),
        ("table", "evil", "create/**/virtual/**/table evil/**/using/**/VirtualText('{}','UTF-8',0,POINT,NONE,';')"),
        ("table", "evil", VIRTUAL + " /* USING rtree( */"),
        ("table", "rtree_t_geom", VIRTUAL.replace("evil", "rtree_t_geom")),
        ("view", "evil", "CREATE VIEW evil AS SELECT 1 AS fid, 'it ran' AS x"),
    ],
)
def test_a_geopackage_reads_no_other_file_of_this_machine(tmp_path, kind, name, sql):
    (tmp_path / "secret").write_text("known to nobody")
    row = f"('{kind}', '{name}', '{name}', 0, '{sql.format(tmp_path / 'secret').replace(chr(39), chr(39) * 2)}')"
    path = hostile.geopackage(
        tmp_path / "t.gpkg", trigger=f"PRAGMA writable_schema = 1; INSERT INTO sqlite_master VALUES {row};"
    )
    for look in (
        lambda: apart.recognised(path, "t.gpkg", sheet="evil"),
        lambda: apart.recognised(path, "t.gpkg"),
    ):
        with pytest.raises(WrongRequest, match="virtuelle"):
            look()
    with pytest.raises(BadInput, match="virtuelle"):
        read_geometry(path, layer="t", metric_crs="EPSG:25832")


def test_the_index_over_shapes_is_no_danger(tmp_path):
    path = hostile.geopackage(
        tmp_path / "t.gpkg", trigger='CREATE VIRTUAL TABLE "rtree_t_geom" USING rtree(id, minx, maxx, miny, maxy);'
    )
    assert apart.recognised(path, "t.gpkg").headers == ("nr",)


def test_one_long_text_in_many_cells_is_not_said_many_times(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "SAID", 1_000_000)
    path = tmp_path / "wide.xlsx"
    book = openpyxl.Workbook()
    for _row in range(8):
        book.active.append(["x" * 30_000] * 10)
    book.save(path)
    with pytest.raises(WrongRequest, match="abgebrochen"):
        apart.recognised(path, path.name)


def test_apart_and_here_find_the_same(tmp_path, town_project):
    data = town_project.parent / "data"
    for name in ("bevoelkerung.xlsx", "quartiere.geojson", "gebietsstand.csv"):
        assert apart.recognised(data / name, name) == recognise(data / name, name)
    part = {"id": "t", "file": "bevoelkerung.xlsx", "sheet": "2015", "header_row": 3, "area": "Nr.", "period": "2015"}
    part["variables"] = {"inhabitants": "Einwohner insgesamt"}
    there = apart.table(data / "bevoelkerung.xlsx", part)
    here = read_table(TableSpec(**part), data)
    assert there.rows.equals(here.rows)
    assert (there.source, there.issues) == (here.source, here.issues)
    found = apart.first_rows(data / "bevoelkerung.xlsx", "bevoelkerung.xlsx", part)
    assert found == head(data / "bevoelkerung.xlsx", TableSpec(**part))


def test_a_refusal_is_told_in_the_readers_language(tmp_path):
    (tmp_path / "t.xlsx").write_bytes(b"PK\x05\x06" + bytes(18))
    for language, words in (("de", "nicht, was der Name sagt"), ("en", "not what its name says")):
        with speaking(language), pytest.raises(WrongRequest, match=words):
            apart.recognised(tmp_path / "t.xlsx", "t.xlsx")


def test_the_process_knows_no_secret(tmp_path, monkeypatch):
    seen = {}
    real = subprocess.Popen

    def noted(words, **given):
        seen.update(given["env"])
        return real(words, **given)

    monkeypatch.setenv("NAHRAUM_SECRET", "geheim")
    monkeypatch.setenv("NAHRAUM_DATABASE", "postgresql://u:geheim@h/d")
    monkeypatch.setattr(apart.subprocess, "Popen", noted)
    apart.recognised(hostile.features(tmp_path / "a.geojson", "1"), "a.geojson")
    assert "geheim" not in str(seen)


def test_small_plain_texts_start_no_process(tmp_path, monkeypatch):
    (tmp_path / "t.csv").write_text("nr;w\n1;2\n", "utf-8")
    monkeypatch.setattr(apart.subprocess, "Popen", lambda *_a, **_k: pytest.fail("a process was started"))
    assert apart.recognised(tmp_path / "t.csv", "t.csv").headers == ("nr", "w")
    assert apart.table(tmp_path / "t.csv", {**PART, "file": "t.csv"}).rows.height == 1


def test_whoever_speaks_to_the_process_gets_json(tmp_path):
    path = hostile.features(tmp_path / "a.geojson", "1")
    order = f'{{"task":"layers","path":"{path}","name":"a.geojson","given":{{}},"language":"de",'
    order += '"seconds":20,"memory":3221225472}'
    words = [sys.executable, "-I", "-m", "nahraum.sources.apart"]
    said = subprocess.run(words, input=order, capture_output=True, text=True, check=True)
    assert said.stdout == '{"found": ["a"]}'


def test_whoever_finds_all_places_taken_is_told_soon(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "PATIENCE", 0.05)
    monkeypatch.setattr(apart, "_places", threading.BoundedSemaphore(1))
    path = hostile.features(tmp_path / "a.geojson", "1")
    with apart._places, speaking("en"), pytest.raises(WrongRequest, match="try again in a minute"):
        apart.recognised(path, "a.geojson")
    assert apart.recognised(path, "a.geojson").headers == ("nr",)


@pytest.mark.parametrize(("ending", "told"), [(signal.SIGTERM, Interrupted), (signal.SIGKILL, BadInput)])
def test_a_reader_that_the_server_ended_says_nothing_about_the_file(tmp_path, monkeypatch, ending, told):
    """systemd sends TERM to every process of a service; for want of memory the system kills."""
    start = subprocess.Popen

    def ended(*words, **options):
        process = start(*words, **options)
        process.send_signal(ending)
        return process

    monkeypatch.setattr(apart.subprocess, "Popen", ended)
    path = hostile.features(tmp_path / "a.geojson", "1")
    with pytest.raises(told):
        apart.map_layers(path, "a.geojson")
