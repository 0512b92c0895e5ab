"""The summary grid: what each cell says, at every level, and whether it still holds."""

from __future__ import annotations

import html
import io
import re

from tests.site.cast import words
from tests.site.coding_fixtures import (
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
from tests.site.condensing_fixtures import (
    coded,
    rows_of,
    see,
    summarise,
)

__all__ = ["apart", "coded", "collections", "enter", "forgetful", "hire", "study", "system", "team", "text"]


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
    assert "neue Textstellen 1" in words(ada.get(at(study, "raster/")))
    assert summarise(ada, study, system, "Hafen", "Bedarfe", text="=Zu laut.").status_code == 302
    assert "neue Textstellen" not in words(ada.get(at(study, "raster/")))
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
    assert re.findall(r"(\d+) Textstelle", hafen) == ["3", "1", "2"]
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
    for nonsense in ("²", "-1", system["Wohnen"], "x" * 5000):
        assert "Bedarfe, insgesamt" not in words(ada.get(at(study, f"raster/?opened={nonsense}")))
    step(ada, study, text, start=3, end=8, category=system["Wohnen"])
    assert words(ada.get(answer.url)).count("neue Textstellen 1") == 1  # the whole, not the part it does not touch


def test_who_removes_a_summary_does_not_remove_what_somebody_wrote_meanwhile(study, text, coded, system, team, enter):
    from nahraum_site.voices.condensing.models import CellSummary

    see(study)
    ada, cem = enter(team["Ada"]), enter(team["Cem"])
    summarise(ada, study, system, "Hafen", "Bedarfe", text="Zu laut.")
    address = at(study, f"raster/zelle/?space=Hafen&category={system['Bedarfe']}")
    (shown,) = re.findall(r'name="remove" value="([^"]+)"', words(cem.get(address)))
    summarise(ada, study, system, "Hafen", "Bedarfe", text="Zu laut, und nachts am lautesten.")
    answer = cem.post(address, {"remove": shown}, follow=True)
    assert "inzwischen" in words(answer)
    assert "nachts am lautesten" in words(answer)
    (shown,) = re.findall(r'name="remove" value="([^"]+)"', words(answer))
    cem.post(address, {"remove": shown})
    assert not CellSummary.objects.exists()


def changed(study, user, *changes):
    from nahraum_site.voices.categories import actions, queries

    return actions.change(study, changes, queries.row_of(study).version, user)


def test_summaries_follow_merged_categories_and_none_is_lost(study, text, coded, system, team, enter):
    from nahraum.evidence.voices.categories import Merge
    from nahraum_site.voices.coding import counting
    from nahraum_site.voices.condensing import summaries

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
    assert "neue Textstellen 1" in hafen
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
    said = summaries.written(study, counting.table(study, "alle"), "alle")
    assert said["Hafen"][system["Verkehr"]] == "=Zu wenige Treffs"
    assert said["Altstadt"][system["Verkehr"]] is None  # one person said it
    # who wrote at the old place is told, keeps the words, and is led on
    assert cem.get(old).url.partition("category=")[2].startswith(system["Verkehr"])
    told = cem.post(old, given)
    assert told.status_code == 409
    for said in ("Cems neue Worte", "=Zu wenige Treffs", "Zu laut"):
        assert said in words(told)
    on = html.unescape(re.search(r'class="form beside" method="post" action="([^"]+)"', told.content.decode())[1])
    again = given | {"version": re.search(r'name="version" value="(\d+)"', told.content.decode())[1]}
    assert cem.post(on, again).status_code == 302


def test_summaries_are_moved_and_merged_again_removed_by_hand_and_go_with_their_texts(
    study, text, coded, system, collections, team, enter
):
    from nahraum.evidence.voices.categories import Merge, Move
    from nahraum_site.records import sealing
    from nahraum_site.voices.condensing.models import CellSummary
    from nahraum_site.voices.texts import forgetting

    see(study)
    ada, cem, rita = enter(team["Ada"]), enter(team["Cem"]), enter(team["Rita"])
    for start, name in ((24, "Verkehr"), (30, "Ressourcen")):
        step(ada, study, text, start=start, end=40, category=system[name])
    said = {"Wohnen": "Zu laut", "Verkehr": "Cems Worte", "Ressourcen": "Ein Treff"}
    for name, told in said.items():
        summarise(ada, study, system, "Hafen", name, text=told)
    summarise(ada, study, system, "Altstadt", "Wohnen", text="Keine Bank")
    old = at(study, f"raster/zelle/?space=Hafen&category={system['Wohnen']}")
    changed(study, team["Ada"], Merge(id=system["Wohnen"], into=system["Verkehr"]))
    (beside,) = CellSummary.objects.exclude(former="")
    changed(study, team["Ada"], Move(id=system["Verkehr"], parent=None))
    assert "Cems Worte" in words(ada.get(at(study, "raster/")))
    changed(study, team["Ada"], Merge(id=system["Verkehr"], into=system["Ressourcen"]))
    shown = words(ada.get(at(study, "raster/")))
    for told in ("Ein Treff", "„Wohnen“: Zu laut", "„Verkehr“: Cems Worte", "Keine Bank"):
        assert told in shown
    assert "Zu laut" in words(rita.get(cem.get(old).url))
    assert rita.post(cem.get(old).url, {"remove_merged": str(beside.uuid)}).status_code == 403
    assert cem.post(cem.get(old).url, {"remove_merged": str(beside.uuid)}).status_code == 302
    assert "Zu laut" not in words(ada.get(at(study, "raster/")))
    assert not CellSummary.objects.filter(pk=beside.pk).exists()
    forgetting.delete_texts(collections[0], "Café Hafen", team["Ada"])
    sealing.destroy(collections[0].uuid)
    shown = words(ada.get(at(study, "raster/")))
    assert "Aus der zusammengelegten Kategorie „Verkehr“: Grundlage wurde gelöscht" in shown
    assert "Cems Worte" not in shown
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
