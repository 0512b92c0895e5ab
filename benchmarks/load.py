"""People who visit a site: a process of its own that loads it and says how long each answer took.

python -m benchmarks.load ADDRESS READERS WRITERS SECONDS PASSWORD    prints one JSON object
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from dataclasses import dataclass, field

from tests.site.visitor import Visitor

THINK = 1.0  # seconds that somebody looks at a page before opening the next
EMAIL = "load@rathaus.example"


@dataclass
class Found:
    """What all visitors saw: path and seconds of every answer, faults, and writes that were confirmed."""

    answers: list[tuple[str, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    written: dict[int, int] = field(default_factory=dict)


def main(address: str, readers: int, writers: int, seconds: float, password: str) -> Found:
    """Let everybody in within the first think time, and return what they saw."""
    found, until = Found(), time.monotonic() + seconds
    people = [threading.Thread(target=read, args=(address, n, until, found)) for n in range(readers)]
    people += [threading.Thread(target=write, args=(address, n, until, password, found)) for n in range(writers)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return found


def pages(address: str) -> list[str]:
    """Return what people open: every kind of public page, several areas, layers and years."""
    import re

    visitor = Visitor(address)
    visitor.get("/gebiete/")
    areas = sorted(set(re.findall(r'href="(/gebiete/[^/"]+/)"', visitor.text)))
    visitor.get("/atlas/")
    layers = re.findall(r'<option value="([\w-]+)"', visitor.text)
    views = [f"/atlas/?zeige={layer}" for layer in layers[:16]]
    return ["/", "/gebiete/", "/methode/", "/bericht/", *views, *random.Random(1).sample(areas, min(20, len(areas)))]


def read(address: str, number: int, until: float, found: Found) -> None:
    """Open a page, look at it, open the next."""
    chance = random.Random(number)
    time.sleep(chance.random() * THINK)
    visitor = Visitor(address)
    while time.monotonic() < until:
        path = chance.choice(PAGES)
        began = time.monotonic()
        try:
            status = visitor.get(path)
        except OSError as error:
            found.faults.append(f"{path}: {type(error).__name__}")
            continue
        found.answers.append((path.split("?")[0], time.monotonic() - began))
        if status != 200:
            found.faults.append(f"{path}: {status}")
        time.sleep(THINK)


def write(address: str, number: int, until: float, password: str, found: Found) -> None:
    """Sign in and change the name of one person, again and again; remember how often that was confirmed."""
    visitor = Visitor(address)
    try:
        visitor.post("/anmelden/login/", login=EMAIL, password=password)
        invited = {"email": f"person{number}@rathaus.example", "name": "Neu", "roles": ["leader"]}
        assert visitor.post("/menschen/einladen/", **invited) == 200
        person = _address_of(visitor, f"person{number}@rathaus.example")
        found.written[number] = 0
        while time.monotonic() < until:
            count = found.written[number] + 1
            status = visitor.post(person, name=f"Stand {count}", roles=["leader"], is_active="on")
            assert status == 200, status
            found.written[number] = count
            time.sleep(THINK / 2)
        visitor.get(person)
        assert f'value="Stand {found.written[number]}"' in visitor.text, "a write was lost"
    except (OSError, AssertionError) as error:
        found.faults.append(f"writer {number}: {type(error).__name__} {error}")


def _address_of(visitor: Visitor, email: str) -> str:
    import re

    visitor.get("/menschen/")
    row = next(row for row in visitor.text.split("<tr") if email in row)
    return re.findall(r"/menschen/[0-9a-f-]{36}/", row)[0]


if __name__ == "__main__":
    where, *numbers = sys.argv[1:]
    PAGES = pages(where)
    told = main(where, int(numbers[0]), int(numbers[1]), float(numbers[2]), numbers[3])
    print(json.dumps({"answers": told.answers, "faults": told.faults, "written": told.written}))
