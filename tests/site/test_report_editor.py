"""The report editor: an office's own words over an edition's numbers, chapter by chapter."""

from __future__ import annotations

import re

import pytest

from tests.site.cast import words
from tests.site.writers import TEXT, at, chapter, enter, forgetful, hire, of, paula, report

__all__ = ["chapter", "enter", "forgetful", "hire", "paula", "report"]


# Writing


def test_without_a_report_the_list_says_what_to_do(edition, paula, hire, enter):
    assert "Beginnen Sie einen" in words(enter(paula).get("/berichte/"))
    assert "Sobald jemand einen Bericht beginnt" in words(enter(hire("Lena", "leader")).get("/berichte/"))


def test_a_report_is_begun_and_written_through_the_pages(edition, paula, enter):
    from nahraum_site.reports.models import Report

    client = enter(paula)
    answer = client.post("/berichte/neu/", {"title": "Bericht", "edition": edition.uuid, "language": "de"})
    report = Report.objects.get()
    assert answer.headers["Location"] == at(report)
    answer = client.post(at(report, "kapitel/neu/"), {"title": "Am Hafen"})
    chapter = report.chapters.get()
    assert answer.headers["Location"] == of(chapter)
    answer = client.post(of(chapter), {"title": "Am Hafen", "text": TEXT, "version": 1}, follow=True)
    page = words(answer)
    assert "Als Fassung 2 gespeichert." in page
    assert "Gewerbegebiet Hafeninsel" in page
    assert "Jeder Platzhalter ist gefüllt." in page
    assert [(each.number, each.by) for each in chapter.versions.all()] == [(2, paula), (1, paula)]
    assert client.get(at(report)).status_code == 200


def test_an_authors_markup_stays_words_and_a_picture_cannot_reach_the_page(chapter, paula, enter):
    from nahraum_site.reports import authoring

    text = '<script>alert("x")</script> {{wert: <img src=x>}}\n\n{{karte: index}}'
    authoring.save_chapter(chapter, title="</h3><b>x", text=text, user=paula, version=2)
    for page in (of(chapter), at(chapter.report, "lesen/"), at(chapter.report), of(chapter, "verlauf/")):
        raw = enter(paula).get(page).content.decode()
        assert "<script>alert" not in raw, page
        assert "<img src=x" not in raw, page
        assert "<b>x" not in raw, page
        assert not re.search(r"<style|\sstyle=|\son\w+=|<svg", raw.split("<main")[1]), page
    assert 'src="data:image/svg+xml' in enter(paula).get(of(chapter)).content.decode()


def test_a_preview_is_filled_and_nothing_is_stored(chapter, paula, enter):
    sent = {"title": "Neu", "text": "Erste Zeile\n\n{{wert: gibtesnicht}}"}
    page = words(enter(paula).post(of(chapter, "vorschau/"), sent))
    assert "Zeile 3" in page
    assert "gibtesnicht" in page
    chapter.refresh_from_db()
    assert (chapter.version, chapter.text) == (2, TEXT)


def test_the_insert_bar_offers_what_the_core_knows(chapter, paula, enter):
    page = words(enter(paula).get(of(chapter)))
    for option in ('value="unemployment"', 'value="1306"', 'value="2024"', 'data-arguments="subject area period"'):
        assert option in page
    assert "{{wert: Indikator | Gebiet | Zeitraum}}" in page  # the grammar stands there without any script


def test_every_area_that_the_bar_offers_is_found_by_the_core(published):
    from nahraum.reports.lookup import find_spot
    from nahraum_site.reports.shown import choices

    offered = choices(published)
    known = {(area.level, area.key) for area in published.system.areas}
    found = {find_spot(published, value) for _level, areas in offered.areas for value, _words in areas}
    assert {(spot.level, spot.key) for spot in found if not spot.is_city} == {
        pair for pair in known if pair[0] != "city"
    }


def test_who_comes_second_sees_both_versions_and_loses_nothing(chapter, paula, hire, enter):
    rita = enter(hire("Rita", "researcher"))
    rita.post(of(chapter), {"title": "Am Hafen", "text": "Ritas Satz steht hier.", "version": 2})
    answer = enter(paula).post(of(chapter), {"title": "Am Hafen", "text": "Paulas Satz steht hier.", "version": 2})
    page = words(answer)
    assert answer.status_code == 409
    assert "Beide Fassungen stehen unten" in page
    assert "Ritas Satz steht hier." in page
    assert re.search(r"<textarea[^>]*>\s*Paulas Satz steht hier.</textarea>", page)
    assert "<del>" in page
    assert "<ins>" in page
    chapter.refresh_from_db()
    assert (chapter.version, chapter.text) == (3, "Ritas Satz steht hier.")
    enter(paula).post(of(chapter), {"title": "Am Hafen", "text": "Paulas Satz steht hier.", "version": 3})
    assert [each.text for each in chapter.versions.all()][:2] == ["Paulas Satz steht hier.", "Ritas Satz steht hier."]


def test_history_shows_differences_word_by_word_and_restores_as_a_new_version(chapter, paula, enter):
    from nahraum_site.reports import authoring

    authoring.save_chapter(chapter, title="Am Hafen", text=TEXT.replace("viel", "wenig"), user=paula, version=2)
    client = enter(paula)
    raw = client.get(of(chapter, "verlauf/")).content.decode()
    gone = re.findall(r"<del>.*?</span>(.*?)<span", raw)
    new = re.findall(r"<ins>.*?</span>(.*?)<span", raw)
    assert (gone, new) == (["viel"], ["wenig"])
    client.post(of(chapter, "wiederherstellen/"), {"fassung": 2, "version": 3})
    chapter.refresh_from_db()
    assert (chapter.version, chapter.text) == (4, TEXT)
    assert chapter.versions.first().restored == 2


