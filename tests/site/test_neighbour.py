"""The neighbour reads everything that the site gives to the public, and must not find Schusterinsel's children.

Schusterinsel (199 inhabitants, 51 children) is published; how many of the children live on basic security (2) is
hidden. He knows everything else: which counts are small, Opladen's total, the people of each quarter. He follows every
link, opens every layer and period in every form, takes every file, and keeps what earlier editions told him.
"""

import csv
import io
import json
import re
from html import unescape
from urllib.parse import urldefrag, urlsplit

import pytest

from tests.core.disclosure import opladen, reading
from tests.core.disclosure.test_schusterinsel import CHILDREN, ISLAND, OPLADEN, SPACES, TRUE, left

pytestmark = pytest.mark.once
LINK = re.compile(r"""(?:href|src|data-[a-z]+)=["']([^"'<>]+)["']""")
FORMS = ("csv", "xlsx", "svg", "gpkg")
MOST = 1500  # addresses that he opens
TWINS = {"26": 1, "32": 8, "42": 2, "41": 18}  # one child less here, one more next door: equal sums, other truth


def read_all(start=()):
    """Follow every link from the start page, and open every layer; return address -> bytes.

    Pictures (PNG) are left out: they are painted from the SVG, and their pixels hold the lasting link.
    """
    from django.test import Client

    from nahraum_site.indicators.queries import latest_edition

    client, found = Client(), {}
    layers = list(latest_edition().layers.values_list("key", flat=True))
    views = [f"atlas/ansicht.{kind}?zeige={layer}" for kind in FORMS for layer in layers]
    views += [f"{page}/?zeige={layer}" for page in ("atlas", "atlas/druck", "einbetten/atlas") for layer in layers]
    views += [f"gebiete/vergleich/?a={ISLAND}&b={key}" for key in opladen.AREAS if key != ISLAND]
    waiting = ["/", *start, *(f"/{view}" for view in views)]
    while waiting:
        address = waiting.pop()
        if address in found or address.startswith(("/anmelden", "/sprache", "/static", "/atlas/ansicht.png")):
            continue
        answer = client.get(address, follow=True)
        body = answer.getvalue()
        assert answer.status_code != 429, address
        found[address] = body
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            for link in LINK.findall(body.decode()):
                link = urldefrag(unescape(link))[0]
                if link.startswith("?"):
                    link = address.partition("?")[0] + link
                if link.startswith("/") and not link.startswith("//") and len(found) + len(waiting) < MOST:
                    waiting.append(link)
    return found


def taken(found, folder):
    """Lay what he took where the attacker of the core looks for it; return the folder."""
    (folder / "daten").mkdir(parents=True)
    for address, body in found.items():
        if urlsplit(address).path.startswith("/dateien/"):
            (folder / "daten" / address.rpartition("/")[2]).write_bytes(body)
    cells = []
    for address, body in found.items():
        if address.startswith("/atlas/ansicht.csv"):
            lines = [line for line in body.decode("utf-8-sig").splitlines() if not line.startswith("#")]
            table = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=";"))
            head = next(n for n, row in enumerate(table) if "Wert" in row)
            for row in table[head + 1 :]:
                if len(row) == len(table[head]):
                    at = dict(zip(table[head], row, strict=True))
                    value = at["Wert"].replace(",", ".")
                    cells.append(
                        {"layer": address.partition("zeige=")[2].partition("&")[0], "area": at["Nr."],
                         "value": float(value) if value else None, "numerator": None}
                    )  # fmt: skip
    (folder / "seite.json").write_text(json.dumps({"cells": cells}))
    return folder


def publish(folder, **more):
    from nahraum_site.reports.actions import publish_project

    return publish_project(opladen.make(folder, **more), None, lambda _step, _share: None)[0]


@pytest.fixture(autouse=True)
def patient(django, monkeypatch):
    """Let him draw as many maps as he likes: who is rationed only comes back later."""
    from nahraum_site.indicators import drawn

    monkeypatch.setattr(drawn, "EACH", 10_000)
    monkeypatch.setattr(drawn, "ALL", 10_000)


@pytest.fixture
def released(django, tmp_path):
    """Publish the small city and return everything that the public can fetch."""
    edition = publish(tmp_path / "project")
    return edition, read_all()


