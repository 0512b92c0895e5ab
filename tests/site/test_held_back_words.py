"""What a team made of the words of few people leaves as little as these words: every file is searched for them."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.site.cast import words
from tests.site.coding_fixtures import (
    SAID,
    apart,
    at,
    collections,
    enter,
    forgetful,
    hire,
    step,
    study,
    system,
    team,
    text,
)
from tests.site.condensing_fixtures import FIRST, OTHER, SECOND, coded, filled, see, summarise, table

__all__ = ["apart", "coded", "collections", "enter", "forgetful", "hire", "study", "system", "team", "text"]

HELD = {
    "paraphrase": "Sitzgelegenheit vermisst",
    "generalisation": "Ausruhen misslingt",
    "reduction": "Rastlosigkeit überall",
    "summary": "Stehvermögen gefragt",
    "below": "Klappstuhl ersehnt",
}
TOLD = ("Krach stört", "Lärmpegel", "Trubel")  # what rests on many people


def unpacked(content: bytes) -> str:
    """Return every part of a file as text: all of an archive, pages of a PDF."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(unpacked(archive.read(name)) for name in archive.namelist())
    if content.startswith(b"%PDF"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"\s+", " ", content.decode("utf-8", "replace"))


def found_in(told: str) -> set[str]:
    """Return which words of the held-back segment, and of what was made from it alone, stand somewhere."""
    own = set(re.findall(r"\w{5,}", " ".join((OTHER[slice(*SECOND)], *HELD.values()))))
    others = set(re.findall(r"\w{5,}", SAID + OTHER[SECOND[1] :]))
    return {each for each in own - others if re.search(each, told, re.IGNORECASE)}


@pytest.fixture
def made(study, text, coded, system, team, enter):
    """Have Ada condense and summarise what one person said, and what twelve said; return where files are."""
    see(study)
    ada = enter(team["Ada"])
    ids = filled(
        ada,
        study,
        system,
        (text, FIRST, TOLD[0], TOLD[1]),
        (coded, SECOND, HELD["paraphrase"], HELD["generalisation"]),
    )
    ada.post(table(study, system), {"do": "reduce", "pick": [ids[3]], "reduction": HELD["reduction"]})
    summarise(ada, study, system, "Hafen", "Bedarfe", text=TOLD[2])
    summarise(ada, study, system, "Altstadt", "Bedarfe", text=HELD["summary"])
    summarise(ada, study, system, "Altstadt", "Wohnen", text=HELD["below"])
    chain = table(study, system).replace("verdichten/", "verdichten/tabelle.{}")
    grid, opened = at(study, "raster/raster.{}"), at(study, f"raster/raster.{{}}?opened={system['Bedarfe']}")
    results = at(study, "ergebnisse/")
    return [
        *(each.format(kind) for each in (chain, grid, opened) for kind in ("csv", "xlsx", "docx")),
        *(f"{results}bericht.{kind}?mindestens=1" for kind in ("docx", "pdf")),
        *(f"{results}folien.pptx?mindestens=1&raum={space}" for space in ("Hafen", "Altstadt")),
        *(f"{results}tabellen.{kind}" for kind in ("csv", "xlsx", "docx")),
    ]


def taken(client, addresses) -> dict[str, str]:
    found = {}
    for each in addresses:
        answer = client.get(each)
        assert answer.status_code == 200, each
        found[each] = unpacked(answer.content)
    return found


def test_no_file_tells_what_rests_on_few_people_alone(made, study, coded, team, enter):
    from nahraum_site.records.models import LogEntry

    ada = enter(team["Ada"])
    files = taken(ada, made)
    for address, told in files.items():
        assert found_in(told) == set(), address
    said = {address: told for address, told in files.items() if "zurückgehalten" in told}
    assert [each for each in made if each not in said and "tabellen." not in each] == []
    everything = " ".join(files.values())
    assert all(words_of_many in everything for words_of_many in TOLD)
    assert "Die Zusammenfassung ist hier zurückgehalten" in files[made[9]]
    assert "Die Zusammenfassung ist hier zurückgehalten" in files[made[12]]
    assert "entscheidet. Hier: 1." in files[made[3]]
    assert found_in(str(list(LogEntry.objects.values_list("before", "after")))) == set()


