"""Mayring's table as a file, and when it is long."""

from __future__ import annotations

import io
import re

import pytest

from tests.site.cast import words
from tests.site.coding_fixtures import (
    apart,
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
from tests.site.condensing_fixtures import (
    FIRST,
    SECOND,
    coded,
    filled,
    place,
    rows_of,
    table,
)
from tests.site.texts_fixtures import imported

__all__ = ["apart", "coded", "collections", "enter", "forgetful", "hire", "study", "system", "team", "text"]


@pytest.fixture
def condensed(study, text, coded, system, team, enter):
    """Have Ada condense: two rounds of reductions, a segment left out; return how she asks for the table as a file."""
    from nahraum_site.voices.condensing.models import Condensed

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
    return table(study, system).replace("verdichten/", "verdichten/tabelle.{}")


def test_the_table_is_taken_along_with_origins_and_few_people_are_not_told(
    study, text, coded, condensed, system, team, enter
):
    from nahraum_site.voices.releases.models import Release

    ada = enter(team["Ada"])
    assert ada.get(table(study, system)).content.decode().count("verdichten/tabelle.") == 3
    answer = ada.get(condensed.format("csv"))
    assert "attachment" in answer["Content-Disposition"]
    rows = rows_of(answer.content)
    assert [each["Raum"] for each in rows] == ["Hafen", "Hafen", "Altstadt"]
    one, left, hof = rows
    assert (one["Erhebung"], one["Text"], one["Zeile"], one["Ab Zeichen"]) == ("Café Hafen", text.name, "1", "0")
    assert one["Kategorie"] == "Bedarfe › Wohnen"
    assert one["Kodiert von"] == one["Paraphrase: von"] == one["Reduktion, Runde 2: von"] == "Ada"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", one["Kodiert am"])
    assert one["Textstelle"].startswith("Der Platz 🌳")
    steps = [one[name] for name in ("Paraphrase", "Generalisierung", "Reduktion, Runde 1", "Reduktion, Runde 2")]
    assert steps == ["'=Platz laut", "Lärm", "Wenig Ruhe", "'+Ruhe"]
    assert (left["Weggelassen, weil"], left["Paraphrase"]) == ("unklar", "")
    # one person was interviewed: her words, and what was made from them alone, are held back
    assert {hof[name] for name in ("Textstelle", "Paraphrase", "Generalisierung")} == {"(zurückgehalten)"}
    assert hof["Reduktion, Runde 1"] == "Wenig Ruhe"  # it rests on what others said, too
    Release.objects.create(collection=coded.collection, why="x", is_released=True)
    assert "Sitzgelegenheit" in ada.get(condensed.format("csv")).content.decode()


def test_every_file_of_the_table_says_the_same_and_who_took_it_is_logged(study, condensed, team, enter):
    from docx import Document

    from nahraum_site.records.models import LogEntry
    from tests.site.test_formulas import refuse_formulas

    ada = enter(team["Ada"])
    for kind in ("csv", "xlsx", "docx"):
        content = ada.get(condensed.format(kind)).content
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
    assert [each["Raum"] for each in rows_of(ada.get(condensed.format("csv") + "&space=Altstadt").content)] == [
        "Altstadt"
    ]
    told = LogEntry.objects.filter(action="condensed.taken")
    assert told.count() == 4
    assert told.first().after == {"kind": "csv", "whose": str(team["Ada"].pk)}
    # who codes blind takes the own table only, whatever is asked for; nonsense is refused in words
    assert "Platz" not in enter(team["Cem"]).get(condensed.format("csv")).content.decode()
    for wrong in ("&whose=alle", "&whose=²", "&space=Nirgendwo", "&category=quatsch"):
        assert enter(team["Cem"]).get(condensed.format("csv") + wrong).status_code == 302
    assert ada.get(condensed.format("pdf")).status_code == 404
    assert enter(team["Olga"]).get(condensed.format("csv")).status_code == 404


def strings_of(content):
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content))
    return [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value]


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


def test_a_long_table_comes_in_parts_and_asks_as_little_as_a_short_one(
    study, collections, system, team, enter, edition
):
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
    assert few <= 25, "with an edition published, as spaces have their names from its areas"
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
    assert asked(rseite="²", seite="-1")[1].count('class="reduced"') == 50
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
