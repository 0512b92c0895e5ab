"""A city whose every name is markup: no page, drawing or header takes it for its own."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from tests.site.cast import enter, forgetful, hire
from tests.site.writers import at, of

__all__ = ["enter", "forgetful", "hire"]
pytestmark = pytest.mark.once
MARKUP = "\\\"'><script>alert(1)</script><img src=x onerror=alert(1)></title></textarea>{{6*777777}}{% debug %}"
PLAIN = MARKUP.replace('\\"', '"')


class _Strange(HTMLParser):
    """Collects what only somebody else can have written into a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if any(name.startswith("on") or name == "style" for name in given):
            self.found.append(f"<{tag} {given}>")
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.found.append(f"<script {given}>")
        if tag == "img" and not (given.get("src") or "").startswith(("data:", "/static/")):
            self.found.append(f"<img {given}>")
        for name in ("href", "src", "action", "formaction"):
            if (given.get(name) or "").strip().lower().startswith(("javascript:", "data:text", "//", "vbscript:")):
                self.found.append(f"{name}={given[name]}")


def strange(page: str) -> list[str]:
    parser = _Strange()
    parser.feed(page)
    return parser.found + re.findall("4666662", page)


@pytest.fixture(scope="module")
def marked_town(tmp_path_factory):
    from tests.town.make import make

    path = make(tmp_path_factory.mktemp("marked"))
    text = path.read_text("utf-8")
    words = "name|publisher|licence|title|notes|definition|source|description|comment|holder"
    text = re.sub(
        rf'^({words}) = "([^"]*)"', rf'\1 = "\2{MARKUP}"'.replace("\\\\", "\\\\\\\\"), text, flags=re.MULTILINE
    )
    text = re.sub(
        r'^unit = "([^"]*)"', r'unit = "\1<img src=x onerror=y>"', text, flags=re.MULTILINE
    )  # at most 60 letters
    path.write_text(text, "utf-8")
    shapes = path.parent / "data" / "quartiere.geojson"
    found = json.loads(shapes.read_text("utf-8"))
    for feature in found["features"]:
        for name in ("name", "sr_name"):
            feature["properties"][name] += PLAIN
    shapes.write_text(json.dumps(found), "utf-8")
    return path


@pytest.fixture
def marked(marked_town, edition):
    from nahraum_site.reports.actions import publish_project

    return publish_project(marked_town, None, lambda _step, _share: None)[0]


def test_names_stay_words_on_every_page(marked, client, hire, enter):
    from nahraum_site.reports import authoring

    petra = hire("Petra", "planner", "releaser", "leader")
    type(petra).objects.filter(pk=petra.pk).update(name=PLAIN)
    report = authoring.begin(authoring.Begin(title=PLAIN, edition=marked, note=PLAIN), petra)
    made = authoring.add_chapter(
        report, title=PLAIN, text=f"{PLAIN} {{{{wert: {PLAIN}}}}}\n\n{{{{tabelle: index}}}}", user=petra
    )
    authoring.comment(made, text=PLAIN, quoted=PLAIN, user=petra)
    pages = ["/", "/atlas/", "/atlas/?neben_zeit=2018", "/atlas/druck/", "/gebiete/", "/gebiete/1306/", "/methode/"]
    pages += [
        "/gebiete/vergleich/?eins=1306&zwei=1101",
        "/bericht/",
        f"/gebiete/?suche={PLAIN}",
        f"/atlas/?raum={PLAIN}",
    ]
    inside = ["/ausgaben/", f"/ausgaben/{marked.uuid}/", "/indikatoren/", "/indikatoren/unemployment/", "/lieferungen/"]
    inside += ["/gebietsstaende/", f"/gebietsstaende/{marked.system.uuid}/", "/projekt/", "/werkstatt/", "/konto/"]
    inside += ["/werkstatt/fassungen/", "/berichte/", at(report), at(report, "lesen/"), of(made), of(made, "verlauf/")]
    inside += [f"/einlesen/?x={PLAIN}", "/kalender/", "/konto/protokoll/", "/konto/sitzungen/"]
    planner = enter(petra)
    for page in pages:
        assert strange(client.get(page).content.decode()) == [], page
    for page in (*pages, *inside):
        answer = planner.get(page)
        assert answer.status_code == 200, page
        assert strange(answer.content.decode()) == [], page
    assert "&lt;script&gt;alert" in client.get("/gebiete/").content.decode()  # it is there, as words


