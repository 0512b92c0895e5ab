"""Every page answers, says what it must, and asks the database a counted number of questions."""

import json
import re
from html import unescape

import pytest

from tests.site.cast import enter, forgetful, hire

__all__ = ["enter", "forgetful", "hire"]

PAGES = ("/", "/atlas/", "/gebiete/", "/gebiete/1306/", "/methode/", "/bericht/")


def test_before_anything_is_published_every_page_says_what_to_do(empty):
    from django.utils import timezone

    from nahraum_site.indicators.models import Edition

    Edition.objects.update(withdrawn_at=timezone.now())
    for page in ("/", "/atlas/", "/gebiete/", "/methode/", "/bericht/"):
        words = unescape(empty.get(page).content.decode())
        assert "Sobald die erste Ausgabe veröffentlicht ist" in words, page
        assert "nahraum serve" not in words, page


@pytest.mark.parametrize("page", PAGES)
def test_pages_carry_source_date_licence_and_protection(client, page):
    response = client.get(page)
    words = unescape(response.content.decode())
    assert response.status_code == 200
    for part in ("Stadt Musterstadt", "31. März 2025", "Lizenz", "Geschützt: Anzahlen von 1 bis 2", "Erfundene Stadt"):
        assert part in words, part
    assert 'lang="de"' in words


@pytest.mark.parametrize("page", PAGES)
def test_no_page_may_run_or_fetch_anything_foreign(client, page):
    response = client.get(page)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    text = response.content.decode()
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', text)
    assert not re.search(r"<style|\sstyle=|\son\w+=", text)


@pytest.mark.parametrize(
    ("page", "questions"),
    [
        ("/", 2),
        # the first time three more than the view asks: whether the page is kept (test_kept.py)
        ("/atlas/", 8),  # layers of the map, too
        ("/atlas/?zeige=unemployment&zeit=2020", 8),
        ("/gebiete/", 5),
        ("/gebiete/1306/", 9),  # the spine asks where all other areas stand
        ("/methode/", 5),
        ("/bericht/", 4),  # earlier editions, too
    ],
)
def test_pages_ask_few_counted_questions(client, edition, page, questions):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for address in ("/atlas/", "/gebiete/", "/gebiete/1306/"):  # what an edition holds for ever is asked once
        client.get(address, {"ausgabe": edition.uuid})
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get(page)
    assert len(asked) <= questions, [each["sql"][:120] for each in asked]


def test_english_is_complete(client):
    client.cookies["nahraum_language"] = "en"
    for page in PAGES:
        text = unescape(client.get(page).content.decode())
        assert 'lang="en"' in text
        for german in (
            "Gebiete</a>",
            "Zum Inhalt",
            "Stand ",
            "Rang</th>",
            "geschützt",
            "Klassen",
            "Bruch:",
            "weit über",
        ):
            assert german not in text, (page, german)


def test_the_language_is_remembered_and_leads_nowhere_else(client):
    response = client.post("/sprache/", {"language": "en", "next": "/atlas/"})
    assert response.headers["Location"] == "/atlas/"
    assert client.post("/sprache/", {"language": "en", "next": "https://example.org/"}).headers["Location"] == "/"
    assert client.get("/sprache/").status_code == 405


def test_the_address_holds_the_view(client):
    text = unescape(client.get("/atlas/?zeige=sports&zeit=2019").content.decode())
    assert "Sportvereinen, 2019" in text
    assert re.search(r'<option value="sports" selected>', text)


def test_an_unknown_view_falls_back_and_an_unknown_area_is_not_found(client):
    assert client.get("/atlas/?zeige=quatsch&zeit=1820").status_code == 200
    assert client.get("/gebiete/9999/").status_code == 404
    assert "Seite nicht gefunden" in client.get("/nirgends/").content.decode()


def test_areas_are_found_by_name_space_and_number(client):
    for words in ("hafeninsel", "1306"):
        text = client.get("/gebiete/", {"suche": words}).content.decode()
        assert "Gewerbegebiet Hafeninsel" in text
    assert "Kein Gebiet dieses Namens" in client.get("/gebiete/", {"suche": "xyz"}).content.decode()


def test_no_small_count_reaches_a_page_or_the_database(edition):
    from nahraum_site.indicators.models import Cell

    assert not Cell.objects.filter(numerator__gt=0, numerator__lt=3).exists()
    assert Cell.objects.filter(state=3).exists()
    assert not Cell.objects.filter(state=3, value__isnull=False).exists()


