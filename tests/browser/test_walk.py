"""Walk every page that a link leads to, as a visitor and at work: whole, accessible, asking nobody else."""

from __future__ import annotations

import re
import time
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest

from tests.browser.driven import PASSWORD, ROOT, SHOTS, listen, violations
from tests.site.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EACH = 2  # pages walked of one kind: two areas, two deliveries ...
# Addresses that send a file, a picture or data; their own tests read them.
FILES = re.compile(r"\.(?:zip|xlsx|csv|png|svg|pdf|docx|gpkg|json|txt|toml)$|/datei/$")
NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d+(?=/)")
LOOKS = (("light", 1280), ("dark", 320))
ROLES = ("planner", "releaser", "leader", "administrator")


@pytest.fixture(scope="module")
def site(empty_site):
    from tests.town.make import make

    environment, folder = empty_site
    running = Running(environment, folder, "--project", make(folder / "town"))
    yield running
    assert running.end() == 0


@pytest.fixture(scope="module")
def at_work(site, browser):
    """Return the state of a browser in which the first person, with every role, is signed in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(site.address + site.link)
    for name, text in (("name", "Ada"), ("email", "ada@example.org"), ("password", PASSWORD), ("again", PASSWORD)):
        page.fill(f"input[name={name}]", text)
    page.click("main button[type=submit], main form button")
    page.goto(f"{site.address}/menschen/")
    page.click("main table a")
    for role in ROLES:
        page.check(f"input[value={role}]")
    page.locator("main form button").first.click()
    state = context.storage_state()
    context.close()
    return state


def kind_of(path: str) -> str:
    """Return a path with its numbers left out: two areas are one kind of page."""
    return re.sub(r"(?<=/gebiete/)[^/]+(?=/$)", "…", NUMBER.sub("…", path))


def walk(site, browser, state) -> tuple[dict[str, list[str]], set[str]]:
    """Return what is wrong, by address and look, and the kinds of pages that were seen; every page is loaded once."""
    context = browser.new_context(storage_state=state)
    page = context.new_page()
    heard = listen(page, site.address, "data:", "blob:")
    waiting, seen, faults = deque(["/"]), {"/": 1}, {}
    while waiting:
        path = waiting.popleft()
        heard.clear()
        look(page, *LOOKS[0])
        response = page.goto(site.address + path, wait_until="load")
        drawn(page)
        wrong = refused(response)
        for scheme, width in LOOKS:
            look(page, scheme, width)
            wrong += [f"{scheme} {width}: {fault}" for fault in faults_of(page)]
        if wrong + heard:
            faults[path] = wrong + heard
        for link in page.eval_on_selector_all("a[href]", "all => all.map(each => each.getAttribute('href'))"):
            there = urlsplit(urljoin(site.address + path, link))
            kind = kind_of(there.path)
            if not ours(site, there.geturl()) or FILES.search(there.path) or seen.get(kind, 0) >= EACH:
                continue
            if there.path not in seen:
                seen[kind] = seen.get(kind, 0) + 1
                seen[there.path] = seen.get(there.path, 1)
                waiting.append(there.path)
    context.close()
    return faults, set(seen)


def look(page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})


def refused(response) -> list[str]:
    policy = response.headers.get("content-security-policy", "")
    found = [] if response.status == 200 else [f"status {response.status}"]
    return found + ([] if "default-src 'none'" in policy and "unsafe" not in policy else [f"policy {policy}"])


def faults_of(page) -> list[str]:
    """Return what is wrong with the page as it looks now."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = [] if wide <= page.viewport_size["width"] else [f"{wide} px wide"]
    return found + [f"{rule}: {element}" for rule, element in violations(page)]


def drawn(page) -> None:
    """Wait until the map is there, if the page has one."""
    end = time.monotonic() + 20
    while not page.evaluate("!document.querySelector('#karte') || document.documentElement.dataset.map === 'ready'"):
        assert time.monotonic() < end, "the map was not drawn"
        time.sleep(0.1)


def ours(site, address: str) -> bool:
    return address.startswith((site.address, "data:", "blob:"))


def test_what_the_public_can_reach_is_whole_and_accessible(site, browser):
    faults, seen = walk(site, browser, None)
    assert not faults, report(faults)
    assert {"/", "/atlas/", "/gebiete/", "/methode/", "/bericht/", "/anmelden/"} <= seen
    assert any(path.startswith("/bericht/ausgabe/") for path in seen)
    assert not [path for path in seen if path.startswith(("/werkstatt", "/einlesen", "/menschen", "/protokoll"))]


def test_what_people_at_work_can_reach_is_whole_and_accessible(site, browser, at_work):
    faults, seen = walk(site, browser, at_work)
    assert not faults, report(faults)
    wanted = {
        "/werkstatt/",
        "/einlesen/",
        "/kalender/",
        "/indikatoren/",
        "/lieferungen/",
        "/ausgaben/",
        "/gebietsstaende/",
    }
    assert wanted | {"/projekt/", "/menschen/", "/protokoll/", "/gesundheit/", "/konto/"} <= seen


STEPS = {
    "1-indikatoren": "/indikatoren/",
    "2-einlesen": "/einlesen/",
    "3-werkstatt": "/werkstatt/",
    "4-ausgaben": "/ausgaben/",
}


def test_the_pictures_of_the_first_hour(site, browser, at_work):
    """docs/handbuch/erste-stunde.md shows these pages; copies of the pictures lie in docs/images."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(storage_state=at_work, viewport={"width": 1100, "height": 760})
    page = context.new_page()
    for name, path in STEPS.items():
        assert page.goto(site.address + path, wait_until="load").status == 200
        page.screenshot(path=SHOTS / f"stunde-{name}.png")
        assert (ROOT / "docs" / "images" / f"stunde-{name}.png").stat().st_size < 150_000
    context.close()


def report(faults: dict[str, list[str]]) -> str:
    return "\n".join(f"{path}: {'; '.join(wrong)}" for path, wrong in faults.items())
