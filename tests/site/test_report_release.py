"""A report on its way out: co-signed, reviewed by others, published once; recommendations go from report to report."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.site.cast import words
from tests.site.writers import TEXT, at, chapter, enter, forgetful, hire, of, paula, report

__all__ = ["chapter", "enter", "forgetful", "hire", "paula", "report"]


def entries(action):
    from nahraum_site.records.models import LogEntry

    return list(LogEntry.objects.filter(action=action).order_by("number"))


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


def test_a_draft_over_a_withdrawn_edition_is_read_in_planning_only(chapter, paula, hire, enter):
    from nahraum_site.indicators.actions.editions import withdraw_edition

    vera, rita = hire("Vera", "releaser"), hire("Rita", "researcher")
    report = chapter.report
    pages = (at(report), at(report, "lesen/"), at(report, "entwurf.docx"), of(chapter))
    assert [enter(rita).get(page).status_code for page in pages[:2]] == [200, 200]
    withdraw_edition(report.edition, vera, "Fehler im Schutz")
    assert {enter(rita).get(page).status_code for page in pages} == {404}
    assert enter(paula).get(at(report)).status_code == 200


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


# Four eyes, whatever somebody did to the report


def touched(report, user, how):
    """Let somebody have had a hand in a report."""
    from nahraum_site.reports import authoring

    chapter = report.chapters.filter(removed_at=None).first()
    report.refresh_from_db()
    if how == "authored":
        type(report).objects.filter(pk=report.pk).update(author=user)
    elif how == "renamed":
        authoring.describe(report, title="Neu", note="", user=user, version=report.version)
    elif how == "wrote":
        authoring.save_chapter(chapter, title="A", text="B", user=user, version=chapter.version)
    elif how == "restored":
        authoring.restore_chapter(chapter, 1, user, chapter.version)
    elif how == "added and took out":
        authoring.remove_chapter(authoring.add_chapter(report, title="x", text="", user=user), user)
    elif how == "moved":
        authoring.add_chapter(report, title="x", text="", user=report.author)
        authoring.move_chapter(chapter, up=False, user=user)
    elif how == "took out":
        authoring.remove_chapter(authoring.add_chapter(report, title="x", text="", user=report.author), user)


@pytest.mark.parametrize("how", ["authored", "renamed", "wrote", "restored", "added and took out", "moved", "took out"])
def test_whoever_had_a_hand_in_a_report_neither_publishes_nor_returns_it(chapter, paula, hire, enter, how):
    from django.core.exceptions import PermissionDenied

    from nahraum_site.reports import releasing

    report, both = chapter.report, hire("Bea", "planner", "releaser")
    touched(report, both, how)
    report.refresh_from_db()
    releasing.submit(report, both)
    client = enter(both)
    for which in ("veroeffentlichen/", "zurueckgeben/"):
        assert client.post(at(report, which), {"words": "gut", "gaps": "egal"}).status_code == 403
    assert "veroeffentlichen/" not in words(client.get(at(report)))
    with pytest.raises(PermissionDenied):  # also where a job was asked for before
        releasing.publish(report, both, "gut", "", lambda _step, _share: None)
    report.refresh_from_db()
    assert report.stage == "review"
    assert hire("Vera", "releaser").has_perm("reports.review", report)


def test_comments_and_a_co_signature_are_no_hand_in_it(chapter, hire):
    from nahraum_site.reports import authoring, releasing

    vera = hire("Vera", "releaser")
    authoring.comment(chapter, text="Bitte prüfen", user=vera)
    chapter.report.refresh_from_db()
    releasing.cosign(chapter.report, vera, "Dezernat", chapter.report.version)
    assert vera.has_perm("reports.review", chapter.report)


# Guessing addresses


def test_no_address_sends_a_file_that_is_no_file_of_a_published_report(chapter, paula, hire, enter):
    from nahraum_site.records import files
    from nahraum_site.reports.models import ReportFile

    report = chapter.report
    kept = files.keep("bericht.pdf", [b"%PDF geheim"], paula)
    found = ReportFile.objects.create(report=report, file=kept)
    everybody = [enter(), enter(hire("Lena", "leader")), enter(hire("Paul", "partner")), enter(paula)]
    for mark in {found.uuid, kept.uuid, report.uuid, chapter.uuid, report.edition.uuid}:
        for client in everybody:
            for address in (f"/bericht/{mark}/bericht.pdf", f"/dateien/{mark}/bericht.pdf"):
                assert client.get(address).status_code == 404, address
    type(report).objects.filter(pk=report.pk).update(stage="published", published_at="2026-01-01T00:00Z")
    assert enter().get(f"/bericht/{found.uuid}/bericht.pdf").status_code == 200
    for name in ("bericht.docx", "../secret-key", "..%2Fsecret-key", "bericht.pdf%00", "."):
        assert enter().get(f"/bericht/{found.uuid}/{name}").status_code == 404
    type(report.edition).objects.filter(pk=report.edition_id).update(withdrawn_at="2026-01-01T00:00Z")
    assert enter().get(f"/bericht/{found.uuid}/bericht.pdf").status_code == 404


def test_a_chapter_is_reached_through_its_own_report_only(chapter, paula, hire, enter):
    """The uuid of a report that one may see opens no chapter, comment or version of another."""
    from nahraum_site.reports import authoring
    from nahraum_site.reports.models import Report

    other = Report.objects.create(title="Anderer", edition=chapter.report.edition, author=paula)
    theirs = authoring.add_chapter(other, title="x", text="y", user=paula)
    said = authoring.comment(theirs, text="z", user=paula)
    client = enter(paula)
    for rest in ("", "verlauf/"):
        assert client.get(f"/berichte/{chapter.report.uuid}/kapitel/{theirs.uuid}/{rest}").status_code == 404
    for rest in ("vorschau/", "verschieben/", "herausnehmen/", "wiederherstellen/", "kommentare/"):
        answer = client.post(f"/berichte/{chapter.report.uuid}/kapitel/{theirs.uuid}/{rest}", {"text": "x"})
        assert answer.status_code == 404, rest
    address = f"/berichte/{chapter.report.uuid}/kapitel/{chapter.uuid}/kommentare/"
    assert client.post(f"{address}{said.uuid}/").status_code == 404
    assert client.post(address, {"text": "Antwort", "answers": str(said.uuid)}).status_code == 404


def test_who_reviews_is_told_on_the_first_page_what_waits(chapter, paula, hire, enter):
    from nahraum_site.reports import releasing

    vera = hire("Vera", "releaser")
    both = hire("Bea", "planner", "releaser")
    assert "Wartet auf Ihre Prüfung" not in words(enter(vera).get("/"))
    releasing.submit(chapter.report, paula)
    page = words(enter(vera).get("/"))
    assert page.index("Wartet auf Ihre Prüfung") < page.index(chapter.report.title)
    for other in (paula, both, hire("Lena", "leader")):
        assert ("Wartet auf Ihre Prüfung" in words(enter(other).get("/"))) is (other is both)


def test_who_reviews_the_first_edition_is_told_so_before_anything_is_public(edition, hire, enter):
    from nahraum_site.indicators.models import Edition

    Edition.objects.filter(pk=edition.pk).update(stage=Edition.Stage.REVIEW, published_at=None)
    page = words(enter(hire("Vera", "releaser")).get("/"))
    assert page.index("Wartet auf Ihre Prüfung") < page.index("<h1>Noch nichts veröffentlicht")
