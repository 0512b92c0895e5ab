"""What an installation holds is written down; it can be made without a network, and then serves."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.test_content import ADDRESS
from tests.site.conftest import ON_POSTGRESQL
from tests.site.running import environment_of, free_port

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(ON_POSTGRESQL, reason="asks no database; ran before")]


def test_the_bill_of_materials_names_what_is_installed_and_is_the_same_every_time(tmp_path):
    for name in ("one.json", "two.json"):
        subprocess.run([sys.executable, "scripts/sbom.py", tmp_path / name], cwd=ROOT, check=True)
    text = (tmp_path / "one.json").read_text(encoding="utf-8")
    assert text == (tmp_path / "two.json").read_text(encoding="utf-8")
    names = {each["name"].lower() for each in json.loads(text)["components"]}
    assert {
        "nahraum",
        "django",
        "polars",
        "typst",
        "psycopg",
        "waitress",
        "maplibre-gl",
        "htmx.org",
        "@kern-ux/native",
    } <= names
    assert not {"pytest", "ruff", "playwright", "axe-core", "mypy"} & names
    assert not ADDRESS.search(text)
    assert "://" not in text


def test_an_installation_without_network_serves(tmp_path):
    """Gather the wheels, install them into an empty environment with the network off, start the site from it."""
    wheels = tmp_path / "wheels"
    subprocess.run([sys.executable, "scripts/wheels.py", wheels], cwd=ROOT, check=True)
    off = ["unshare", "--net", "--map-root-user"] if _can_be_cut_off() else []
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    pip = [tmp_path / "venv" / "bin" / "pip", "install", "--quiet", "--no-index", "--find-links", wheels]
    words = [*off, *map(str, pip), "nahraum[site,postgresql]"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "PYTHON"))}
    subprocess.run(words, check=True, env=clean, cwd=tmp_path)
    environment = {**environment_of(tmp_path / "var", None), "PATH": f"{tmp_path}/venv/bin:/usr/bin:/bin"}
    nahraum = str(tmp_path / "venv" / "bin" / "nahraum")
    port = free_port()
    script = f"""
import time, urllib.request
for _ in range(600):
    try:
        page = urllib.request.urlopen("http://127.0.0.1:{port}/", timeout=2).read().decode()
        style = urllib.request.urlopen("http://127.0.0.1:{port}/static/vendor/kern/kern.min.css", timeout=2).read()
        break
    except OSError:
        time.sleep(0.1)
assert "Zum Inhalt springen" in page and len(style) > 10_000
print("served")
"""
    (tmp_path / "ask.py").write_text(script, encoding="utf-8")
    run = "\n".join(
        [
            "ip link set lo up" if off else "",
            f"{nahraum} serve --host 127.0.0.1 --port {port} &",
            f"python3 {tmp_path}/ask.py; code=$?; kill %1; wait; exit $code",
        ]
    )
    done = subprocess.run(
        [*off, "bash", "-c", run], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert "served" in done.stdout


def _can_be_cut_off() -> bool:
    """Return whether this machine lets us run a command without network (it then is; otherwise only pip is told)."""
    words = ["unshare", "--net", "--map-root-user", "ip", "link", "set", "lo", "up"]
    return (
        bool(shutil.which("unshare") and shutil.which("ip"))
        and not subprocess.run(words, capture_output=True).returncode
    )
