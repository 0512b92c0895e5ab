"""The project file that a newcomer imports holds the study as it was written down, without a complaint."""

from zipfile import ZipFile

import pytest

from nahraum.evidence.voices.exchange.reading import read_project
from tests.town.voices import PROTOCOLS
from tests.town.voices_file import write_voices


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("voices") / "stimmen"
    write_voices(place)
    return place


def test_it_holds_what_two_people_coded_and_nothing_is_wrong_with_it(folder):
    found = read_project(folder / "stimmen.qdpx")
    assert not found.issues
    lines = [line.split(" > ", 1) for line in PROTOCOLS.splitlines() if " > " in line]
    marks = sum((1 if codes.startswith("*") else 2) * len(codes.split("+")) for codes, _words in lines)
    assert len(found.project.codings.code) == marks
    said = "".join(text.text for text in found.project.texts)
    assert all(words in said for _codes, words in lines)
    assert len(found.project.cases) == len(found.project.texts) == PROTOCOLS.count("# ")


def test_the_protocols_lie_beside_it_and_two_runs_write_the_same(folder, tmp_path):
    assert len(list((folder / "protokolle").iterdir())) == PROTOCOLS.count("# ")
    write_voices(tmp_path / "again")
    first, second = (ZipFile(place / "stimmen.qdpx") for place in (folder, tmp_path / "again"))
    assert {name: first.read(name) for name in first.namelist()} == {n: second.read(n) for n in second.namelist()}
