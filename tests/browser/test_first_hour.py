"""From nothing to a published edition in the browser alone, as two people of one office do it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.driven import SHOTS, violations
from tests.site.running import environment_of, running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "Wolkenbruch-am-Hafen-7"


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    from tests.town.make import make

    return make(tmp_path_factory.mktemp("hour-town")).parent / "data"


@pytest.fixture
def site(tmp_path):
    with running(environment_of(tmp_path / "var", None), tmp_path) as found:
        yield found


class Person:
    """Somebody with a browser window of their own."""

    def __init__(self, browser, site) -> None:
        self.browser, self.site = browser, site
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="de-DE")
        self.page = context.new_page()
        self.page.set_default_timeout(20_000)

    def go(self, path):
        self.page.goto(self.site.address + path)

    def press(self, name):
        button = self.page.get_by_role("button", name=name, exact=True).first
        assert button.count(), f"no button {name}: {self.words}"
        button.click()
        self.page.wait_for_load_state()

    def follow(self, name):
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.page.wait_for_load_state()

    def fill(self, **fields):
        for name, value in fields.items():
            field = self.page.locator(f"main [name={name}]").first
            kind = field.evaluate("element => element.tagName")
            field.select_option(value) if kind == "SELECT" else field.fill(value)

    @property
    def words(self):
        return self.page.locator("main").inner_text()

    def sees(self, words):
        expect(self.page.locator("main")).to_contain_text(words, timeout=90_000)

    def shoot(self, name):
        """Take a picture and let axe look at the page."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SHOTS / f"erste-stunde-{name}.png")
        assert violations(self.page) == [], name
        self.page.set_viewport_size({"width": 320, "height": 900})
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 320, name
        self.page.set_viewport_size({"width": 1280, "height": 900})


def take_table(person, path, names, **fields):
    """Import one table; ``names``: column -> variable."""
    person.go("/einlesen/")
    person.page.locator("input[type=file]").set_input_files(path)
    person.press("Hochladen")
    person.fill(**fields)
    for box in person.page.locator("main input[name=variable]").all():
        column = box.locator("xpath=preceding-sibling::input").get_attribute("value")
        box.fill(names.get(column, ""))


def check_and_store(person):
    person.press("Lesen und prüfen")
    person.page.wait_for_url(re.compile("/pruefen/"))
    seen = person.page.locator("input[name=seen]")
    if seen.count():
        seen.check()
    person.press("Speichern")
    person.page.wait_for_url(re.compile("/lieferungen/"))


def areas_and_project(grete, data):
    """Upload boundaries, say what they mean, begin the project."""
    grete.go("/projekt/")
    grete.sees("Alles beginnt mit den Gebieten")
    grete.shoot("1-leer")
    grete.follow("Grenzen hochladen")
    grete.page.locator("input[name=file]").set_input_files(data / "quartiere.geojson")
    grete.press("Hochladen")
    grete.fill(name="Quartiere 2020", level="Quartier", key="nr", label="name", level_2="Sozialraum", key_2="sr_nr")
    grete.fill(label_2="sr_name", city="Musterstadt")
    grete.shoot("2-gebiete")
    grete.press("Prüfen und speichern")
    grete.sees("77")
    grete.follow("Für das Monitoring verwenden")
    grete.fill(title="Sozialmonitoring", city="Musterstadt", publisher="Stadt Musterstadt", date="2025-03-31")
    grete.press("Speichern")
    grete.sees("Gespeichert")


def tables(grete, data, tmp_path):
    """Import inhabitants and the labour market."""
    people = {"Einwohner insgesamt": "inhabitants", "15 bis unter 18": "age_15_17", "18 bis unter 25": "age_18_24"}
    people |= {"25 bis unter 45": "age_25_44", "45 bis unter 65": "age_45_64"}
    take_table(grete, data / "bevoelkerung.xlsx", people)
    grete.page.locator("#sheet").select_option("2024")
    grete.press("Dieses Blatt ansehen")
    grete.page.get_by_text("Selten nötig").click()
    grete.fill(id="einwohner-2024", period="2024", missing="k. A.", protected=".", not_applicable="x")
    for box in grete.page.locator("main input[name=variable]").all():
        box.fill(people.get(box.locator("xpath=preceding-sibling::input").get_attribute("value"), ""))
    grete.fill(totals="0 = Stadt")
    grete.shoot("3-beschreiben")
    grete.press("Lesen und prüfen")
    grete.page.wait_for_url(re.compile("/pruefen/"))
    grete.shoot("4-pruefen")
    seen = grete.page.locator("input[name=seen]")
    if seen.count():
        seen.check()
    grete.press("Speichern")
    grete.page.wait_for_url(re.compile("/lieferungen/"))

    jobs = {"Arbeitslose": "unemployed", "Langzeitarbeitslose": "long_term"}
    head, *rows = (data / "arbeitsmarkt.csv").read_text(encoding="utf-8-sig").splitlines()
    last = tmp_path / "arbeitsmarkt_2024.csv"
    last.write_text("\n".join([head, *(row for row in rows if ";2024;" in row)]), encoding="utf-8")
    take_table(grete, last, jobs, id="arbeitsmarkt", protected=".", missing="k. A.")
    grete.page.get_by_text("Selten nötig").click()
    grete.fill(not_applicable="x")
    grete.fill(totals="0 = Stadt", skip_rows="9999 = ohne Anschrift")
    check_and_store(grete)


