"""Told before it matters: open comments before a report leaves the house, until when a link works, what is required."""

import re

from tests.site.cast import words
from tests.site.writers import *  # noqa: F403
from tests.site.writers import at


def test_submitter_and_releaser_are_told_of_open_comments_until_they_are_settled(chapter, paula, hire, enter):
    from nahraum_site.reports import authoring, releasing

    writer, releaser, report = enter(paula), enter(hire("Vera", "releaser")), chapter.report
    assert "noch offen" not in words(writer.get(at(report)))
    said = authoring.comment(chapter, user=paula, quoted="", text="Stimmt die Zahl?", answers=None)
    assert "1 Kommentar ist noch offen." in words(writer.get(at(report)))
    releasing.submit(report, paula)
    page = words(releaser.get(at(report)))
    assert "1 Kommentar ist noch offen." in page
    assert page.index("noch offen") < page.index("Veröffentlichen")
    assert "Pflichtangabe" in page
    authoring.resolve_comment(said, paula)
    assert "noch offen" not in words(releaser.get(at(report)))


def test_the_page_with_an_invitation_says_until_when_it_works_and_can_be_copied(hire, enter):
    from django.utils import timezone

    from nahraum_site.accounts.models import OneTimeLink

    boss, bob = enter(hire("Anna", "administrator")), hire("Bob")
    page = words(boss.post(f"/menschen/{bob.uuid}/passwort/"))
    link = OneTimeLink.objects.get(user=bob)
    until = timezone.localtime(link.expires_at).strftime("%d.%m.%Y %H:%M")
    assert f"bis {until} Uhr" in page
    assert re.search(r'<button[^>]* hidden data-copy="link"', page)


def test_the_releasers_publication_asks_for_the_overview_and_the_pdf_is_named_only_where_it_is(edition, hire, enter):
    from nahraum_site.records import jobs
    from nahraum_site.records.models import Job
    from nahraum_site.reports import overview

    overview.ask(None)  # as the program does that serves a project file
    assert Job.objects.filter(kind="reports.overview", owner=None).count() == 1
    assert jobs.run_next()
    leader = enter(hire("Lena", "leader"))
    page = leader.get("/uebersicht/")
    assert page.status_code == 200  # no work is waited for
    assert "uebersicht.pdf" in words(page)
    made = overview.overview_of(overview.editions())
    made.file.path.unlink()
    assert "uebersicht.pdf" not in words(leader.get("/uebersicht/"))
