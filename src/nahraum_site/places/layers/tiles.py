"""Pictures from the map services that the settings name: asked for by this server, checked, kept for some days.

A service learns nothing about visitors: no cookie, no referrer, no address of theirs. Visitors choose a name and the
number of a tile, never a host or a path, and no redirect is followed.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings

DEEPEST = 20  # zoom
HALF = 20037508.342789244  # metres from the middle of the web's square map to its edge (EPSG:3857)
SIZE = 256  # pixels
LARGEST, SECONDS = 1_000_000, 5.0
FRESH_SECONDS = 7 * 24 * 3600
LARGEST_STORE, AFTER_CLEARING = 200_000_000, 0.8
CLEARED_EVERY = 250  # pictures kept
AT_ONCE, PATIENCE = 3, 1.0  # of eight threads, the others must stay free for pages
PAUSE = 30.0  # seconds in which a service that did not answer is not asked again
STARTS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}

_slots = threading.BoundedSemaphore(AT_ONCE)
_failing: dict[str, float] = {}  # name -> until when it is left alone
_kept = itertools.count()


class _StayHere(urllib.request.HTTPRedirectHandler):
    """A redirect is an error like any other."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Never ask where the answer points."""
        return


_asker = urllib.request.build_opener(_StayHere)


def address_of(service: Any, z: int, x: int, y: int) -> str:
    """Return what to ask a service for: its own tile, or a GetMap of the tile's square in EPSG:3857."""
    if service.is_tiled:
        filled: str = service.address
        for mark, value in (("{z}", z), ("{x}", x), ("{y}", y)):
            filled = filled.replace(mark, str(value))
        return filled
    parts = urlsplit(service.address)
    given = {key.upper(): value for key, value in parse_qsl(parts.query, keep_blank_values=True)}
    side = 2 * HALF / 2**z
    west, north = x * side - HALF, HALF - y * side
    version = given.get("VERSION", "1.3.0")
    asked = {
        "FORMAT": "image/png",
        "STYLES": "",
        **given,
        "SERVICE": "WMS",
        "VERSION": version,
        "REQUEST": "GetMap",
        "CRS" if version.startswith("1.3") else "SRS": "EPSG:3857",
        "BBOX": f"{west:.6f},{north - side:.6f},{west + side:.6f},{north:.6f}",
        "WIDTH": str(SIZE),
        "HEIGHT": str(SIZE),
    }
    return urlunsplit(parts._replace(query=urlencode(asked)))


def kept(service: Any, z: int, x: int, y: int, *, stale: bool = False) -> bytes | None:
    """Return a picture fetched in the last days, or (``stale``) earlier; None if there is none."""
    path = _path(service, z, x, y)
    with suppress(OSError):
        if stale or time.time() - path.stat().st_mtime < FRESH_SECONDS:
            return path.read_bytes()
    return None


def fetched(service: Any, z: int, x: int, y: int) -> bytes | None:
    """Ask the service for a picture and keep it; None if it does not give one."""
    if _failing.get(service.name, 0.0) > time.monotonic() or not _slots.acquire(timeout=PATIENCE):
        return None
    try:
        picture = _asked(address_of(service, z, x, y))
    except OSError:  # unreachable, too slow, refused: also urllib's own errors
        _failing[service.name] = time.monotonic() + PAUSE
        return None
    except (HTTPException, ValueError):
        picture = None
    finally:
        _slots.release()
    if picture is None:
        _failing[service.name] = 0.0
        return None
    _failing.pop(service.name, None)
    _keep(_path(service, z, x, y), picture)
    return picture


def is_failing(service: Any) -> bool:
    """Say whether the last question to a service brought no picture."""
    return service.name in _failing


def kind_of(picture: bytes) -> str:
    """Return what a picture is, told from its bytes; nothing if it is none that we take."""
    return next((kind for start, kind in STARTS.items() if picture.startswith(start)), "")


def _asked(address: str) -> bytes | None:
    """Return a picture; None if the answer is none or too large. OSError if there is no answer in time."""
    until = time.monotonic() + SECONDS
    request = urllib.request.Request(  # noqa: S310 - http and https only, checked at the start
        address, headers={"User-Agent": "Nahraum", "Accept": "image/png, image/jpeg"}
    )
    try:
        with _asker.open(request, timeout=SECONDS) as answer:
            if answer.headers.get_content_type() not in STARTS.values():
                return None
            body = bytearray()
            while piece := answer.read1(65_536):
                body += piece
                if len(body) > LARGEST:
                    return None
                if time.monotonic() > until:
                    raise TimeoutError
    except urllib.error.HTTPError:
        return None  # it answers, but not this
    return bytes(body) if kind_of(bytes(body)) else None


def _path(service: Any, z: int, x: int, y: int) -> Path:
    """Return where a picture lies; another address under the same name is another folder."""
    folder: Path = settings.TILES / hashlib.sha256(service.address.encode()).hexdigest()[:16]
    return folder / str(z) / str(x) / str(y)


def _keep(path: Path, picture: bytes) -> None:
    """Write a picture whole or not at all; a full disk takes nothing from the map."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        written = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        written.write_bytes(picture)
        written.replace(path)
        if next(_kept) % CLEARED_EVERY == 0:
            clear(settings.TILES)


def clear(folder: Path) -> None:
    """Remove the oldest pictures once all of them together are too large."""
    found = []
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.is_file():
                found.append((path.stat().st_mtime, path.stat().st_size, path))
    size = sum(each[1] for each in found)
    if size <= LARGEST_STORE:
        return
    for _time, length, path in sorted(found):
        if size <= LARGEST_STORE * AFTER_CLEARING:
            return
        path.unlink(missing_ok=True)
        size -= length
