"""People who visit a site: a process of its own that loads it and says how long each answer took.

python -m benchmarks.load ADDRESS READERS WRITERS SECONDS PASSWORD    prints one JSON object
"""

from __future__ import annotations

import json
import random
import re
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
    """Sign the writers in, then let everybody begin within the first think time; return what they saw."""
    found = Found()
    opened = pages(address)
    signed_in = [begin(address, number, password) for number in range(writers)]
    until = time.monotonic() + seconds
    people = [threading.Thread(target=read, args=(address, n, opened, until, found)) for n in range(readers)]
    people += [threading.Thread(target=write, args=(*who, n, until, found)) for n, who in enumerate(signed_in)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    return found


def pages(address: str) -> list[str]:
    """Return what people open: every kind of public page, several areas, layers and years."""
    visitor = Visitor(address)
    visitor.get("/gebiete/")
    areas = sorted(set(re.findall(r'href="(/gebiete/[^/"]+/)"', visitor.text)))
    visitor.get("/atlas/")
    layers = re.findall(r'<option value="([\w-]+)"', visitor.text)
    views = [f"/atlas/?zeige={layer}" for layer in layers[:16]]
    return ["/", "/gebiete/", "/methode/", "/bericht/", *views, *random.Random(1).sample(areas, min(20, len(areas)))]


def read(address: str, number: int, opened: list[str], until: float, found: Found) -> None:
    """Open a page, look at it, open the next."""
    chance = random.Random(number)
    time.sleep(chance.random() * THINK)
    visitor = Visitor(address)
    while time.monotonic() < until:
        path = chance.choice(opened)
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


def begin(address: str, number: int, password: str) -> tuple[Visitor, str]:
    """Sign in and invite somebody whose name can be changed; return the visitor and the address of that person."""
    visitor, email = Visitor(address), f"person{number}@rathaus.example"
    assert visitor.post("/anmelden/", login=EMAIL, password=password) == 200
    assert visitor.post("/menschen/einladen/", email=email, name="Neu", roles=["leader"]) == 200
    assert visitor.get("/menschen/") == 200
    row = next(row for row in visitor.text.split("<tr") if email in row)
    return visitor, re.findall(r"/menschen/[0-9a-f-]{36}/", row)[0]


def write(visitor: Visitor, person: str, number: int, until: float, found: Found) -> None:
    """Change the name of one person again and again; count what was confirmed, and look whether the last one stayed."""
    count = 0
    try:
        while time.monotonic() < until or not count:
            status = visitor.post(person, name=f"Stand {count + 1}", roles=["leader"], is_active="on")
            assert status == 200, status
            count += 1
            time.sleep(THINK / 2)
        visitor.get(person)
        assert f'value="Stand {count}"' in visitor.text, "a write was lost"
    except (OSError, AssertionError) as error:
        found.faults.append(f"writer {number}: {type(error).__name__} {error}")
    found.written[number] = count


if __name__ == "__main__":
    where, *numbers = sys.argv[1:]
    told = main(where, int(numbers[0]), int(numbers[1]), float(numbers[2]), numbers[3])
    print(json.dumps({"answers": told.answers, "faults": told.faults, "written": told.written}))
