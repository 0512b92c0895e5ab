"""The parts of a project file become text and come back unchanged; the written folder computes the same."""

from __future__ import annotations

import json
import math
import random
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nahraum.base import WrongRequest
from nahraum.evidence.indicators.protect import protect_edition
from nahraum.projects import run_project
from nahraum.projects.compose import ORDER, files_of, parts_of, text_of, write_project
from nahraum.reports.open_data import write_open_data

# TOML knows no lone surrogates; everything else may stand in a text.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = st.one_of(
    TEXTS,
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.booleans(),
    st.dates(),
    st.sampled_from(["eins\nzwei\r\ndrei", '"', "\\", "2024", "", "ä\u00a0\t", '"""']),
)
KEYS = st.one_of(TEXTS, st.sampled_from(["2024", "a.b", "id", "variables", "name", "", "ü"]))
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)
# Keys that hold a date in every project are left to the test of dates.
TABLES = st.dictionaries(KEYS, VALUES, max_size=5)
LISTED = ("tables", "domains", "indicators", "indices")
PARTS = st.fixed_dictionaries(
    {}, optional={name: st.lists(TABLES, max_size=3) if name in LISTED else TABLES for name in ORDER}
)


@settings(max_examples=300)
@given(PARTS)
def test_parts_come_back_from_their_text_unchanged(parts) -> None:
    text = text_of(parts)
    assert tomllib.loads(text) == {"format": 1, **parts}
    assert text_of(tomllib.loads(text)) == text


@settings(max_examples=100)
@given(st.data())
def test_the_order_in_which_known_keys_are_stored_makes_no_difference(data) -> None:
    parts = {"project": dict.fromkeys(ORDER["project"].split(), "x"), "tables": [dict.fromkeys(["file", "id"], "x")]}
    shuffled = {
        name: [dict(data.draw(st.permutations(list(each.items())))) for each in part]
        if isinstance(part, list)
        else dict(data.draw(st.permutations(list(part.items()))))
        for name, part in data.draw(st.permutations(list(parts.items())))
    }
    assert text_of(shuffled) == text_of(parts)


def test_numbers_that_are_none_and_dates_survive() -> None:
    parts = {"project": {"date": date(2025, 3, 31)}, "profile": {"limits": [math.inf, 1e-300, 0.1]}}
    assert tomllib.loads(text_of(parts)) == {"format": 1, **parts}


def test_dates_that_json_made_texts_are_dates_again() -> None:
    found = tomllib.loads(text_of({"project": {"date": "2025-03-31", "title": "2025-03-31"}}))
    assert found["project"] == {"date": date(2025, 3, 31), "title": "2025-03-31"}


def test_musterstadt_comes_back_whole(town_project) -> None:
    parts = parts_of(town_project)
    assert {"format": 1, **parts} == tomllib.loads(town_project.read_text(encoding="utf-8"))
    text = text_of(parts)
    assert tomllib.loads(text) == {"format": 1, **parts}
    sections = [line.strip("[]") for line in text.splitlines() if line.startswith("[") and "." not in line]
    assert list(dict.fromkeys(sections)) == [name for name in ORDER if name in parts]


@pytest.mark.parametrize("link", [True, False])
def test_the_written_folder_gives_the_same_open_data(town_project, town, tmp_path, link) -> None:
    parts = parts_of(town_project)
    stored = json.loads(json.dumps(parts, default=str))  # as a database holds them
    files = {name: town_project.parent / "data" / name for name in files_of(parts)}
    path = write_project(stored, files, tmp_path / "projekt", link=link)
    assert path == tmp_path / "projekt" / "nahraum.toml"
    assert sorted(each.name for each in path.parent.iterdir()) == ["data", "nahraum.toml"]
    for name, edition in (("ours", run_project(path)), ("theirs", town)):
        (tmp_path / name).mkdir()
        write_open_data(protect_edition(edition), tmp_path / name)
    theirs = {each.name: each.read_bytes() for each in (tmp_path / "theirs").iterdir()}
    assert {each.name: each.read_bytes() for each in (tmp_path / "ours").iterdir()} == theirs
    assert len(theirs) > 3


def test_every_file_of_a_project_is_named(town_project) -> None:
    named = set(files_of(parts_of(town_project)))
    assert named == {each.name for each in (town_project.parent / "data").iterdir()} & named
    assert {"quartiere.geojson", "bezirke.csv", "gewaesser.geojson", "gebietsstand.csv", "pflege.csv"} <= named


def test_a_copied_folder_may_be_edited_without_touching_the_stored_file(tmp_path) -> None:
    stored = tmp_path / "stored"
    stored.write_text("a;b\n")
    path = write_project({"tables": [{"file": "t.csv"}]}, {"t.csv": stored}, tmp_path / "out")
    (path.parent / "data" / "t.csv").write_text("x")
    assert stored.read_text() == "a;b\n"


@pytest.mark.parametrize("name", ["../x.csv", "/etc/passwd", "a/../../x", "..", "a\\..\\x", ""])
def test_no_file_is_written_outside_the_folder(tmp_path, name) -> None:
    stored = tmp_path / "stored"
    stored.write_text("x")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(WrongRequest):
        write_project({"tables": []}, {name: stored}, tmp_path / "out")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_file_that_nobody_gives_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongRequest, match=r"arbeit\.csv"):
        write_project({"tables": [{"id": "t", "file": "arbeit.csv"}]}, {}, tmp_path)


@pytest.mark.parametrize("parts", [{"tabels": []}, {"format": 2}, {"project": {"title": None}}])
def test_what_no_project_file_can_hold_is_refused(parts) -> None:
    with pytest.raises(WrongRequest):
        text_of(parts)


def test_a_project_folder_can_be_written_anew(tmp_path) -> None:
    stored = tmp_path / "stored"
    for text in ("a", "b"):
        stored.write_text(text)
        path = write_project({"report": {"intro": text}, "tables": [{"file": "t"}]}, {"t": stored}, tmp_path / "out")
    assert (path.parent / "data" / "t").read_text() == "b"
    assert parts_of(path)["report"] == {"intro": "b"}


def test_shuffled_sections_of_musterstadt_give_the_same_text(town_project) -> None:
    parts = parts_of(town_project)
    for seed in range(3):
        names = random.Random(seed).sample(list(parts), len(parts))
        assert text_of({name: parts[name] for name in names}) == text_of(parts)
