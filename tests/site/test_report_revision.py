"""The scenario of the issue: a chapter with own text survives a revision of one value.

A correcting table goes through the wizard's actions, a new edition is drafted, the report takes its numbers: every
number changes, every sentence stays, the change is named.
"""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

from tests.site.cast import enter, forgetful, hire, words

__all__ = ["enter", "forgetful", "hire"]

OWN = "Diesen Satz hat eine Planerin geschrieben, mit Ümläuten und „Zitat“."
TEXT = (
    f"{OWN}\n\nIm Hafen sind {{{{wert: unemployment | 1306 | 2024}}}} arbeitslos, in Zahlen "
    "{{zähler: unemployment | 1306 | 2024}}; der Wert ist seit 2023 gesunken: "
    "{{veränderung: unemployment | 1306 | 2023 | 2024}}.\n\n"
    "Anderswo bleibt alles: {{wert: unemployment | 1101 | 2024}}.\n\n{{tabelle: unemployment | 13 | 2024}}"
)
WORKING_AGE = ("15 bis unter 18", "18 bis unter 25", "25 bis unter 45", "45 bis unter 65")


def quiet(_step, _share):
    """Tell nobody."""


@pytest.fixture(scope="module")
def working_age(site_town) -> int:
    """Return the people from 15 to 64 in area 1306 in 2024, as the workbook says."""
    sheet = load_workbook(site_town.parent / "data" / "bevoelkerung.xlsx", read_only=True)["2024"]
    rows = list(sheet.iter_rows(values_only=True))
    head = [str(cell).strip() for cell in rows[2]]
    area = next(row for row in rows[3:] if str(row[head.index("Nr.")]) == "1306")
    return sum(int(area[head.index(name)]) for name in WORKING_AGE)


@pytest.fixture
def corrected(edition, hire):
    """Deliver a table that corrects one value (19 unemployed in 1306 in 2024 become 38) and draft an edition."""
    from nahraum_site.indicators.actions import intake
    from nahraum_site.reports.actions import draft_edition
    from nahraum_site.sources import actions as sources

    clerk = hire("Klaus", "planner")
    upload = sources.take_file("korrektur.csv", [b"Quartier;Jahr;Arbeitslose\n1306;2024;38\n"], clerk)
    part = {
        "id": "jobs_corrected",
        "file": "korrektur.csv",
        "shape": "wide",
        "area": "Quartier",
        "period_column": "Jahr",
        "variables": {"unemployed": "Arbeitslose"},
    }
    sources.describe(upload, part, upload.version, clerk)
    intake.check(upload)
    upload.refresh_from_db()
    intake.correct(upload, ["jobs"], upload.version)
    intake.check(upload)
    upload.refresh_from_db()
    intake.ask_confirm(upload, clerk, "Meldefehler", version=upload.version, warnings_seen=True)
    return draft_edition(edition.recipe_version, reason="Korrektur", author=clerk, progress=quiet)


def percent(part, whole) -> str:
    return f"{100 * part / whole:.1f} %".replace(".", ",")


def said(answer) -> str:
    """Return what a page says, every blank the same."""
    return " ".join(words(answer).split())


