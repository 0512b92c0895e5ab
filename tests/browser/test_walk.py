"""Walk every page that a link leads to, as a visitor and at work: whole, accessible, asking nobody else."""

from __future__ import annotations

import re
import time
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest

from tests.browser.driven import AXE, PASSWORD, ROOT, SHOTS
from tests.site.running import Running, environment_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EACH = 2  # pages walked of one kind: two areas, two deliveries ...
# Addresses that send a file, a picture or data; their own tests read them.
FILES = re.compile(r"\.(?:zip|xlsx|csv|png|svg|pdf|docx|gpkg|json|txt|toml)$|/datei/$")
NUMBER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/)\d+(?=/)")
ROLES = ("planner", "releaser", "leader", "administrator")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    from tests.town.make import make

    folder = tmp_path_factory.mktemp("walk")
    running = Running(environment_of(folder / "var", None), folder, "--project", make(folder / "town"))
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


def fault_of(page, log, response, width) -> list[str]:
    """Return what is wrong with the page as it stands."""
    policy = response.headers.get("content-security-policy", "")
    found = [line for line in log if line.startswith(("error", "foreign"))]
    found += [] if response.status == 200 else [f"status {response.status}"]
    found += [] if "default-src 'none'" in policy and "unsafe" not in policy else [f"policy {policy}"]
    wide = page.evaluate("document.documentElement.scrollWidth")
    found += [] if wide <= width else [f"{wide} px wide"]
    return found


def walk(site, browser, state, width: int, scheme: str) -> tuple[dict[str, list[str]], set[str]]:
    """Return what is wrong, by address, and the kinds of pages that were seen."""
    plain = browser.new_context(storage_state=state, viewport={"width": width, "height": 900}, color_scheme=scheme)
    judged = browser.new_context(
        storage_state=state, viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page, other = plain.new_page(), judged.new_page()
    log: list[str] = []
    page.on("console", lambda said: log.append(f"error: {said.text}") if said.type == "error" else None)
    page.on("pageerror", lambda error: log.append(f"error: {error}"))
    page.on("request", lambda asked: None if ours(site, asked.url) else log.append(f"foreign: {asked.url}"))
    axe = AXE.read_text(encoding="utf-8")
    waiting, seen, faults = deque(["/"]), {"/": 1}, {}
    while waiting:
        path = waiting.popleft()
        log.clear()
        response = page.goto(site.address + path, wait_until="load")
        drawn(page)
        wrong = fault_of(page, list(log), response, width)
        other.goto(site.address + path, wait_until="load")
        drawn(other)
        other.evaluate(axe)
        judgement = other.evaluate("axe.run()")
        wrong += [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in judgement["violations"]]
        if wrong:
            faults[path] = wrong
        for link in page.eval_on_selector_all("a[href]", "all => all.map(each => each.getAttribute('href'))"):
            there = urlsplit(urljoin(site.address + path, link))
            kind = kind_of(there.path)
            if not ours(site, there.geturl()) or FILES.search(there.path) or seen.get(kind, 0) >= EACH:
                continue
            if there.path not in seen:
                seen[kind] = seen.get(kind, 0) + 1
                seen[there.path] = seen.get(there.path, 1)
                waiting.append(there.path)
    plain.close()
    judged.close()
    return faults, set(seen)


def drawn(page) -> None:
    """Wait until the map is there, if the page has one."""
    end = time.monotonic() + 20
    while not page.evaluate("!document.querySelector('#karte') || document.documentElement.dataset.map === 'ready'"):
        assert time.monotonic() < end, "the map was not drawn"
        time.sleep(0.1)


def ours(site, address: str) -> bool:
    return address.startswith((site.address, "data:", "blob:"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_what_the_public_can_reach_is_whole_and_accessible(site, browser, scheme, width):
    faults, seen = walk(site, browser, None, width, scheme)
    assert not faults, report(faults)
    assert {"/", "/atlas/", "/gebiete/", "/methode/", "/bericht/", "/anmelden/"} <= seen
    assert any(path.startswith("/bericht/ausgabe/") for path in seen)
    assert not [path for path in seen if path.startswith(("/werkstatt", "/einlesen", "/menschen", "/protokoll"))]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_what_people_at_work_can_reach_is_whole_and_accessible(site, browser, at_work, scheme, width):
    faults, seen = walk(site, browser, at_work, width, scheme)
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
