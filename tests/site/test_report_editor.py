"""The report editor: an office's own words over an edition's numbers, from the first chapter to the public page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.site.cast import enter, forgetful, hire, words

__all__ = ["enter", "forgetful", "hire"]

TEXT = (
    "In {{gebiet: 1306}} sind {{wert: unemployment | 1306 | 2024}} arbeitslos, in der Stadt "
    "{{wert: unemployment | Stadt | 2024}}. Das ist **viel** für <b>ein</b> Quartier.\n\n{{tabelle: index}}"
)


@pytest.fixture
def paula(edition, hire):
    """Return the planner who writes."""
    return hire("Paula", "planner")


@pytest.fixture
def report(edition, paula):
    """Return a report with one chapter."""
    from nahraum_site.reports import authoring

    made = authoring.begin(authoring.Begin(title="Sozialbericht 2025", edition=edition), paula)
    authoring.add_chapter(made, title="Am Hafen", text="", user=paula)
    return made


@pytest.fixture
def chapter(report, paula):
    """Return its chapter, written."""
    from nahraum_site.reports import authoring

    found = report.chapters.get()
    authoring.save_chapter(found, title="Am Hafen", text=TEXT, user=paula, version=1)
    return found


def at(report, rest="") -> str:
    return f"/berichte/{report.uuid}/{rest}"


def of(chapter, rest="") -> str:
    return at(chapter.report, f"kapitel/{chapter.uuid}/{rest}")


def entries(action):
    from nahraum_site.records.models import LogEntry

    return list(LogEntry.objects.filter(action=action).order_by("number"))


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


# Co-signing, review, publication


def signed(report):
    from nahraum_site.reports import queries

    return [(each.office, holds) for each, holds in queries.signatures(report, queries.fingerprint(report))]


def test_a_co_signature_holds_for_what_was_read_and_for_nothing_later(chapter, paula, hire, enter):
    from nahraum_site.reports import authoring

    report, lena = chapter.report, hire("Lena", "leader")
    report.refresh_from_db()
    stale = enter(lena).post(at(report, "mitzeichnen/"), {"office": "Jugendamt", "version": 1}, follow=True)
    assert "Bitte lesen Sie ihn noch einmal" in words(stale)
    enter(lena).post(at(report, "mitzeichnen/"), {"office": "Jugendamt", "version": report.version})
    assert signed(report) == [("Jugendamt", True)]
    authoring.save_chapter(chapter, title="Am Hafen", text=TEXT + " Neu.", user=paula, version=2)
    assert signed(report) == [("Jugendamt", False)]
    assert "galt der früheren Fassung" in words(enter(paula).get(at(report)))
    authoring.restore_chapter(chapter, 2, paula, 3)
    assert signed(report) == [("Jugendamt", True)]  # the very same words again


def test_nobody_publishes_what_they_wrote(report, paula, hire, enter):
    from nahraum_site.reports import authoring, releasing

    both = hire("Bea", "planner", "releaser")
    authoring.add_chapter(report, title="Von Bea", text="", user=both)
    releasing.submit(report, paula)
    answer = enter(both).post(at(report, "veroeffentlichen/"), {"words": "gut"})
    assert answer.status_code == 403


def test_gaps_need_a_reason_and_the_text_rests_in_review(chapter, paula, hire, enter):
    from nahraum_site.reports import authoring, releasing

    authoring.save_chapter(chapter, title="Am Hafen", text="{{wert: gibtesnicht}}", user=paula, version=2)
    releasing.submit(chapter.report, paula)
    answer = enter(paula).post(of(chapter), {"title": "x", "text": "y", "version": 3})
    assert answer.status_code == 409
    assert ">y</textarea>" in words(answer) or "ruht" in words(answer)
    refused = enter(hire("Vera", "releaser")).post(at(chapter.report, "veroeffentlichen/"), {"words": "gut"})
    assert refused.status_code == 422
    assert "1 Platzhalter ließen sich nicht füllen" in words(refused)


def published_report(report, by, **said):
    """Publish a report as the worker does."""
    from nahraum_site.reports import releasing

    if report.can_change:
        releasing.submit(report, report.author)
    releasing.publish(report, by, said.get("words", "Geprüft."), said.get("gaps", ""), lambda _step, _share: None)
    report.refresh_from_db()
    return report


def test_a_published_report_is_public_never_changes_and_is_superseded_visibly(chapter, paula, hire, enter, client):
    from nahraum_site.records import jobs
    from nahraum_site.reports import authoring, releasing

    report, vera = chapter.report, hire("Vera", "releaser")
    releasing.cosign(report, hire("Lena", "leader"), "Jugendamt", _fresh(report).version)
    releasing.submit(report, paula)
    assert report.title not in words(client.get("/bericht/"))
    answer = enter(vera).post(at(report, "veroeffentlichen/"), {"words": "Geprüft."})
    assert "/arbeit/" in answer.headers["Location"]
    assert jobs.run_next()
    report.refresh_from_db()
    assert report.stage == "published"
    page = words(client.get("/bericht/"))
    assert report.title in page
    links = re.findall(r'href="(/bericht/[0-9a-f-]+/[^"]+)"', page)
    assert sorted(link.rsplit(".")[-1] for link in links) == ["docx", "pdf"]
    first = {link: b"".join(client.get(link).streaming_content) for link in links}
    assert next(content for link, content in first.items() if link.endswith(".pdf")).startswith(b"%PDF")
    # nothing changes it any more
    before = chapter.text
    enter(paula).post(of(chapter), {"title": "x", "text": "y", "version": chapter.version})
    enter(paula).post(of(chapter, "kommentare/"), {"text": "zu spät"})
    chapter.refresh_from_db()
    assert (chapter.text, chapter.comments.count()) == (before, 0)
    # the next one supersedes it, and its files stay as they are
    wanted = authoring.Begin(title="Sozialbericht 2026", edition=report.edition, follows=report)
    following = authoring.begin(wanted, paula)
    assert [each.text for each in following.chapters.all()] == [before]
    published_report(following, vera)
    page = words(client.get("/bericht/"))
    assert "abgelöst durch „Sozialbericht 2026“" in page
    assert page.index("Sozialbericht 2026") < page.index("Sozialbericht 2025")
    assert {link: b"".join(client.get(link).streaming_content) for link in links} == first


def test_a_report_goes_with_its_edition_when_that_is_withdrawn(chapter, paula, hire, enter, client):
    from nahraum_site.indicators.actions.editions import withdraw_edition

    vera = hire("Vera", "releaser")
    report = published_report(chapter.report, vera)
    file = report.files.first()
    address = f"/bericht/{file.uuid}/{file.file.name}"
    assert client.get(address).status_code == 200
    assert client.get(address.replace(".", "x.")).status_code == 404
    assert "schon veröffentlicht" in words(enter(paula).get(at(report, "entwurf.pdf"), follow=True))
    withdraw_edition(report.edition, vera, "Fehler im Schutz")
    assert client.get(address).status_code == 404
    assert report.title not in words(client.get("/bericht/"))


def _fresh(thing):
    thing.refresh_from_db()
    return thing


def test_a_report_over_a_draft_edition_is_not_published(chapter, paula, hire):
    from nahraum.base import WrongRequest
    from nahraum_site.indicators.models import Edition
    from nahraum_site.reports import releasing

    releasing.submit(chapter.report, paula)
    Edition.objects.filter(pk=chapter.report.edition_id).update(stage="draft", published_at=None)
    chapter.report.edition.refresh_from_db()
    with pytest.raises(WrongRequest, match="nicht veröffentlicht"):
        releasing.publish(chapter.report, hire("Vera", "releaser"), "gut", "", lambda _step, _share: None)
    assert not chapter.report.files.exists()


def test_a_draft_says_that_it_is_one_and_the_log_says_who_took_it(chapter, paula, enter, tmp_path):
    import pypdf

    answer = enter(paula).get(at(chapter.report, "entwurf.pdf"))
    path = tmp_path / "entwurf.pdf"
    path.write_bytes(b"".join(answer.streaming_content))
    first = pypdf.PdfReader(path).pages[0].extract_text()
    assert "Entwurf: Sozialbericht 2025" in first
    assert "nicht freigegeben" in " ".join(first.split())
    assert [entry.after["format"] for entry in entries("report.exported")] == [".pdf"]
    assert enter(paula).get(at(chapter.report, "entwurf.exe")).status_code == 404


def test_drafts_are_not_found_by_guessing(chapter, hire, enter, client):
    for page in (at(chapter.report), of(chapter), at(chapter.report, "lesen/"), at(chapter.report, "entwurf.pdf")):
        assert client.get(page).status_code == 302
        assert enter(hire(f"Petra{page[-9:-1]}", "partner")).get(page).status_code == 403


# Recommendations


def test_recommendations_are_carried_into_the_next_report_with_what_became_of_them(chapter, paula, hire, enter):
    from nahraum_site.reports import advising, authoring, filling

    report = chapter.report
    client = enter(paula)
    sent = {"text": "Mehr Kitaplätze", "addressed_to": "Jugendamt", "areas": ["1306"], "report": report.uuid}
    assert client.post("/empfehlungen/neu/", sent).status_code == 302
    item = report.recommendations.get()
    published_report(report, hire("Vera", "releaser"))
    wanted = authoring.Begin(title="Sozialbericht 2026", edition=report.edition, follows=report)
    following = authoring.begin(wanted, paula)
    advising.recommend(text="Neue Buslinie", addressed_to="Verkehr", areas=[], report=following, user=paula)
    tomorrow = filling.today() + timedelta(days=1)
    news = {"status": "dropped", "outcome": "", "told_on": tomorrow.isoformat(), "version": 1}
    refused = client.post(f"/empfehlungen/{item.uuid}/", news)
    assert "Bitte sagen Sie, warum" in words(refused)
    client.post(f"/empfehlungen/{item.uuid}/", {**news, "status": "under_way", "outcome": "Zwei Gruppen im Bau"})
    page = words(client.get(at(following, "lesen/")))
    new, old = page.split("Was aus früheren Empfehlungen geworden ist")
    assert "Neue Buslinie" in new
    assert "Mehr Kitaplätze" in old
    assert "Zwei Gruppen im Bau" in old
    # what the published one printed stays, whatever is told later
    printed = words(client.get(at(report, "lesen/")))
    assert "Mehr Kitaplätze" in printed
    assert "Zwei Gruppen im Bau" not in printed
    # even if somebody took the row away, what a report printed is carried on
    item.news.all().delete()
    item.delete()
    assert "Mehr Kitaplätze" in [each.text for each in filling.carried(following).items]


def test_recommendations_of_another_draft_are_not_printed(report, paula, edition):
    from nahraum_site.reports import advising, authoring, filling

    other = authoring.begin(authoring.Begin(title="Anderer", edition=edition), paula)
    advising.recommend(text="Nur dort", addressed_to="Amt", areas=[], report=other, user=paula)
    assert filling.carried(report).items == ()
    assert [each.text for each in filling.carried(other).items] == ["Nur dort"]


def test_recommendations_are_filtered(report, paula, enter):
    from nahraum_site.reports import advising

    for text, areas in (("Eins", ["1306"]), ("Zwei", [])):
        advising.recommend(text=text, addressed_to="Amt", areas=areas, report=report, user=paula)
    client = enter(paula)
    assert "Zwei" not in words(client.get("/empfehlungen/?gebiet=1306")).split("<table")[1]
    assert "Keine Empfehlung passt" in words(client.get("/empfehlungen/?status=done"))
    assert "Eins" not in words(client.get("/empfehlungen/?suche=zwei")).split("<table")[1]


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