def test_a_chapter_survives_a_revision_of_one_value(edition, corrected, working_age, hire, enter, client):
    from nahraum_site.reports import authoring, filling, queries

    paula = hire("Paula", "planner")
    report = authoring.begin(authoring.Begin(title="Sozialbericht", edition=edition), paula)
    chapter = authoring.add_chapter(report, title="Am Hafen", text="", user=paula)
    authoring.save_chapter(chapter, title="Am Hafen", text=TEXT, user=paula, version=1)
    before = {each.key: each for each in filling.used_of([chapter])}
    pages = enter(paula)
    text = said(pages.get(f"/berichte/{report.uuid}/lesen/"))
    assert percent(19, working_age) in text
    assert percent(38, working_age) not in text
    report.refresh_from_db()
    signed = enter(hire("Lena", "leader"))
    signed.post(f"/berichte/{report.uuid}/mitzeichnen/", {"office": "Jugendamt", "version": report.version})

    # first it is only shown ...
    address = f"/berichte/{report.uuid}/ausgabe/"
    shown = said(pages.get(f"{address}?zu={corrected.uuid}"))
    assert f"bisher {percent(19, working_age)}, jetzt {percent(38, working_age)}" in shown
    assert "bisher 19, jetzt 38" in shown
    assert "nachlesen" in shown or "noch einmal" in shown or "noch stimmt" in shown  # “gesunken” no longer holds
    assert "Inhalt hat sich geändert" in shown  # the table of the social space
    report.refresh_from_db()
    assert report.edition_id == edition.pk

    # ... then it is done: every number changes, every sentence stays, the change is named
    done = pages.post(address, {"zu": corrected.uuid, "version": report.version}, follow=True)
    report.refresh_from_db()
    chapter.refresh_from_db()
    assert report.edition_id == corrected.pk
    assert chapter.text == TEXT
    assert "jeder Satz ist geblieben" in words(done)
    assert f"jetzt {percent(38, working_age)}" in said(done)
    assert "galt der früheren Fassung" in words(done)
    now = {each.key: each for each in filling.used_of([chapter])}
    moved = {key for key in now if (now[key].words, now[key].content) != (before[key].words, before[key].content)}
    assert len(moved) == 4
    assert now.keys() - moved == {key for key in now if "|1101|" in key}
    text = said(pages.get(f"/berichte/{report.uuid}/lesen/"))
    assert OWN in text
    assert percent(38, working_age) in text
    assert percent(19, working_age) not in text.split("Anderswo")[0]
    switch = report.switches.get()
    assert (switch.before_id, switch.now_id, len(switch.changes)) == (edition.pk, corrected.pk, 4)
    assert [holds for _each, holds in queries.signatures(report, queries.fingerprint(report))] == [False]


def test_a_chapter_taken_up_again_brings_no_numbers_of_an_edition_that_it_left(edition, corrected, hire):
    """What it showed of a draft would stand beside the published numbers, for who may not see the draft."""
    from nahraum_site.reports import authoring, filling

    paula = hire("Paula", "planner")
    report = authoring.begin(authoring.Begin(title="Sozialbericht", edition=corrected), paula)
    chapter = authoring.add_chapter(report, title="Am Hafen", text="", user=paula)
    authoring.save_chapter(chapter, title="Am Hafen", text=TEXT, user=paula, version=1)
    draft = [each.words for each in filling.used_of([chapter])]
    authoring.remove_chapter(chapter, paula)
    report.refresh_from_db()
    authoring.switch_edition(report, edition, paula, report.version)
    chapter.refresh_from_db()
    authoring.take_up_chapter(chapter, paula)
    chapter.refresh_from_db()
    now = [each.words for each in filling.used_of([chapter])]
    assert now != draft
    assert "19" in now


def test_who_looked_at_an_older_state_does_not_switch(edition, corrected, hire, enter):
    from nahraum_site.reports import authoring

    paula = hire("Paula", "planner")
    report = authoring.begin(authoring.Begin(title="Sozialbericht", edition=edition), paula)
    authoring.add_chapter(report, title="Neu", text="{{wert: unemployment}}", user=paula)
    for version in (1, "9" * 5000):
        answer = enter(paula).post(f"/berichte/{report.uuid}/ausgabe/", {"zu": corrected.uuid, "version": version})
        report.refresh_from_db()
        assert "inzwischen geändert" in words(answer)
        assert report.edition_id == edition.pk


def test_the_report_that_follows_takes_the_new_numbers_and_names_what_changed(edition, corrected, hire):
    from nahraum_site.reports import authoring

    paula = hire("Paula", "planner")
    report = authoring.begin(authoring.Begin(title="Bericht 2025", edition=edition), paula)
    chapter = authoring.add_chapter(report, title="Am Hafen", text="", user=paula)
    authoring.save_chapter(chapter, title="Am Hafen", text=TEXT, user=paula, version=1)
    following = authoring.begin(authoring.Begin(title="Bericht 2026", edition=corrected, follows=report), paula)
    assert following.chapters.get().text == TEXT
    assert following.edition_id == corrected.pk
    assert len(following.switches.get().changes) == 4
    report.refresh_from_db()
    assert report.edition_id == edition.pk
