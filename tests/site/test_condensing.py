"""Mayring's table and the summary grid: origins are kept, nothing typed is lost, and words go with their texts."""

from __future__ import annotations

import csv
import html
import io
import re
from uuid import UUID

import pytest

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
from tests.site.texts_fixtures import imported

__all__ = ["apart", "collections", "enter", "forgetful", "hire", "study", "system", "team", "text"]
OTHER = "Im Hof fehlt eine Mirabellenbank.\nDer Weg ist weit.\n"
FIRST, SECOND = (0, 22), (0, 33)
assert SAID[slice(*FIRST)] == "Der Platz 🌳 ist laut.\n"[:22]


@pytest.fixture
def coded(study, text, system, collections, team, enter):
    """Return a second text of another collection; Ada coded one segment in each."""
    (other,) = imported(study, collections[1], team["Ada"], "hof.txt", OTHER.encode(), replaced=False)
    for one, (start, end) in ((text, FIRST), (other, SECOND)):
        step(enter(team["Ada"]), study, one, start=start, end=end, category=system["Wohnen"])
    return other


def see(study, is_open=True):
    from nahraum_site.voices.coding.models import Openness

    Openness.objects.update_or_create(study=study, defaults={"is_open": is_open})


def table(study, system, **more):
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    return at(study, f"verdichten/?category={system['Bedarfe']}{asked}")