def test_the_origin_of_a_protected_value_is_not_shown(client, edition):
    from nahraum_site.indicators.models import Cell

    cell = Cell.objects.filter(state=3, area__key="1306", period="2024", layer__kind="indicator").first()
    text = client.get("/gebiete/1306/").content.decode()
    row = text[text.index(f">{cell.layer.name}") :].split("</tr>")[0]
    assert "geschützt" in row
    assert "<details>" not in row


def test_boundaries_are_geojson_that_may_be_kept(client, edition):
    response = client.get(f"/atlas/{edition.uuid}/gebiete.json")
    found = json.loads(response.content)
    assert len(found["areas"]["features"]) == 77
    assert "immutable" in response.headers["Cache-Control"]
    longitude, latitude = found["areas"]["features"][0]["geometry"]["coordinates"][0][0][:2]
    assert 5 < longitude < 15
    assert 47 < latitude < 56


def test_files_are_sent_whole(client, edition):
    import hashlib

    files = list(edition.files.all())
    assert {"bericht.pdf", "bericht.docx", "tabellen.xlsx", "sozialindex.gpkg", "werte.csv", "herkunft.json"} <= {
        file.name for file in files
    }
    for file in files:
        content = b"".join(client.get(f"/dateien/{file.uuid}/{file.name}").streaming_content)
        assert hashlib.sha256(content).hexdigest() == file.sha256
    assert client.get(f"/dateien/{files[0].uuid}/..%2f..%2fsecret-key").status_code == 404


def test_the_same_project_is_not_computed_twice(edition, site_town):
    from nahraum_site.reports.actions import publish_project

    again, fresh = publish_project(site_town, None, lambda _step, _share: None)
    assert (again.pk, fresh) == (edition.pk, False)


def test_a_publication_that_fails_leaves_nothing(edition, published, monkeypatch):
    from django.conf import settings
    from django.utils import timezone

    from nahraum_site.indicators.assembly import stock
    from nahraum_site.indicators.models import Cell, Edition
    from nahraum_site.reports import actions

    before = (Edition.objects.count(), Cell.objects.count(), sorted(path.name for path in settings.FILES.iterdir()))

    def power_cut(*_arguments):
        raise RuntimeError("power cut")

    monkeypatch.setattr(actions, "_stored", power_cut)
    with pytest.raises(RuntimeError):
        actions.store(
            published,
            stock(),
            edition.recipe_version,
            moment=timezone.now(),
            reason="",
            author=None,
        )
    after = (Edition.objects.count(), Cell.objects.count(), sorted(path.name for path in settings.FILES.iterdir()))
    assert before == after


def test_an_unprotected_edition_is_never_stored(edition, town):
    from django.utils import timezone

    from nahraum_site.indicators.actions import store_edition
    from nahraum_site.indicators.assembly import stock

    with pytest.raises(AssertionError):
        store_edition(
            town,
            moment=timezone.now(),
            protection=str,
            stock=stock(),
            system=edition.system,
            recipe=edition.recipe_version,
            reason="",
            author=None,
        )


def test_the_database_refuses_a_value_that_is_protected(edition):
    from django.db import IntegrityError, transaction

    from nahraum_site.indicators.models import Cell

    cell = Cell.objects.filter(state=3).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Cell.objects.filter(pk=cell.pk).update(value=1.0)


@pytest.mark.parametrize(
    "address",
    [
        *("/gebiete/%00/", "/bericht/%00", "/gebiete/?suche=%00", "/atlas/?raum=a%00b", "/empfehlungen/?suche=%00"),
        *("/indikatoren/unemployment/gebiete/?suche=%00", "/indikatoren/?%00=x", "/indikatoren/?suche=\0"),
    ],
)
def test_an_address_with_a_nul_names_nothing(edition, hire, enter, address):
    planner = enter(hire("Paula", "planner"))
    assert planner.get(address).status_code == 404


def test_a_percent_sign_is_no_nul(client):
    assert client.get("/gebiete/?suche=%2500").status_code == 200


@pytest.mark.parametrize("length", [100, 39_000, 60_000])
def test_an_address_longer_than_anybody_types_is_refused_in_words(client, length):
    answer = client.get("/gebiete/", {"suche": "a" * length})
    assert answer.status_code == (200 if length < 40_000 else 414)
    if length > 40_000:
        assert answer.content.decode() == "Diese Adresse ist zu lang."
