"""A published report as a web page: the same words, numbers and pictures as the PDF, for everybody, for ever."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

import pypdf
import pytest

from tests.site.test_report_release import published_report
from tests.site.writers import chapter, enter, forgetful, hire, paula, report

__all__ = ["chapter", "enter", "forgetful", "hire", "paula", "report"]
pytestmark = pytest.mark.once

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def main(answer):
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def text(markup):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def numbers_of_pdf(path):
    """Return the numbers of a PDF, but for page numbers: those of the footer and of the table of contents."""
    pages = [page.extract_text().replace("\xad\n", "") for page in pypdf.PdfReader(path).pages]
    told = [page for page in pages if "\nInhalt" not in f"\n{page}"]
    assert len(pages) - len(told) == 1
    return set(NUMBER.findall(re.sub(r"Seite\s*\d+", " ", " ".join(told))))


def numbers_of_page(client, answer):
    """Return the numbers that the page and its pictures say."""
    shown = text(main(answer)) + text(answer.content.decode().partition("<footer")[2])
    pictures = set(re.findall(r'<img src="([^"]+\.svg)"', main(answer)))
    for address in pictures:
        svg = client.get(address)
        assert svg.headers["Content-Type"] == "image/svg+xml"
        shown += " " + text(re.sub(r"<style.*?</style>", "", svg.content.decode(), flags=re.DOTALL))
    return set(NUMBER.findall(shown))


def lacking(printed, shown):
    """Return numbers that are printed and not shown; two keys side by side on a map come out of a PDF as one number."""
    return {each for each in printed - shown if not (len(each) == 8 and {each[:4], each[4:]} <= shown)}


def test_every_number_of_the_standard_report_stands_on_its_page(client, edition):
    from django.conf import settings

    (address,) = re.findall(r'href="(/bericht/ausgabe/[0-9a-f-]+/)"', main(client.get("/bericht/")))
    answer = client.get(address)
    pdf = numbers_of_pdf(settings.FILES / str(edition.uuid) / "bericht.pdf")
    assert len(pdf) > 300
    assert lacking(pdf, numbers_of_page(client, answer)) == set()


def test_every_number_of_an_own_report_stands_on_its_page(chapter, hire, client):
    from nahraum_site.reports import authoring

    authoring.add_chapter(chapter.report, title="", text="{{kapitel: lebenslagen}}", user=chapter.report.author)
    chapter.report.refresh_from_db()
    report = published_report(chapter.report, hire("Vera", "releaser"))
    pdf = next(each.file for each in report.files.all() if each.file.name.endswith(".pdf"))
    answer = client.get(f"/bericht/{report.uuid}/")
    assert lacking(numbers_of_pdf(pdf.path), numbers_of_page(client, answer)) == set()
    page = main(answer)
    assert "Das ist <strong>viel</strong> für &lt;b&gt;ein&lt;/b&gt; Quartier" in page
    assert "/bericht/" in page
    assert {link.rpartition(".")[2] for link in re.findall(r'href="(/bericht/[0-9a-f-]+/[^"/]+)"', page)} == {
        "pdf",
        "docx",
    }
    assert f'href="/bericht/{report.uuid}/"' in main(client.get("/bericht/"))
    assert not re.search(r"(sozialbericht-2025|bericht)\.json", main(client.get("/bericht/")))


def test_headings_go_down_step_by_step_and_the_contents_lead_to_them(client, edition):
    page = main(client.get(f"/bericht/ausgabe/{edition.uuid}/"))
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    contents = page.partition('class="web__contents"')[2].partition("</nav>")[0]
    anchors = re.findall(r'href="#([^"]+)"', contents)
    assert len(anchors) > 5
    assert all(f'id="{anchor}"' in page for anchor in anchors)
    pictures = re.findall(r"<img[^>]*>", page)
    assert pictures
    assert all(len(re.search(r'alt="([^"]*)"', each)[1]) > 20 for each in pictures)
    assert page.count("<table") == page.count("<caption>")


def test_only_what_is_published_is_read(chapter, client, edition, hire):
    from django.urls import reverse

    from nahraum_site.indicators.models import Edition

    own, standard = (
        reverse("web-report", args=[chapter.report.uuid]),
        reverse("web-edition", args=[edition.uuid]),
    )
    assert client.get(own).status_code == 404
    published_report(chapter.report, hire("Vera", "releaser"))
    assert (client.get(own).status_code, client.get(standard).status_code) == (200, 200)
    assert client.get(f"{standard}bild/99999.svg").status_code == 404
    Edition.objects.filter(pk=edition.pk).update(withdrawn_at="2026-01-01T00:00Z")
    for address in (own, standard, f"{own}bild/0.svg", f"{standard}bild/0.svg"):
        assert client.get(address).status_code == 404, address


def test_a_superseded_report_leads_to_the_new_one(chapter, client, hire, paula):
    from nahraum_site.reports import authoring

    vera = hire("Vera", "releaser")
    first = published_report(chapter.report, vera)
    before = main(client.get(f"/bericht/{first.uuid}/"))
    wanted = authoring.Begin(title="Sozialbericht 2026", edition=first.edition, follows=first)
    following = published_report(authoring.begin(wanted, paula), vera)
    after = main(client.get(f"/bericht/{first.uuid}/"))
    assert f'href="/bericht/{following.uuid}/"' in after
    assert "abgelöst" in after
    assert before.partition('<div class="web"')[2] == after.partition('<div class="web"')[2]


@pytest.mark.parametrize("kind", ["own", "standard"])
def test_the_page_asks_few_counted_questions(chapter, client, edition, hire, kind):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/")  # the first visit loads what is held of the edition
    address = f"/bericht/ausgabe/{edition.uuid}/"
    if kind == "own":
        address = f"/bericht/{published_report(chapter.report, hire('Vera', 'releaser')).uuid}/"
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= 4, [each["sql"][:100] for each in asked]
