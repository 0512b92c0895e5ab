"""Write the bill of materials of an installation as CycloneDX JSON: Python packages and front-end packages.

The same installation gives the same bytes: no serial number, no time. Addresses are left out: where a package came
from is a matter of the machine that fetched it; what it is, is told by name, version, licence and hash of the lock.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from scripts.installed import closure

ROOT = Path(__file__).resolve().parent.parent
SPEC = "1.6"


def main(target: Path) -> int:
    """Write the file; AssertionError if it is not valid."""
    bill = made()
    text = json.dumps(bill, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    check(text)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    print(f"{target}: {len(bill['components'])} packages", flush=True)
    return 0


def made() -> dict[str, Any]:
    """Return the bill of materials."""
    python, graph = python_packages()
    components = sorted([*python, *front_end_packages()], key=lambda each: each["bom-ref"])
    told = {each["bom-ref"] for each in components}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": SPEC,
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "nahraum", "bom-ref": "nahraum"}},
        "components": components,
        "dependencies": [
            {"ref": each["ref"], "dependsOn": sorted(set(each.get("dependsOn", [])) & told)}
            for each in sorted(graph, key=lambda each: each["ref"])
            if each["ref"] in told
        ],
    }


def python_packages() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what cyclonedx-py says of the packages that an installation needs, and of who needs whom."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "all.json"
        tool = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "--spec-version", SPEC]
        subprocess.run([*tool, "-o", str(out), sys.executable], check=True, cwd=scratch)
        whole = json.loads(out.read_text(encoding="utf-8"))
    needed = closure()
    keep = ("type", "bom-ref", "name", "version", "description", "licenses", "purl")
    found = [
        {name: each[name] for name in keep if name in each}
        for each in whole["components"]
        if canonicalize_name(each["name"]) in needed
    ]
    for each in found:
        each["purl"] = f"pkg:pypi/{canonicalize_name(each['name'])}@{each['version']}"
        for licence in each.get("licenses", []):  # texts and addresses of licences lie in the packages themselves
            licence.get("license", {}).pop("text", None)
            licence.get("license", {}).pop("url", None)
    return found, whole.get("dependencies", [])


def front_end_packages() -> list[dict[str, Any]]:
    """Return the packages whose files lie in the wheel, from the npm lock; tools for tests are left out."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    found = []
    for place, told in lock["packages"].items():
        name = place.rpartition("node_modules/")[2]
        if not name or told.get("dev") or told.get("optional"):
            continue
        mark = f"{name.replace('@', '%40')}@{told['version']}"
        licences = {"licenses": [{"expression": told["license"]}]} if told.get("license") else {}
        found.append(
            {
                "type": "library",
                "bom-ref": f"front-end:{place}",
                "name": name,
                "version": told["version"],
                "purl": f"pkg:npm/{mark}",
                **licences,
            }
        )
    return found


def check(text: str) -> None:
    """Validate against the schema of CycloneDX, which the library brings."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert fault is None, fault


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