def test_he_reads_a_lot_and_finds_nothing_of_the_hidden_numbers(released, tmp_path):
    _edition, found = released
    folder = taken(found, tmp_path / "taken")
    assert len(found) > 60
    names = {path.name for path in (folder / "daten").iterdir()}
    assert {"indikatoren.csv", "ebenen.csv", "tabellen.xlsx", "sozialindex.gpkg"} <= names
    assert len([row for row in reading.site(folder)["cells"] if row["layer"] == opladen.CHILDREN]) >= len(TRUE)
    for known in ((), (0,), (1,)):
        bounds = left(folder, known=known)
        assert ISLAND in bounds
        assert all(most - least >= 1 for least, most in bounds.values()), bounds


def plain(address, body):
    """Take out what is drawn by lot for each site: marks of editions and files, tokens, times of day."""
    if address.startswith("/dateien/") or not body[:1].strip():
        return body if not body.startswith((b"PK", b"%PDF")) else b""
    text = body.decode("utf-8", "replace")
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID", text)
    text = re.sub(r'(csrfmiddlewaretoken" value=|nonce=|X-CSRFToken": ")"?[^" ]+', r"\1", text)
    return re.sub(r"\d\d\.\d\d\.\d{4}(, | )\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.+]+|\d\d:\d\d:\d\d", "TIME", text).encode()


def worlds(found):
    uuid = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
    return {
        uuid.sub("UUID", address): plain(address, body)
        for address, body in found.items()
        if not body.startswith((b"PK", b"SQLite", b"%PDF", b"GPKG"))
    }


def test_the_site_of_another_world_says_the_same(django, tmp_path):
    """If every page and file stays the same, none of them tells which world is true."""
    from django.db import transaction

    seen = []
    for n, counts in enumerate(({}, TWINS)):
        with transaction.atomic():
            publish(tmp_path / f"world-{n}", counts=counts)
            seen.append(worlds(read_all()))
            transaction.set_rollback(True)
    one, two = seen
    assert one.keys() == two.keys()
    assert len(one) > 40
    assert [address for address in one if one[address] != two[address]] == []


def test_what_an_older_edition_told_by_its_lasting_links_does_not_give_them_away(django, tmp_path):
    older = publish(tmp_path / "old", counts={"31": 5}, year=2023)
    before = read_all()
    seen = reading.cells(taken(before, tmp_path / "before"), opladen.CHILDREN, CHILDREN)
    facts = [({key: 1}, count, count) for key, count in seen.items()]
    assert "32" in seen
    publish(tmp_path / "new")
    lasting = [f"/atlas/?ausgabe={older.uuid}&zeige={opladen.CHILDREN}", *before]
    after = {address: body for address, body in read_all(lasting).items() if str(older.uuid) not in address}
    now = {address: body for address, body in after.items() if address not in before or "/dateien/" not in address}
    least, most = left(taken(now, tmp_path / "after"), [ISLAND], more=facts, apart=(ISLAND, "31"))[ISLAND]
    assert most - least >= 1


def test_he_wins_on_a_site_that_hides_small_counts_but_not_their_partners(django, tmp_path, monkeypatch):
    import numpy as np

    from nahraum.disclosure.suppression import Suppressed
    from nahraum.evidence.indicators import hiding

    def alone(counts, hidden, levels, limit, total, *, people, before, closed):
        none = np.zeros_like(hidden)
        return Suppressed(hidden=hidden, closed=list(closed), top=none, has_apart=False, lost=none)

    monkeypatch.setattr(hiding, "suppress", alone)
    publish(tmp_path / "project")
    assert left(taken(read_all(), tmp_path / "taken"))[ISLAND] == (2, 2)


def test_he_wins_on_a_site_that_names_the_fingerprint_of_the_delivered_file(released):
    """He knows all of the file but two cells, tries every pair that adds up to Opladen's total, and compares."""
    import hashlib

    from nahraum_site.indicators.stock import Batch

    edition, found = released
    file = Batch.objects.get(key="zahlen").file
    delivered = file.path.read_text()
    rest = OPLADEN - sum(TRUE[key] for key in SPACES["Op"] if key not in (ISLAND, "32"))

    def guess(island):
        lines = [line.split(";") for line in delivered.splitlines()]
        for line in lines:
            line[3] = {ISLAND: str(island), "32": str(rest - island)}.get(line[0], line[3])
        return hashlib.sha256(("\n".join(map(";".join, lines)) + "\n").encode()).hexdigest()

    fitting = [island for island in range(rest + 1) if guess(island) == file.sha256]
    assert fitting == [2], "with the fingerprint he would know"
    for address, body in found.items():
        assert file.sha256[:12].encode() not in body, address
        assert edition.fingerprint[:12].encode() not in body, address
        assert str(file.size).encode() + b" Byte" not in body
