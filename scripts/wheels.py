"""Gather everything for an installation without internet: our wheel, all locked packages for this platform, the SBOM.

The folder is installed with one line, which is written into it: see docs/handbuch/betrieb.md.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from packaging.utils import canonicalize_name

from scripts import sbom
from scripts.installed import closure

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements-dev.lock"
INSTALL = """\
Nahraum ohne Internet installieren (Python {python} auf derselben Art von Rechner):

    python3 -m venv nahraum
    nahraum/bin/pip install --no-index --find-links . 'nahraum[site,postgresql]'
    nahraum/bin/nahraum serve

SHA256SUMS: sha256sum -c SHA256SUMS
"""


def main(folder: Path) -> int:
    """Fill the folder, which must be empty or absent."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        sys.exit(f"{folder} is not empty. Choose another: make wheels WHEELS=folder")
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run([sys.executable, "-m", "venv", scratch], check=True)  # .venv may have been made without pip
        locked = Path(scratch) / "runtime.lock"
        locked.write_text(runtime_lock(), encoding="utf-8")
        pip = [str(Path(scratch) / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
        options = ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
        subprocess.run([*pip, "download", *options, "-r", str(locked), "-d", str(folder)], check=True)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder.resolve())]
    subprocess.run(build, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    sbom.main(folder / "sbom.cdx.json")
    version = ".".join(map(str, sys.version_info[:2]))
    (folder / "INSTALL.txt").write_text(INSTALL.format(python=version), encoding="utf-8")
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.iterdir())]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    print(f"{folder}: {len(list(folder.glob('*.whl')))} wheels; {INSTALL.splitlines()[3].strip()}", flush=True)
    return 0


def runtime_lock() -> str:
    """Return the part of the lock that an installation needs, hashes and markers as they stand there."""
    needed = closure() - {"nahraum"}
    entries = re.findall(r"^(\S+?)==((?:.*\\\n)*.*\n)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return "".join(f"{name}=={rest}" for name, rest in entries if canonicalize_name(name.split("[")[0]) in needed)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