def test_a_release_lets_it_out_and_its_end_holds_it_back_again(made, coded, team, enter):
    from nahraum_site.voices.releases.models import Release

    ada = enter(team["Ada"])
    release = Release.objects.create(collection=coded.collection, why="x", is_released=True)
    everything = " ".join(taken(ada, made).values())
    assert [each for each in HELD.values() if each not in everything] == []
    assert "Die Zusammenfassung ist hier zurückgehalten" not in everything
    release.delete()
    assert found_in(" ".join(taken(ada, made).values())) == set()


def test_the_team_sees_it_and_who_writes_it_is_told(made, study, coded, system, team, enter):
    ada = enter(team["Ada"])
    page = words(ada.get(table(study, system)))
    assert all(HELD[each] in page for each in ("paraphrase", "generalisation", "reduction"))
    assert page.count("<strong>außerhalb des Teams zurückgehalten") == 1
    grid = words(ada.get(at(study, "raster/")))
    assert HELD["summary"] in grid
    assert grid.count("<strong>außerhalb des Teams zurückgehalten") == 1
    cell = at(study, f"raster/zelle/?space={{}}&category={system['Bedarfe']}")
    told = words(ada.get(cell.format("Altstadt")))
    assert HELD["summary"] in told
    assert "Diese Zusammenfassung beruht nur auf Textstellen sehr kleiner Gruppen" in told
    ada.post(cell.format("Altstadt"), {"remove": re.search(r'name="remove" value="(\d+)"', told)[1]})
    assert "Was Sie hier schreiben, beruht nur auf ihnen" in words(ada.get(cell.format("Altstadt")))
    assert "Außerhalb des Teams" not in words(ada.get(cell.format("Hafen")))


def test_what_rests_on_many_as_well_is_told_until_nothing_of_them_is_left(made, study, text, system, team, enter):
    from nahraum_site.voices.actions import note_collection
    from nahraum_site.voices.coding.models import Coding
    from tests.site.texts_fixtures import imported

    ada = enter(team["Ada"])
    given = {"method": "walk", "title": "Gang", "space": "Hafen", "participants": 2}
    walk = note_collection(study, given, team["Ada"])
    (few,) = imported(study, walk, team["Ada"], "g.txt", b"Zu zweit.\n" + OTHER.encode())
    step(ada, study, few, start=0, end=8, category=system["Wohnen"])
    summarise(ada, study, system, "Hafen", "Bedarfe", text="Gemischtwarenladen")  # the new segment is not ticked
    address = at(study, f"raster/zelle/?space=Hafen&category={system['Bedarfe']}")
    page = ada.get(address).content.decode()
    assert "Beruht die Zusammenfassung nur auf Textstellen" in page
    ticks = re.findall(r'name="rests_on" value="([^"]+)"', page)
    assert len(ticks) == 2
    report = [each for each in made if "bericht.docx" in each or "raster.csv" in each]

    def says(ticked) -> bool:
        version = re.search(r'name="version" value="(\d+)"', ada.get(address).content.decode())[1]
        sent = {"version": version, "rests_on": ticked, "text": "Gemischtwarenladen"}
        assert ada.post(address, sent).status_code == 302
        found = {"Gemischtwarenladen" in told for told in taken(ada, report).values()}
        assert len(found) == 1
        return found.pop()

    assert [says(ticks), says(ticks[:1]), says(ticks[1:]), says(ticks)] == [True, True, False, True]
    Coding.objects.filter(text=text).delete()  # what many said is not coded any more
    assert "Gemischtwarenladen" not in " ".join(taken(ada, report).values())


def test_no_file_lies_on_a_disk_while_it_is_made(made, team, enter, monkeypatch):
    ada = enter(team["Ada"])
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")  # whoever wants a place for a file fails
    with pytest.raises(FileNotFoundError):
        tempfile.mkdtemp()
    opened = []
    before = Path.open

    def noted(self, mode="r", *arguments, **keywords):
        opened.extend([self] * bool(set(mode) & set("wax+")))
        return before(self, mode, *arguments, **keywords)

    monkeypatch.setattr(Path, "open", noted)
    assert len(taken(ada, made)) == len(made)
    assert opened == []
