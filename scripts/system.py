"""Make sure that the programs which the tests drive are there: as root on Debian install them, otherwise name them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def on_path(*names: str) -> Callable[[], bool]:
    """Return a check that one of these programs is on the path."""
    return lambda: any(shutil.which(name) for name in names)


def one_file(*patterns: str) -> Callable[[], bool]:
    """Return a check that a file matching one of these patterns exists."""
    return lambda: any(next(Path("/").glob(pattern.lstrip("/")), None) for pattern in patterns)


# Debian package: what the tests use it for, how to see that it is there.
NEEDED: dict[str, tuple[str, Callable[[], bool]]] = {
    "chromium-headless-shell": (
        "pages in a real browser",
        on_path("chromium-headless-shell", "chromium-browser", "google-chrome"),
    ),
    "postgresql": ("the site on PostgreSQL", one_file("/usr/lib/postgresql/*/bin/initdb", "/usr/local/bin/initdb")),
    "default-jre-headless": ("veraPDF, the check of accessible PDFs", on_path("java")),
    "libjaxb-java": (
        "veraPDF on Java 11 and newer",
        one_file("/usr/share/java/jaxb-runtime*.jar", "/usr/share/java/jaxb-impl*.jar"),
    ),
    "gettext": ("a second reader for the catalogue of sentences", on_path("msgfmt")),
    "poppler-utils": ("looking at PDF pages", on_path("pdftoppm")),
}


def main() -> int:
    """Install or name what is missing; return 0 when everything is there."""
    missing = [package for package, (_use, there) in NEEDED.items() if not there()]
    if not missing:
        return 0
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print(f"Programs for the tests: installing {', '.join(missing)} from Debian ...", flush=True)
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for step in (["apt-get", "update"], command):
            done = subprocess.run(step, env=quiet, capture_output=True, text=True, check=False)
            if done.returncode:
                print(f"{' '.join(step)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}", file=sys.stderr)
                return 1
        missing = [package for package in missing if not NEEDED[package][1]()]
    if not missing:
        return 0
    print("The tests need programs that are not here:", file=sys.stderr)
    for package in missing:
        print(f"  {package}: {NEEDED[package][0]}", file=sys.stderr)
    print(f"On Debian and Ubuntu, install them as root with:\n  {' '.join(command)}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