def cells(answer):
    """Return what the table's form holds, as a browser would send it: name -> value."""
    page = answer.content.decode()
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    areas = re.findall(r'<textarea[^>]* name="(t\.[^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return {name: html.unescape(value) for name, value in [*found.items(), *areas]}


def empty(answer, behind=None):
    """Return the ids of cells without a step, of those that hang on a step or segment."""
    form = cells(answer)
    ids = [name[2:] for name in form if name.startswith("t.") and form[f"v.{name[2:]}"] == "0"]
    return [id for id in ids if behind is None or form[f"b.{id}"] == behind]


def place(text, stretch):
    return f"{text.uuid}:{stretch[0]}:{stretch[1]}"


def filled(client, study, system, *lines):
    """Fill paraphrase and generalisation beside segments and return their ids: lines are (a text, stretch, p, g)."""
    ids = []
    for one, stretch, paraphrase, generalisation in lines:
        page = client.get(table(study, system))
        (first,) = empty(page, place(one, stretch))
        (second,) = empty(page, first)
        form = cells(page) | {f"t.{first}": paraphrase, f"t.{second}": generalisation, "do": "save"}
        assert client.post(table(study, system), form).status_code == 302
        ids += [first, second]
    return ids


def test_a_table_is_worked_through_with_a_plain_form_and_origins_are_kept(study, text, coded, system, team, enter):
    from nahraum_site.voices.condensing.models import Condensed

    ada = enter(team["Ada"])
    page = words(ada.get(table(study, system)))
    assert "2 Segmente" in page
    assert "Mirabellenbank" in page
    assert "Mirabellenbank" not in words(ada.get(table(study, system, space="Hafen")))
    p1, g1, _p2, g2 = filled(
        ada, study, system, (text, FIRST, "Der Platz ist laut", "Lärm"), (coded, SECOND, "Es fehlt eine Bank", "Sitzen")
    )
    page = ada.get(table(study, system))
    assert cells(page)[f"t.{p1}"] == "Der Platz ist laut"
    form = cells(page) | {"do": "reduce", "pick": [g1, g2], "reduction": "Wenig Ruhe"}
    assert ada.post(table(study, system), form).status_code == 302
    assert ada.post(table(study, system), form).status_code == 302  # sent twice, stored once
    (reduced,) = Condensed.objects.filter(stage="reduction")
    assert sorted(reduced.owners) == sorted(str(each.collection.uuid) for each in (text, coded))
    shown = words(ada.get(at(study, f"verdichten/reduktion/{reduced.uuid}/")))
    for said in ("Wenig Ruhe", "Lärm", "Der Platz ist laut", "Der Platz 🌳 ist laut.", "Mirabellenbank"):
        assert said in shown
    assert f"?stelle={SECOND[0]}" in shown
    # other words above: what lies below is looked at again, and confirmed
    form = cells(page) | {f"t.{p1}": "Der Platz ist sehr laut"}
    ada.post(table(study, system), form)
    shown = words(ada.get(table(study, system)))
    assert "noch einmal ansehen: 2" in shown
    ada.post(table(study, system), {"do": f"confirm {g1}"})
    assert "Noch einmal ansehen" not in words(ada.get(at(study, f"verdichten/reduktion/{reduced.uuid}/")))
    # a step carried on cannot be left out; a segment not carried on can, with a reason, and is taken in again
    refused = ada.post(table(study, system), {"do": f"leave {p1}", f"r.{p1}": "doppelt"})
    assert refused.status_code == 422
    assert "weitergeführt" in words(refused)
    step(ada, study, text, start=24, end=40, category=system["Verkehr"])
    third = place(text, (24, 40))
    assert ada.post(table(study, system), {"do": f"leave {third}"}).status_code == 422
    ada.post(table(study, system), {"do": f"leave {third}", f"r.{third}": "sagt nichts zum Thema"})
    shown = ada.get(table(study, system))
    assert "sagt nichts zum Thema" in words(shown)
    assert empty(shown, third) == []
    ada.post(table(study, system), {"do": f"take {third}"})
    assert len(empty(ada.get(table(study, system)), third)) == 1
    # a second round, and a reduction that rests on what was removed
    form = {"do": "reduce", "pick": [str(reduced.uuid)], "reduction": "Ruhe"}
    ada.post(table(study, system), form)
    ada.post(table(study, system), {"do": f"remove {g2}"})
    assert "noch einmal ansehen: 2" in words(ada.get(table(study, system)))
    assert words(ada.get(table(study, system, open="on"))).count("<textarea class") >= 4


def rows_of(content):
    """Return the rows of a CSV file as mappings."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), delimiter=";"))


def test_the_table_is_taken_along_with_origins_and_few_people_are_not_told(study, text, coded, system, team, enter):
    from docx import Document

    from nahraum_site.records.models import LogEntry
    from nahraum_site.voices.condensing.models import Condensed
    from nahraum_site.voices.releases.models import Release
    from tests.site.test_formulas import refuse_formulas

    ada = enter(team["Ada"])
    ids = filled(
        ada,
        study,
        system,
        (text, FIRST, "=Platz laut", "Lärm"),
        (coded, SECOND, "Es fehlt eine Sitzgelegenheit", "Sitzen"),
    )
    ada.post(table(study, system), {"do": "reduce", "pick": [ids[1], ids[3]], "reduction": "Wenig Ruhe"})
    (first,) = Condensed.objects.filter(stage="reduction")
    ada.post(table(study, system), {"do": "reduce", "pick": [str(first.uuid)], "reduction": "+Ruhe"})
    step(ada, study, text, start=24, end=40, category=system["Verkehr"])
    ada.post(table(study, system), {"do": f"leave {place(text, (24, 40))}", f"r.{place(text, (24, 40))}": "unklar"})
    address = table(study, system).replace("verdichten/", "verdichten/tabelle.{}")
    assert ada.get(table(study, system)).content.decode().count("verdichten/tabelle.") == 3
    answer = ada.get(address.format("csv"))
    assert "attachment" in answer["Content-Disposition"]
    rows = rows_of(answer.content)
    assert [each["Raum"] for each in rows] == ["Hafen", "Hafen", "Altstadt"]
    one, left, hof = rows
    assert (one["Erhebung"], one["Text"], one["Zeile"], one["Ab Zeichen"]) == ("Café Hafen", text.name, "1", "0")
    assert one["Kategorie"] == "Bedarfe › Wohnen"
    assert one["Kodiert von"] == one["Paraphrase: von"] == one["Reduktion, Runde 2: von"] == "Ada"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", one["Kodiert am"])
    assert one["Segment"].startswith("Der Platz 🌳")
    steps = [one[name] for name in ("Paraphrase", "Generalisierung", "Reduktion, Runde 1", "Reduktion, Runde 2")]
    assert steps == ["'=Platz laut", "Lärm", "Wenig Ruhe", "'+Ruhe"]
    assert (left["Weggelassen, weil"], left["Paraphrase"]) == ("unklar", "")
    # one person was interviewed: her words, and what says the same in other words, are held back
    assert (hof["Segment"], hof["Paraphrase"], hof["Generalisierung"]) == ("(zurückgehalten)",) * 2 + ("Sitzen",)
    for kind in ("csv", "xlsx", "docx"):
        content = ada.get(address.format(kind)).content
        if kind == "docx":
            document = Document(io.BytesIO(content))
            cells = [cell.text for each in document.tables for row in each.rows for cell in row.cells]
            told = "\n".join([*cells, *(each.text for each in document.paragraphs)])
        else:
            refuse_formulas(content, kind, named=False)
            told = content.decode() if kind == "csv" else "\n".join(strings_of(content))
        for words_there in ("Café Hafen", "Bedarfe › Wohnen", "Lärm", "unklar", "1 von 3", study.title, "Ada"):
            assert words_there in told, (kind, words_there)
        for words_not in ("Mirabellenbank", "Sitzgelegenheit"):
            assert words_not not in told, (kind, words_not)
    assert [each["Raum"] for each in rows_of(ada.get(address.format("csv") + "&space=Altstadt").content)] == [
        "Altstadt"
    ]
    told = LogEntry.objects.filter(action="condensed.taken")
    assert told.count() == 5
    assert told.first().after == {"kind": "csv", "whose": str(team["Ada"].pk)}
    Release.objects.create(collection=coded.collection, why="x", is_released=True)
    assert "Sitzgelegenheit" in ada.get(address.format("csv")).content.decode()
    # who codes blind takes the own table only, whatever is asked for; nonsense is refused in words
    assert "Platz" not in enter(team["Cem"]).get(address.format("csv")).content.decode()
    for wrong in ("&whose=alle", "&whose=²", "&space=%00", "&category=quatsch"):
        assert enter(team["Cem"]).get(address.format("csv") + wrong).status_code == 302
    assert ada.get(address.format("pdf")).status_code == 404
    assert enter(team["Olga"]).get(address.format("csv")).status_code == 404


def strings_of(content):
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    return [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value]


def test_of_two_at_once_the_second_is_told_and_loses_nothing(study, text, coded, system, team, enter):
    see(study)
    ada, cem = enter(team["Ada"]), enter(team["Cem"])
    mine, theirs = ada.get(table(study, system)), cem.get(table(study, system))
    (id,) = empty(mine, place(text, FIRST))
    cell = at(study, "verdichten/zelle/")
    sent = {name: cells(mine)[name] for name in (f"v.{id}", f"b.{id}", f"d.{id}")}
    saved = ada.post(cell, sent | {f"t.{id}": "Adas Worte"}, headers={"HX-Request": "true"})
    assert saved.status_code == 200
    assert "Gespeichert" in words(saved)
    told = cem.post(table(study, system), cells(theirs) | {f"t.{id}": "Cems Worte", "do": "save"})
    assert told.status_code == 409
    assert cells(told)[f"t.{id}"] == "Cems Worte"
    assert "Adas Worte" in words(told)
    told = cem.post(cell, sent | {f"t.{id}": "Cems Worte"}, headers={"HX-Request": "true"})
    assert "Adas Worte" in words(told)
    anew = {name: value for name, value in cells(told).items() if id in name}
    assert "Gespeichert" in words(cem.post(cell, anew | {f"t.{id}": "Cems Worte"}))
    assert cells(ada.get(table(study, system)))[f"t.{id}"] == "Cems Worte"
    # an untouched cell of an old page changes nothing
    ada.post(table(study, system), cells(mine) | {"do": "save"})
    assert cells(ada.get(table(study, system)))[f"t.{id}"] == "Cems Worte"
    reader = enter(team["Rita"])
    assert "Cems Worte" in words(reader.get(table(study, system)))
    assert "<textarea" not in words(reader.get(table(study, system)))
    assert reader.post(table(study, system), {"do": f"remove {id}"}).status_code == 403
    assert reader.post(cell, {f"t.{id}": "x"}).status_code == 403
    assert ada.post(cell, {}).status_code == ada.post(cell, {"t.quatsch": "x"}).status_code == 422
    assert enter(team["Olga"]).get(table(study, system)).status_code == 404


def test_who_codes_blindly_works_on_own_codings_and_sees_no_step_of_others(study, text, coded, system, team, enter):
    ada, cem = enter(team["Ada"]), enter(team["Cem"])
    p1, _g1 = filled(ada, study, system, (text, FIRST, "Adas Worte", "Adas Wort"))
    shown = words(cem.get(table(study, system)))
    assert "Mirabellenbank" not in shown
    step(cem, study, text, start=FIRST[0], end=FIRST[1], category=system["Wohnen"])
    page = cem.get(table(study, system))
    assert "Adas" not in words(page)
    (own,) = empty(page, place(text, FIRST))
    assert own != p1
    cem.post(table(study, system), cells(page) | {f"t.{own}": "Cems Worte", "do": "save"})
    assert cem.post(table(study, system), {f"t.{p1}": "x", f"b.{p1}": place(text, FIRST)}).status_code == 422
    assert "Cems" not in words(ada.get(table(study, system)))
    see(study)
    assert {"Adas Worte", "Cems Worte"} <= set(cells(ada.get(table(study, system))).values())


def grown(study, text, system, user, segments):
    """Store a chain as if somebody had worked through it: for every two segments there is one reduction."""
    from hashlib import sha256

    from nahraum_site.voices.coding.models import Coding
    from nahraum_site.voices.condensing import kept
    from nahraum_site.voices.condensing.models import Condensed

    owners, rows, codings, lifted = [str(text.collection.uuid)], [], [], []

    def written(stage, said, behind, of):
        row = Condensed(study=study, author=user, changed_by=user, stage=stage, text=of)
        seen = {id: sha256(words.encode()).hexdigest() for id, words in behind.items()}
        kept.close(row, {"text": said, "behind": seen, "left_out": ""}, owners)
        rows.append(row)
        return str(row.uuid), said

    for start in range(segments):
        codings.append(Coding(text=text, coder=user, category=system["Wohnen"], start=start, end=start + 5))
        here = place(text, (start, start + 5))
        paraphrase = written("paraphrase", f"laut {start}", {here: here}, text)
        lifted.append(written("generalisation", f"Lärm {start}", dict([paraphrase]), text))
    for start in range(0, segments - 1, 2):
        written("reduction", f"Ruhe {start}", dict(lifted[start : start + 2]), None)
    Coding.objects.bulk_create(codings)
    Condensed.objects.bulk_create(rows)


def test_a_long_table_comes_in_parts_and_asks_as_little_as_a_short_one(study, collections, system, team, enter):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from nahraum_site.voices.condensing.models import Condensed

    ada = enter(team["Ada"])
    (long,) = imported(study, collections[0], team["Ada"], "lang.txt", b"Der Platz ist laut. " * 40, replaced=False)
    grown(study, long, system, team["Ada"], 10)

    def asked(**more):
        ada.get(table(study, system, **more))
        with CaptureQueriesContext(connection) as questions:
            page = ada.get(table(study, system, **more))
        return len(questions), words(page)

    few, shown = asked()
    assert few <= 23
    assert shown.count('class="reduced"') == 5
    Condensed.objects.all().delete()
    grown(study, long, system, team["Ada"], 130)
    many, shown = asked()
    assert many == few
    assert shown.count('class="reduced"') == 50
    assert shown.count('scope="rowgroup"') == 25
    assert "1 / 6" in shown
    assert "1 / 2" in shown
    assert "Generalisierungen in keiner Reduktion: 0" in shown
    assert asked(rseite=2)[1].count('class="reduced"') == 15
    assert asked(rseite="²", seite="%00")[1].count('class="reduced"') == 50
    # those in no further reduction stand first: they wait to be bundled
    first = re.search(r'name="pick" value="([^"]+)"[^>]*>\s*<span class="kern-sr-only">bündeln: </span>Ruhe 0', shown)[
        1
    ]
    ada.post(table(study, system), {"do": "reduce", "pick": [first], "reduction": "Ganz still"})
    assert ">Ruhe 0<" not in asked()[1].partition("red-h")[2]
    # of steps without a segment the first are listed, and it is said how many there are
    from nahraum_site.voices.coding.models import Coding

    Coding.objects.all().delete()
    step(ada, study, long, start=200, end=210, category=system["Wohnen"])
    gone = asked()[1]
    assert gone.partition('id="adrift-h"')[2].partition("</section>")[0].count("<li>") == 50
    assert re.search(r"\d+ weitere kommen nach diesen", gone)


def summarise(client, study, system, space, category, rest="", **given):
    address = at(study, f"raster/zelle/?space={space}&category={system[category]}{rest}")
    page = client.get(address)
    ticked = re.findall(r'name="rests_on" value="([^"]+)" checked', page.content.decode())
    version = re.search(r'name="version" value="(\d+)"', page.content.decode())[1]
    return client.post(address, {"version": version, "rests_on": ticked, **given})


def test_a_cell_is_summarised_and_says_when_it_does_not_hold_any_more(study, text, coded, system, team, enter):
    see(study)
    ada = enter(team["Ada"])
    shown = words(ada.get(at(study, "raster/")))
    assert shown.count("nicht zusammengefasst") == 2
    assert summarise(ada, study, system, "Hafen", "Bedarfe", text=" ").status_code == 422
    assert summarise(ada, study, system, "Hafen", "Bedarfe", text="=Zu laut.").status_code == 302
    shown = words(ada.get(at(study, "raster/")))
    assert "=Zu laut." in shown
    assert "gilt noch" in shown
    overtaken = summarise(enter(team["Cem"]), study, system, "Hafen", "Bedarfe", text="Anders", version="0")
    assert overtaken.status_code == 409
    assert "=Zu laut." in words(overtaken)
    step(ada, study, text, start=24, end=40, category=system["Verkehr"])
    assert "neue Segmente 1" in words(ada.get(at(study, "raster/")))
    assert summarise(ada, study, system, "Hafen", "Bedarfe", text="=Zu laut.").status_code == 302
    assert "neue Segmente" not in words(ada.get(at(study, "raster/")))
    assert ada.get(at(study, "raster/zelle/?space=x&category=y")).status_code == 404
    assert "=Zu laut." in words(enter(team["Rita"]).get(at(study, "raster/")))
    from docx import Document

    from tests.site.test_formulas import cells_of, refuse_formulas

    long = ada.get(at(study, "raster/raster.csv")).content
    refuse_formulas(long, "raster.csv", named=False)
    assert "'=Zu laut." in cells_of(long)
    assert study.title in rows_of(long)[0]["Quelle"]
    refuse_formulas(ada.get(at(study, "raster/raster.xlsx")).content, "raster.xlsx")
    document = Document(io.BytesIO(ada.get(at(study, "raster/raster.docx")).content))
    cells = [cell.text for each in document.tables for row in each.rows for cell in row.cells]
    assert "=Zu laut." in cells
    assert "gilt noch" in cells
    assert any(study.title in each.text for each in document.paragraphs)
    assert ada.get(at(study, "raster/raster.pdf")).status_code == 404
    see(study, is_open=False)  # what was summarised of all codings, no blind coder sees
    assert "Zu laut" not in words(enter(team["Cem"]).get(at(study, "raster/")))


def test_the_grid_is_opened_to_the_parts_of_a_category_and_links_hold_the_view(study, text, coded, system, team, enter):
    see(study)
    ada = enter(team["Ada"])
    for start, end, name in ((0, 9, "Verkehr"), (24, 40, "Verkehr")):
        step(ada, study, text, start=start, end=end, category=system[name])
    assert summarise(ada, study, system, "Hafen", "Bedarfe", text="Alles").status_code == 302
    answer = summarise(ada, study, system, "Hafen", "Verkehr", text="Nur Busse", rest=f"&opened={system['Bedarfe']}")
    assert answer.url == at(study, f"raster/?whose=alle&opened={system['Bedarfe']}")
    main = words(ada.get(at(study, "raster/")))
    assert "Nur Busse" not in main
    assert "1 Zusammenfassung darunter" in main
    assert "Nicht mehr im Raster" not in main
    page = ada.get(answer.url)
    shown = words(page)
    heads = re.findall(r'<th scope="col">([^<]+)</th>', page.content.decode())
    assert heads == ["Raum", "Bedarfe, insgesamt", "Bedarfe › Wohnen", "Bedarfe › Verkehr"]
    hafen = shown.partition("Hafen</th>")[2].partition("</tr>")[0]
    assert re.findall(r"(\d+) Segment", hafen) == ["3", "1", "2"]
    assert "Alles" in hafen
    assert "Nur Busse" in hafen
    held = f'[^"]*opened={system["Bedarfe"]}'
    assert len(re.findall(rf'href="[^"]*raster\.(?:csv|xlsx|docx){held}', shown)) == 3
    assert len(re.findall(rf'href="[^"]*zelle/{held}', shown)) == 5  # cells of which something was said
    for kind in ("csv", "docx", "xlsx"):
        assert ada.get(at(study, f"raster/raster.{kind}?opened={system['Bedarfe']}")).status_code == 200
    (cell,) = [
        each
        for each in rows_of(ada.get(at(study, f"raster/raster.csv?opened={system['Bedarfe']}")).content)
        if (each["Raum"], each["Kategorie"]) == ("Hafen", "Bedarfe › Verkehr")
    ]
    assert (cell["Textstellen"], cell["Zusammenfassung"], cell["Zustand"]) == ("2", "Nur Busse", "gilt noch")
    for nonsense in ("²", "%00", system["Wohnen"], "x" * 5000):
        assert "Bedarfe, insgesamt" not in words(ada.get(at(study, f"raster/?opened={nonsense}")))
    step(ada, study, text, start=3, end=8, category=system["Wohnen"])
    assert words(ada.get(answer.url)).count("neue Segmente 1") == 1  # the whole, not the part it does not touch


def changed(study, user, *changes):
    from nahraum_site.voices.categories import actions, queries

    return actions.change(study, changes, queries.row_of(study).version, user)


def test_summaries_follow_merged_and_moved_categories_and_none_is_lost(
    study, text, coded, system, collections, team, enter
):
    from nahraum.evidence.voices.categories import Merge, Move
    from nahraum_site.records import sealing
    from nahraum_site.voices.condensing import summaries
    from nahraum_site.voices.condensing.models import CellSummary
    from nahraum_site.voices.texts import forgetting

    see(study)
    ada, cem = enter(team["Ada"]), enter(team["Cem"])
    for start, name in ((24, "Verkehr"), (30, "Ressourcen")):
        step(ada, study, text, start=start, end=40, category=system[name])
    summarise(ada, study, system, "Hafen", "Wohnen", text="Zu laut")
    summarise(ada, study, system, "Hafen", "Verkehr", text="=Zu wenige Treffs")
    summarise(ada, study, system, "Altstadt", "Wohnen", text="Keine Bank")
    summarise(ada, study, system, "Hafen", "Ressourcen", text="Ein Treff")
    old = at(study, f"raster/zelle/?space=Hafen&category={system['Wohnen']}")
    typed = cem.get(old).content.decode()
    given = {
        "version": re.search(r'name="version" value="(\d+)"', typed)[1],
        "rests_on": re.findall(r'name="rests_on" value="([^"]+)" checked', typed),
        "text": "Cems neue Worte",
    }
    # Housing goes into Transport: where that says something already, both stand in the cell; else it takes the place
    changed(study, team["Ada"], Merge(id=system["Wohnen"], into=system["Verkehr"]))
    opened = at(study, f"raster/?opened={system['Bedarfe']}")
    shown = words(ada.get(opened))
    hafen, altstadt = (shown.partition(f">{name}</th>")[2].partition("</tr>")[0] for name in ("Hafen", "Altstadt"))
    assert "=Zu wenige Treffs" in hafen
    assert "Aus der zusammengelegten Kategorie „Wohnen“: Zu laut" in hafen
    assert "neue Segmente 1" in hafen
    assert "Keine Bank" in altstadt
    assert "gilt noch" in altstadt  # it rests on the same segments as before
    assert "Nicht mehr im Raster" not in shown
    (cell,) = [
        each
        for each in rows_of(ada.get(opened.replace("raster/?", "raster/raster.csv?")).content)
        if (each["Raum"], each["Kategorie"]) == ("Hafen", "Bedarfe › Verkehr")
    ]
    assert cell["Zusammenfassung"].startswith("'=Zu wenige Treffs")
    assert cell["Zusammenfassung"].endswith(": Zu laut")
    assert summaries.written(study, "alle")["Hafen"][system["Verkehr"]] == "=Zu wenige Treffs"
    # who wrote at the old place is told, keeps the words, and is led on
    assert cem.get(old).url.partition("category=")[2].startswith(system["Verkehr"])
    told = cem.post(old, given)
    assert told.status_code == 409
    for said in ("Cems neue Worte", "=Zu wenige Treffs", "Zu laut"):
        assert said in words(told)
    on = html.unescape(re.search(r'class="form beside" method="post" action="([^"]+)"', told.content.decode())[1])
    again = given | {"version": re.search(r'name="version" value="(\d+)"', told.content.decode())[1]}
    assert cem.post(on, again).status_code == 302
    (beside,) = CellSummary.objects.exclude(former="")
    # once more, into a main category; and what was moved keeps its summary
    changed(study, team["Ada"], Move(id=system["Verkehr"], parent=None))
    assert "Cems neue Worte" in words(ada.get(at(study, "raster/")))
    changed(study, team["Ada"], Merge(id=system["Verkehr"], into=system["Ressourcen"]))
    shown = words(ada.get(at(study, "raster/")))
    for said in ("Ein Treff", "„Wohnen“: Zu laut", "„Verkehr“: Cems neue Worte", "Keine Bank"):
        assert said in shown
    assert "Zu laut" in words(enter(team["Rita"]).get(cem.get(old).url))
    assert enter(team["Rita"]).post(cem.get(old).url, {"remove_merged": str(beside.uuid)}).status_code == 403
    assert cem.post(cem.get(old).url, {"remove_merged": str(beside.uuid)}).status_code == 302
    assert "Zu laut" not in words(ada.get(at(study, "raster/")))
    assert not CellSummary.objects.filter(pk=beside.pk).exists()
    forgetting.delete_texts(collections[0], "Café Hafen", team["Ada"])
    sealing.destroy(collections[0].uuid)
    shown = words(ada.get(at(study, "raster/")))
    assert "Aus der zusammengelegten Kategorie „Verkehr“: Grundlage wurde gelöscht" in shown
    assert "Cems neue" not in shown
    assert "Keine Bank" in shown


def test_summaries_of_categories_merged_long_ago_are_led_on_too(study, text, coded, system, team, enter):
    from importlib import import_module

    from django.apps import apps

    from nahraum.evidence.voices.categories import Merge
    from nahraum_site.voices.condensing.models import CellSummary

    see(study)
    ada = enter(team["Ada"])
    summarise(ada, study, system, "Hafen", "Wohnen", text="Zu laut")
    changed(study, team["Ada"], Merge(id=system["Wohnen"], into=system["Verkehr"]))
    CellSummary.objects.update(category=system["Wohnen"])  # as it was left until now
    import_module("nahraum_site.voices.condensing.migrations.0003_summaries_follow_merged_categories").follow(
        apps, None
    )
    assert CellSummary.objects.get().category == system["Verkehr"]


def test_the_grid_asks_a_fixed_number_of_questions(study, text, coded, system, team, enter):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    see(study)
    ada = enter(team["Ada"])

    def asked():
        with CaptureQueriesContext(connection) as asked:
            ada.get(at(study, f"raster/?opened={system['Bedarfe']}"))
        return len(asked)

    asked()  # the first page of a session asks more
    before = asked()
    for name in ("Bedarfe", "Wohnen"):
        summarise(ada, study, system, "Hafen", name, text="x")
        summarise(ada, study, system, "Altstadt", name, text="x")
    asked()
    assert asked() == before <= 24


def test_what_rests_on_deleted_texts_goes_with_them(study, text, coded, system, collections, team, enter):
    from django.db import connection

    from nahraum_site.records import sealing
    from nahraum_site.voices.condensing.models import CellSummary, Condensed
    from nahraum_site.voices.texts import forgetting

    see(study)
    ada = enter(team["Ada"])
    ids = filled(
        ada, study, system, (text, FIRST, "Quittengelee", "Zwetschge"), (coded, SECOND, "Es fehlt eine Bank", "Sitzen")
    )
    ada.post(table(study, system), {"do": "reduce", "pick": [ids[1], ids[3]], "reduction": "Zwetschgenmus"})
    ada.post(table(study, system), {"do": "reduce", "pick": [ids[3]], "reduction": "Nur Bank"})
    summarise(ada, study, system, "Hafen", "Bedarfe", text="Mispel")
    summarise(ada, study, system, "Altstadt", "Bedarfe", text="Bank")
    assert "Zwetschgenmus" in words(ada.get(table(study, system)))
    tables = (Condensed._meta.db_table, CellSummary._meta.db_table, "records_logentry")
    with connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f"SELECT * FROM {name}")
            raw = repr([[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in cursor])
            assert not re.search("Quitten|Zwetschge|Mispel|Bank|Sitzen", raw), name
    forgetting.delete_texts(collections[0], "Café Hafen", team["Ada"])
    assert not Condensed.objects.filter(uuid__in=ids[:2]).exists()
    shown = words(ada.get(table(study, system)))  # even before its key is destroyed
    assert "Zwetschgenmus" not in shown
    assert "Grundlage wurde gelöscht" in shown
    sealing.destroy(collections[0].uuid)
    shown = words(ada.get(table(study, system)))
    assert "Zwetschgenmus" not in shown
    assert "Nur Bank" in shown
    grid = words(ada.get(at(study, "raster/")))
    assert "Mispel" not in grid
    assert "Grundlage wurde gelöscht" in grid
    assert "Bank" in grid
    (gone,) = Condensed.objects.filter(stage="reduction", owners__icontains=str(collections[0].uuid))
    with pytest.raises(sealing.Destroyed):
        sealing.Seals().open(gone.sealed, gone.collections, gone.place)
    assert ada.get(at(study, f"verdichten/reduktion/{gone.uuid}/")).status_code == 404
    ada.post(table(study, system), {"do": f"remove {gone.uuid}"})
    assert "Grundlage wurde gelöscht" not in words(ada.get(table(study, system)))


def test_a_reduction_goes_with_what_it_once_rested_on(study, text, coded, system, collections, team, enter):
    from nahraum_site.voices.condensing.models import Condensed

    ada = enter(team["Ada"])
    ids = filled(ada, study, system, (text, FIRST, "laut", "Lärm"), (coded, SECOND, "Bank", "Sitzen"))
    ada.post(table(study, system), {"do": "reduce", "pick": [ids[1], ids[3]], "reduction": "Ruhe"})
    row = Condensed.objects.get(stage="reduction")
    address = at(study, f"verdichten/reduktion/{row.uuid}/")
    assert ada.post(address, {"text": "Ruhe!", "behind": [ids[3]], "version": 1}).status_code == 302
    row.refresh_from_db()
    assert set(map(UUID, row.owners)) == {each.uuid for each in collections}
    assert "Platz" not in words(ada.get(address)).partition("Ändern")[0]
    told = ada.post(address, {"text": "Stille", "behind": [ids[3]], "version": 1})
    assert told.status_code == 409
    assert "Ruhe!" in words(told)
    assert "Stille" in words(told)
    ada.post(address, {"do": f"leave {row.uuid}", f"r.{row.uuid}": "zu allgemein"})
    assert "zu allgemein" in words(ada.get(address))
    ada.post(address, {"do": f"remove {row.uuid}"})
    assert not Condensed.objects.filter(stage="reduction").exists()


SAYINGS = ("Der Bus kommt nie pünktlich", "Die Miete ist zu hoch")


def test_suggestions_are_measured_and_nothing_is_coded_unasked(study, collections, system, team, enter):
    from nahraum_site.voices.coding.models import Coding

    cem = enter(team["Cem"])
    address = at(study, "vorschlaege/")
    assert "Wohnen" not in words(cem.get(address))
    for n in range(5):
        lines = [f"{SAYINGS[k % 2]}, sagt Nummer {n}{k}." for k in range(5)]
        (made,) = imported(study, collections[0], team["Ada"], f"t{n}.txt", "\n".join(lines).encode(), replaced=False)
        start = 0
        for k, line in enumerate(lines[:4]):
            name = ("Verkehr", "Wohnen")[k % 2]
            step(cem, study, made, start=start, end=start + len(line), category=system[name])
            start += len(line) + 1
        if n == 1:
            assert "Zu wenige Beispiele" in words(cem.get(f"{address}?whose={team['Cem'].pk}"))
    shown = words(cem.get(f"{address}?whose={team['Cem'].pk}&text={made.uuid}"))
    assert "100 %" in shown
    assert "50 %" in shown
    assert "Nummer 44" in shown
    assert "Nummer 43" not in shown
    boxes = re.findall(r'name="code" value="([^"]+)"( checked)?', shown)
    assert [each[1] for each in boxes] == ["", ""]
    assert boxes[0][0].startswith(system["Verkehr"])
    assert Coding.objects.count() == 20
    key = re.search(r'name="key" value="([^"]+)"', shown)[1]
    for _again in range(2):
        assert cem.post(address, {"key": key, "code": boxes[0][0]}).status_code == 302
    assert Coding.objects.count() == 21
    assert Coding.objects.latest("pk").category == system["Verkehr"]
    assert cem.post(address, {"key": key, "code": "quatsch"}).status_code == 302
    # who codes blindly cannot learn from others
    ada = enter(team["Ada"])
    assert ada.get(f"{address}?whose={team['Cem'].pk}").status_code == 422
    assert "Zu wenige Beispiele" in words(ada.get(f"{address}?whose={team['Ada'].pk}"))
    assert enter(team["Rita"]).get(address).status_code == 403


@pytest.fixture
def large(study, collections, system, team, monkeypatch):
    """Return texts of two collections that Ada coded, in a study that counts as a large one."""
    from nahraum_site.voices.coding.models import Coding
    from nahraum_site.voices.condensing import learning

    monkeypatch.setattr(learning, "AT_ONCE_SIGNS", 0)
    see(study)
    made = []
    for n in range(6):
        lines = [f"{SAYINGS[k % 2]}, sagt Nummer {n}{k}." for k in range(6)]
        (one,) = imported(
            study, collections[n % 2], team["Ada"], f"t{n}.txt", "\n".join(lines).encode(), replaced=False
        )
        start = 0
        for k, line in enumerate(lines[:4]):
            id = system[("Verkehr", "Wohnen")[k % 2]]
            Coding.objects.create(
                text=one, coder=team["Ada"], category=id, made_with=id, start=start, end=start + len(line)
            )
            start += len(line) + 1
        made.append(one)
    return made


def rows_in(*models):
    """Return all that the database holds of some models, as one text."""
    from django.db import connection

    with connection.cursor() as cursor:
        told = []
        for model in models:
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")
            told += [[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in cursor]
    return repr(told)


def learn(client, address):
    """Press the button, and let the worker do what was asked; return the job."""
    from nahraum_site.records import jobs
    from nahraum_site.records.models import Job

    asked = client.post(address, {"do": "learn"})
    job = Job.objects.get(uuid=re.search(r"/arbeit/([^/]+)/", asked.url)[1])
    assert jobs.run_next()
    job.refresh_from_db()
    return job


def test_a_large_study_is_learned_from_in_the_worker_and_what_comes_of_it_is_kept(study, large, system, team, enter):
    from django.utils import timezone

    from nahraum_site.records.models import Job, LogEntry
    from nahraum_site.voices.coding.models import Coding
    from nahraum_site.voices.condensing.models import Fitting, Learned

    ada, cem = enter(team["Ada"]), enter(team["Cem"])
    address = at(study, f"vorschlaege/?whose=alle&text={large[0].uuid}")
    shown = words(ada.get(address))
    assert "noch nichts gelernt" in shown
    assert "Wie oft Vorschläge richtig waren" not in shown
    asked = ada.post(address, {"do": "learn"})
    assert asked.url == ada.post(address, {"do": "learn"}).url  # pressed twice, learned once
    assert asked.url in words(ada.get(address))
    assert "wartet" in words(ada.get(address))
    # the worker dies, and the work is repeated
    Job.objects.update(state=Job.State.RUNNING, alive_at=timezone.now() - timezone.timedelta(minutes=5))
    assert "unterbrochen" in words(ada.get(asked.url))
    assert not Learned.objects.exists()
    again = ada.post(f"{asked.url}wiederholen/")
    from nahraum_site.records import jobs

    assert jobs.run_next()
    job = Job.objects.get(state=Job.State.DONE)
    assert again.url.endswith(f"/arbeit/{job.uuid}/")
    assert ada.get(again.url).url == address
    shown = words(cem.get(address))
    assert "(24 Kodierungen)" in shown
    assert "Angestoßen von Ada" in shown
    assert "Seither kamen Kodierungen dazu" not in shown
    assert "100 %" in shown
    proposed = shown.partition('id="vorschlag-h"')[2]
    assert "Nummer 04" in proposed
    boxes = re.findall(r'name="code" value="([^"|]+)', proposed)
    assert boxes[0] == system["Verkehr"]
    because = re.search(r"\(wegen: ([^)]+)\)", proposed)[1].split(", ")
    assert len(because) == 3
    assert set(because) <= set(SAYINGS[0].split())
    # not a word of anybody lies in what is kept, nor in job and log
    raw = rows_in(Learned, Fitting, Job, LogEntry)
    assert not re.search("Bus|pünktlich|Miete|Nummer", raw, re.IGNORECASE)
    # what was coded since is said, and not proposed any more to who coded it
    start = len("\n".join(f"{SAYINGS[k % 2]}, sagt Nummer 0{k}." for k in range(4))) + 1
    assert step(cem, study, large[0], start=start, end=start + 9, category=system["Verkehr"]).status_code == 200
    shown = words(cem.get(address))
    assert "Seither kamen Kodierungen dazu" in shown
    assert "Nummer 04" not in shown.partition('id="vorschlag-h"')[2]
    assert "Nummer 04" in words(ada.get(address)).partition('id="vorschlag-h"')[2]
    assert learn(cem, address).state == Job.State.DONE
    assert Learned.objects.get().codings == 25
    assert LogEntry.objects.filter(action="suggestions.learned").count() == 2
    # who codes blind sees nothing that was learned from others
    see(study, is_open=False)
    assert cem.get(address).status_code == 422
    assert "24" not in words(cem.get(address)).partition("<main")[2].partition("gelernt-h")[2]
    own = address.replace("alle", str(team["Cem"].pk))
    assert "noch nichts gelernt" in words(cem.get(own))
    failed = learn(cem, own)
    assert failed.state == Job.State.FAILED
    assert "Zu wenige Beispiele" in failed.message
    assert "gescheitert" in words(cem.get(own))
    assert cem.post(address, {"do": "learn"}).status_code == 422
    assert enter(team["Rita"]).post(address, {"do": "learn"}).status_code == 403
    # a part of the team that ended while the job waited
    waiting = ada.post(address.replace("alle", str(team["Ada"].pk)), {"do": "learn"})
    study.team.filter(user=team["Ada"]).delete()
    assert jobs.run_next()
    assert Job.objects.get(uuid=re.search(r"/arbeit/([^/]+)/", waiting.url)[1]).state == Job.State.FAILED
    assert Coding.objects.count() == 25


def test_what_was_learned_goes_with_deleted_texts(study, large, collections, team, enter):
    from nahraum_site.records.models import Job
    from nahraum_site.voices.condensing.models import Fitting, Learned
    from nahraum_site.voices.texts import forgetting

    ada = enter(team["Ada"])
    address = at(study, "vorschlaege/?whose=alle")
    assert learn(ada, address).state == Job.State.DONE
    assert Fitting.objects.count() == len(large)
    forgetting.delete_texts(collections[0], "Café Hafen", team["Ada"])
    assert not Learned.objects.exists()
    assert not Fitting.objects.exists()
    assert "noch nichts gelernt" in words(ada.get(address))


def test_of_texts_that_are_deleted_while_it_is_learned_nothing_is_kept(
    study, large, collections, team, enter, monkeypatch
):
    from nahraum_site.records.models import Job
    from nahraum_site.voices.condensing import learning
    from nahraum_site.voices.condensing.models import Learned
    from nahraum_site.voices.texts import forgetting

    at_work = learning.proposer_of

    def delete_meanwhile(*given):
        made = at_work(*given)
        forgetting.delete_texts(collections[1], "Gespräch Altstadt", team["Ada"])
        return made

    monkeypatch.setattr(learning, "proposer_of", delete_meanwhile)
    job = learn(enter(team["Ada"]), at(study, "vorschlaege/?whose=alle"))
    assert job.state == Job.State.FAILED
    assert "gelöscht" in job.message
    assert not Learned.objects.exists()