def test_names_stay_words_in_drawings_and_headers(marked, client):
    svg = client.get("/atlas/ansicht.svg?zeige=unemployment").content.decode()
    tree = ET.fromstring(svg)
    tags = {node.tag.rpartition("}")[2] for node in tree.iter()}
    assert not tags & {"script", "img", "image", "foreignObject", "a", "use", "style"}
    assert not [name for node in tree.iter() for name in node.attrib if name.lower().startswith(("on", "href"))]
    for kind in ("svg", "png", "csv", "xlsx", "gpkg"):
        header = client.get(f"/atlas/ansicht.{kind}").headers["Content-Disposition"]
        assert re.fullmatch(r'attachment; filename="[A-Za-z0-9-]+\.\w+"', header), header
    assert client.get("/atlas/ansicht.png").content[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    "name",
    ['a"; filename="b.exe', "a\r\nSet-Cookie: x=1\r\n\r\n<html>", "../../etc/passwd", "ä<b>\u202ecsv.exe", "a;b=c"],
)
def test_the_name_of_an_uploaded_file_writes_no_header_and_no_markup(edition, hire, enter, name):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from nahraum_site.records import files

    petra = hire("Petra", "planner")
    client = enter(petra)
    stream = io.BytesIO(b"nr;n\n1101;1\n1102;2\n")
    answer = client.post("/einlesen/", {"files": SimpleUploadedFile(f"{name}.csv", stream.getvalue())})
    assert strange(client.get("/einlesen/").content.decode()) == []
    assert "Set-Cookie: x" not in str(answer.headers)
    kept = files.clean_name(f"{name}.csv")
    assert not set(kept) & set("\r\n/\\\u202e")


@pytest.mark.parametrize("key", ['a"b', "a\r\nX-Evil: 1", "ü/..;"])
def test_the_key_of_an_area_system_writes_no_header(hire, enter, edition, key):
    from tests.site.test_areas import FOUR, stored

    planner = enter(hire("Petra", "planner"))
    one, other = stored(planner, FOUR), stored(planner, FOUR, name="Andere", valid_from="2024-01-01")
    type(one).objects.filter(pk=one.pk).update(key=key)
    answer = planner.get(f"/gebietsstaende/{other.uuid}/gegen/{one.uuid}/ueberleitung.csv")
    assert answer.status_code == 200
    assert "X-Evil" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert "\n" not in answer.headers["Content-Disposition"]


def test_a_layer_that_is_not_there_is_told(hire, enter, edition):
    from tests.site.test_areas import FOUR, grid, upload

    planner = enter(hire("Petra", "planner"))
    sent = upload(planner, grid(FOUR), name="a.geojson")
    answer = planner.get(f"{sent.url}?ebene=gibt-es-nicht")
    assert answer.status_code in (200, 302)


def test_an_empty_form_of_a_chapter_is_answered_in_words(edition, hire, enter):
    from nahraum_site.reports import authoring

    petra = hire("Petra", "planner")
    report = authoring.begin(authoring.Begin(title="B", edition=edition), petra)
    made = authoring.add_chapter(report, title="A", text="", user=petra)
    assert enter(petra).post(of(made)).status_code == 422


def test_recommendations_of_a_report_that_somebody_may_not_see_are_not_seen(edition, hire, enter):
    from nahraum_site.reports.models import Recommendation, Report

    petra = hire("Petra", "planner")
    report = Report.objects.create(title="Geheim", edition=edition, author=petra)
    made = Recommendation.objects.create(text="Vertraulich 4711", addressed_to="x", report=report, made_on="2025-01-01")
    edition.__class__.objects.filter(pk=edition.pk).update(stage="returned", published_at=None)
    for who, seen in (("planner", True), ("researcher", False), ("leader", False), ("neighbourhood_manager", False)):
        client = enter(hire(who.title(), who))
        assert ("4711" in client.get("/empfehlungen/").content.decode()) == seen, who
        assert client.get(f"/empfehlungen/{made.uuid}/").status_code == (200 if seen else 404), who
    assert "Geheim" not in enter(hire("Rudi", "researcher")).get("/empfehlungen/neu/").content.decode()