def indicators(grete):
    """Describe two indicators."""
    grete.go("/werkstatt/")
    grete.sees("noch keinen Indikator")
    grete.go("/indikatoren/lebenslagen/neu/")
    grete.fill(key="arbeit", name="Arbeit")
    grete.press("Speichern")
    working = "age_15_17\nage_18_24\nage_25_44\nage_45_64"
    for id, name, upper in (
        ("arbeitslose", "Arbeitslose", "unemployed"),
        ("langzeit", "Länger als ein Jahr arbeitslos", "long_term"),
    ):
        grete.go("/indikatoren/neu/")
        grete.fill(id=id, name=name, domain="arbeit", numerator=upper, denominator=working)
        grete.fill(direction="higher_is_worse")
        grete.press("Speichern")
        grete.sees(name)
    grete.shoot("5-indikator")


def draft(grete, public):
    """Save a version, compute a draft, submit it; return its address."""
    grete.go("/werkstatt/")
    grete.sees("Rathausplatz")
    grete.shoot("6-werkstatt")
    grete.fill(version_name="Erster Index", version_reason="Zwei Indikatoren, gleich gewichtet")
    grete.press("Speichern")
    grete.sees("Gesichert als Fassung 1")
    grete.go("/ausgaben/neu/")
    grete.fill(reason="Erste Ausgabe")
    grete.press("Rechnen")
    grete.page.wait_for_url(re.compile("/ausgaben/[0-9a-f-]{36}/"), timeout=120_000)
    edition = grete.page.url
    public.go("/atlas/")
    public.sees("Noch nichts veröffentlicht")
    grete.press("Vorlegen")
    grete.shoot("7-eingereicht")
    assert not grete.page.get_by_role("button", name="Veröffentlichen", exact=True).count()
    return edition


def release(grete, rosa, public, edition):
    """Invite a second person, who publishes."""
    grete.go("/menschen/einladen/")
    grete.fill(email="rosa@rathaus.example", name="Rosa Freigabe")
    grete.page.locator("input[name=roles][value=releaser]").check()
    grete.press("Einladung erstellen")
    link = re.search(r"(/einmal/\S+)", grete.page.locator("#link").inner_text())[1]
    rosa.go(link)
    rosa.fill(password=PASSWORD, again=PASSWORD)
    rosa.press("Passwort setzen")
    rosa.fill(login="rosa@rathaus.example", password=PASSWORD)
    rosa.press("Anmelden")
    assert "Rosa Freigabe" in rosa.page.locator("header").inner_text(), rosa.words
    rosa.page.goto(edition)
    rosa.sees("Prüfung")
    rosa.fill(words="Geprüft, Summen stimmen.")
    rosa.press("Veröffentlichen")
    rosa.sees("Veröffentlicht")
    public.go("/gebiete/")
    public.sees("Rathausplatz")
    public.go("/")
    public.shoot("8-veroeffentlicht")


def test_an_office_gets_from_nothing_to_a_published_edition(site, browser, data, tmp_path):
    grete = Person(browser, site)
    public = Person(browser, site)
    public.go("/")
    public.sees("Noch nichts veröffentlicht")

    grete.go(site.link)
    grete.fill(name="Grete Hollerbusch", email="grete@rathaus.example", password=PASSWORD, again=PASSWORD)
    grete.press("Beginnen")
    for path in ("/werkstatt/", "/indikatoren/", "/einlesen/", "/ausgaben/", "/kalender/", "/lieferungen/"):
        grete.go(path)
        assert "Server" not in grete.page.title()
        assert len(grete.words) > 60, path
    areas_and_project(grete, data)
    tables(grete, data, tmp_path)
    indicators(grete)
    edition = draft(grete, public)
    release(grete, Person(browser, site), public, edition)
