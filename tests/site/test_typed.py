"""What was typed is not lost when a session ends: the way back to the form, and when the browser may forget."""

from tests.site.cast import hidden, words
from tests.site.wizard import form_of
from tests.site.writers import *  # noqa: F403
from tests.site.writers import at, of

SLOT = "nahraum-kept:/berichte/x/|a|1"


def test_without_a_session_one_comes_back_to_the_form_and_never_to_another_site(chapter, enter):
    stranger = enter()
    for referrer, target in (
        (f"http://testserver{of(chapter)}", of(chapter)),
        ("https://boese.example/falle/", "/"),
        ("", "/"),
    ):
        answer = stranger.post(of(chapter, "kommentare/"), {"text": "Wort"}, headers={"referer": referrer})
        assert answer.headers["Location"] == f"/anmelden/?next={target}"


def test_the_browser_forgets_what_was_stored_once_and_only_then(chapter, paula, enter):
    client = enter(paula)
    typed = {"title": "Am Hafen", "text": "Neu", "version": chapter.version, "kept": SLOT}
    assert client.post(of(chapter), typed).status_code == 302
    assert f'data-saved="{SLOT}"' in words(client.get(of(chapter)))
    assert "data-saved" not in words(client.get(of(chapter)))
    assert client.post(of(chapter), typed).status_code == 409  # somebody was quicker: nothing was stored
    assert "data-saved" not in words(client.get(of(chapter)))


def test_a_refusal_told_after_a_redirect_is_no_success_and_is_told(report, paula, enter):
    client = enter(paula)
    chapter = report.chapters.get()
    client.post(of(chapter, "wiederherstellen/"), {"fassung": "99", "version": "1", "kept": SLOT})
    page = words(client.get(of(chapter)))
    assert "told__error" in page
    assert "data-saved" not in page


def test_title_and_note_typed_while_a_chapter_was_stored_can_be_stored(chapter, paula, enter):
    from nahraum_site.reports import authoring

    client, report = enter(paula), chapter.report
    typed = {"title": "Neuer Titel", "note": "Bitte kürzen", "version": report.version}
    authoring.save_chapter(chapter, title="Am Hafen", text="Neu", user=paula, version=chapter.version)
    answer = client.post(at(report, "beschreiben/"), typed)
    page = words(answer)
    assert answer.status_code == 409
    assert 'value="Neuer Titel"' in page
    assert "Bitte kürzen</textarea>" in page
    assert "<dt>Titel</dt><dd>Sozialbericht 2025</dd>" in page  # what is stored now, beside it
    assert client.post(at(report, "beschreiben/"), form_of(answer, "beschreiben/")).status_code == 302
    report.refresh_from_db()
    assert (report.title, report.note) == ("Neuer Titel", "Bitte kürzen")


def test_title_and_note_typed_while_the_report_was_submitted_stay_in_sight(chapter, paula, enter):
    from nahraum_site.reports import releasing

    client = enter(paula)
    releasing.submit(chapter.report, paula)
    typed = {"title": "Neuer Titel", "note": "", "version": chapter.report.version}
    answer = client.post(at(chapter.report, "beschreiben/"), typed)
    assert answer.status_code == 422
    assert 'value="Neuer Titel"' in words(answer)
    assert "Er lässt sich nicht mehr ändern" in words(answer)


def test_news_typed_while_somebody_else_told_some_can_be_stored(report, paula, enter):
    from nahraum_site.reports import advising, filling

    item = advising.recommend(text="Kitaplätze", addressed_to="Amt", areas=[], report=report, user=paula)
    client, path = enter(paula), f"/empfehlungen/{item.uuid}/"
    news = {"status": "done", "outcome": "Alle gebaut", "told_on": filling.today().isoformat()}
    news["version"] = hidden(client.get(path), "version")
    advising.tell(
        item, status="under_way", outcome="Zwei im Bau", told_on=filling.today(), user=paula, version=item.version
    )
    answer = client.post(path, news)
    assert answer.status_code == 409
    assert "Alle gebaut</textarea>" in words(answer)
    assert "<dd>Zwei im Bau</dd>" in words(answer)
    assert client.post(path, form_of(answer)).status_code == 302
    assert [each.outcome for each in item.news.all()] == ["Alle gebaut", "Zwei im Bau"]


def test_a_preview_without_a_session_says_so_in_its_place(chapter, enter):
    answer = enter().post(of(chapter, "vorschau/"), {"text": "Neu"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "Sie sind nicht mehr angemeldet" in words(answer)
    assert "<html" not in words(answer)


def test_the_forgery_page_is_ours_and_leads_back(chapter, paula, hire):
    from django.test import Client

    from tests.site.cast import PASSWORD

    client = Client()
    client.post("/anmelden/", {"login": paula.email, "password": PASSWORD})
    client.handler.enforce_csrf_checks = True
    answer = client.post(of(chapter), {"text": "Neu"}, headers={"referer": f"http://testserver{of(chapter)}"})
    page = words(answer)
    assert answer.status_code == 403
    assert "Es wurde nichts gespeichert." in page
    assert f'href="{of(chapter)}"' in page
    assert "DEBUG" not in page
    assert "keep.mjs" in page


def test_password_forms_are_never_kept(hire, enter):
    import re

    from nahraum_site.config import settings

    for template in settings.BASE.rglob("templates/account*/**/*.html"):
        assert "data-keep" not in re.sub("data-kept-note", "", template.read_text()), template


def test_a_sentence_translated_late_is_told_after_a_form_was_stored(chapter, paula, enter, monkeypatch):
    from django.utils.translation import gettext_lazy

    from nahraum_site.reports import chapter_views

    monkeypatch.setattr(chapter_views, "_", lambda _words: Lazily(gettext_lazy("Saved.")))
    client = enter(paula)
    typed = {"title": "Am Hafen", "text": "Neu", "version": chapter.version, "kept": SLOT}
    assert client.post(of(chapter), typed).status_code == 302
    assert "Gespeichert." in words(client.get(of(chapter)))


class Lazily:
    """A sentence whose `format` stays lazy, as Django's own sentences with numbers do."""

    def __init__(self, words):
        self.words = words

    def format(self, **_values):
        return self.words