def test_differences_together_are_both_texts():
    from nahraum_site.reports.differences import differences

    before, now = "Es sind {{wert: a | b}} Menschen.\nNeu.", "Es waren {{wert: a | c}} Menschen, immerhin.\nNeu."
    pieces = differences(before, now)
    assert "".join(piece for kind, piece in pieces if kind != "new") == before
    assert "".join(piece for kind, piece in pieces if kind != "gone") == now
    assert ("gone", "{{wert: a | b}}") in pieces


def test_chapters_move_go_and_come_back_with_their_history(report, paula, enter):
    client = enter(paula)
    client.post(at(report, "kapitel/neu/"), {"standard": "methode"})
    first, second = report.chapters.all()
    assert second.text == "{{kapitel: methode}}"
    client.post(of(second, "verschieben/"), {"wohin": "auf"})
    assert [each.pk for each in report.chapters.all()] == [second.pk, first.pk]
    client.post(of(second, "verschieben/"), {"wohin": "auf"})  # the first one stays where it is
    assert [each.pk for each in report.chapters.all()] == [second.pk, first.pk]
    client.post(of(first, "herausnehmen/"))
    assert "Herausgenommene Kapitel" in words(client.get(at(report)))
    client.post(of(first, "herausnehmen/"))
    first.refresh_from_db()
    assert first.removed_at is None
    assert first.versions.count() == 1


def test_the_log_holds_no_word_of_a_text(chapter, paula, enter):
    enter(paula).post(of(chapter, "kommentare/"), {"text": "Geheimes Wort", "quoted": "viel"})
    from nahraum_site.records.models import LogEntry

    told = str([(each.action, each.before, each.after) for each in LogEntry.objects.filter(actor=str(paula.uuid))])
    assert "chapter.saved" in told
    assert "comment.made" in told
    for word in ("Geheimes", "arbeitslos", "viel", "Hafen"):
        assert word not in told


# Comments


def test_comments_are_answered_and_done_by_those_who_may(chapter, paula, hire, enter):
    nora, lena = hire("Nora", "neighbourhood_manager"), hire("Lena", "leader")
    enter(nora).post(of(chapter, "kommentare/"), {"text": "Stimmt das?", "quoted": "viel"})
    comment = chapter.comments.get()
    enter(paula).post(of(chapter, "kommentare/"), {"text": "Ja, geprüft.", "answers": comment.uuid})
    page = words(enter(lena).get(of(chapter)))
    assert page.index("Stimmt das?") < page.index("Ja, geprüft.")
    assert enter(lena).post(of(chapter, f"kommentare/{comment.uuid}/")).status_code == 403
    assert "1 offener Kommentar" in words(enter(paula).get(at(chapter.report)))
    assert enter(nora).post(of(chapter, f"kommentare/{comment.uuid}/")).status_code == 302
    comment.refresh_from_db()
    assert comment.resolved_by == nora
    assert "<textarea" not in words(enter(nora).get(of(chapter))).split('id="kommentare"')[0]  # she does not write


def test_a_reader_cannot_store(chapter, hire, enter):
    nora = enter(hire("Nora", "neighbourhood_manager"))
    assert nora.post(of(chapter), {"title": "x", "text": "y", "version": 2}).status_code == 403
    chapter.refresh_from_db()
    assert chapter.text == TEXT


# Pages


@pytest.mark.parametrize(("page", "questions"), [("list", 16), ("report", 26), ("chapter", 22), ("advice", 16)])
def test_pages_ask_few_counted_questions(chapter, paula, enter, page, questions):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from nahraum_site.reports import advising, authoring

    client = enter(paula)
    for n in range(6):
        advising.recommend(text=f"Nr. {n}", addressed_to="Amt", areas=["1306"], report=chapter.report, user=paula)
        made = authoring.add_chapter(chapter.report, title=f"Kapitel {n}", text="", user=paula)
        authoring.comment(made, text="Gut", user=paula)
        first = authoring.comment(chapter, text="Gut", user=paula)
        authoring.comment(chapter, text="Auch", user=paula, answers=first)
    address = {"list": "/berichte/", "report": at(chapter.report), "chapter": of(chapter), "advice": "/empfehlungen/"}
    client.get(address[page])
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address[page]).status_code == 200
    assert len(asked) <= questions, [each["sql"][:140] for each in asked]


def test_wrong_addresses_are_not_found_and_never_an_error(chapter, paula, enter):
    client = enter(paula)
    assert client.get(at(chapter.report, "ausgabe/?zu=unsinn")).status_code == 404
    assert client.get("/empfehlungen/neu/?bericht=unsinn").status_code == 200
    assert client.get("/berichte/neu/?nach=unsinn").status_code == 200
    assert client.get(of(chapter, "verlauf/?fassung=unsinn")).status_code == 200
    sent = {"text": "x", "answers": "unsinn"}
    assert client.post(of(chapter, "kommentare/"), sent).status_code == 404
    assert client.post(of(chapter, "wiederherstellen/"), {"fassung": "x"}).status_code == 302
