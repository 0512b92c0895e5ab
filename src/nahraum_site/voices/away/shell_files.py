"""The files that the page on the way needs without network, found from what its files name: none is missing."""

from __future__ import annotations

import hashlib
import posixpath
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static

NAMED = (
    "vendor/kern/fira-sans.css",
    "vendor/kern/kern.min.css",
    "nahraum/site.css",
    "nahraum/coding.css",
    "nahraum/away.css",
    "nahraum/icon.svg",
    "nahraum/theme.js",
    "nahraum/coding.mjs",
    "nahraum/away.mjs",
)
# what a module imports and a stylesheet draws with; pictures that a stylesheet holds itself are no files
WITHIN = {
    ".mjs": re.compile(r"""\bfrom\s+["'](\./[^"']+)["']"""),
    ".css": re.compile(r"""url\(["']?(?!data:)([^"')]+)"""),
}


def files() -> tuple[tuple[str, ...], str]:
    """Return the addresses of the files and a version that changes with what any of them holds."""
    return _files() if not settings.DEBUG else _files.__wrapped__()


@lru_cache(maxsize=1)
def _files() -> tuple[tuple[str, ...], str]:
    found: dict[str, bytes] = {}
    waiting = list(NAMED)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = _content(name)
            waiting += _within(name, found[name])
    digest = hashlib.sha256(b"".join(name.encode() + found[name] for name in sorted(found)))
    return tuple(static(name) for name in sorted(found)), digest.hexdigest()[:16]


def _content(name: str) -> bytes:
    return Path(finders.find(name) or "").read_bytes()


def _within(name: str, content: bytes) -> list[str]:
    pattern = WITHIN.get(Path(name).suffix)
    folder = posixpath.dirname(name)
    return [posixpath.normpath(f"{folder}/{each}") for each in pattern.findall(content.decode())] if pattern else []


def worker() -> str:
    """Return the service worker's program with the files it keeps."""
    addresses, version = files()
    listed = ",\n".join(f'  "{each}"' for each in addresses)
    return (
        f'const VERSION = "{version}";\nconst FILES = [\n{listed},\n];\n{_content("nahraum/away-worker.js").decode()}'
    )
