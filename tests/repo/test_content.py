"""What may not lie in the repository: addresses of package registries, data of others, nameless modules, giants."""

from __future__ import annotations

import ast
import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from tests.repo.tree import ROOT, files, functions, lines_of, name

MODULE_LINES, FUNCTION_LINES = 400, 50
# Put together from parts, so that this file holds no address itself.
HOSTS = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "yarn" + "pkg.com",
    "js" + "delivr.net",
    "un" + "pkg.com",
    "crates" + ".io",
    "proxy.go" + "lang.org",
    "ana" + "conda.org",
    "ruby" + "gems.org",
    "npm.pkg.git" + "hub.com",
]
WORDS = ["py" + "pi", "npm", "simple", "artifac" + "tory", "nex" + "us", "dev" + "pi", "verdac" + "cio"]
ADDRESS = re.compile(
    "|".join(re.escape(host) for host in HOSTS)
    + "|https?:" + "//registry[.]"
    + "|https?:" + "//[^\\s/\"']+(?:/[^\\s/\"']+)*/(?:" + "|".join(WORDS) + ")(?:/|\\b)"
    + "|https?:" + "//[^\\s/\"']*(?:" + "|".join(WORDS) + ")[^\\s/\"']*[.:]",
    re.IGNORECASE,
)  # fmt: skip


def test_no_file_holds_the_address_of_a_package_registry() -> None:
    found = []
    for path in files():
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
            if ADDRESS.search(line):
                found.append(f"{name(path)}:{number}")
    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "https:" + "//py" + "pi.org/simple/",
        "http:" + "//mirror.example/repo/py" + "pi/x",
        "https:" + "//registry.example.org",
    ],
)
def test_an_address_of_a_registry_or_mirror_is_recognised(text: str) -> None:
    assert ADDRESS.search(f"index = {text}")


@pytest.mark.parametrize("text", ["https:" + "//docs.typst.app/guide", "PyPI wheel", "npm ci", "a simple table"])
def test_other_addresses_and_words_are_not_mistaken_for_a_registry(text: str) -> None:
    assert not ADDRESS.search(text)


def test_the_locks_name_hashes_and_no_source() -> None:
    python = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    packages = re.findall(r"^\S+==", python, re.MULTILINE)
    assert len(packages) > 50
    assert len(re.findall(r"^\S+==.*\\\n    --hash=sha256:", python, re.MULTILINE)) == len(packages)
    assert not re.search(r"--(?:extra-)?index-url|--find-links|://", python)
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_uv_lock_stays_out_because_it_records_addresses() -> None:
    assert not [path for path in files() if path.name == "uv.lock"]


@pytest.mark.real_data
def test_no_file_of_the_shared_folder_lies_in_the_repository(shared: Path) -> None:
    ours = {(path.stat().st_size, digest(path)): name(path) for path in files() if path.stat().st_size > 200}
    sizes = {size for size, _ in ours}
    theirs = [path for path in shared.rglob("*") if path.is_file() and path.stat().st_size in sizes]
    assert not [ours[key] for path in theirs if (key := (path.stat().st_size, digest(path))) in ours]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_no_module_is_named_after_nothing() -> None:
    nameless = {"util", "utils", "helper", "helpers", "common", "misc"}
    assert not [
        name(path)
        for path in files(".py", ".js", ".mjs", ".typ")
        if nameless & {path.stem.strip("_"), path.parent.name}
    ]


def too_long() -> dict[str, int]:
    """Return every module and function over the limit with its length; made files (migrations) are left out."""
    found = {}
    for path in files(".py", ".js", ".mjs", ".typ"):
        text = path.read_text(encoding="utf-8")
        if "migrations" in path.parts:
            continue
        if (length := len(text.splitlines())) > MODULE_LINES:
            found[name(path)] = length
        for title, function in functions(ast.parse(text)) if path.suffix == ".py" else ():
            if (length := lines_of(function)) > FUNCTION_LINES:
                found[f"{name(path)}:{title}"] = length
    return found


def reasons() -> dict[str, str]:
    return tomllib.loads((ROOT / "tests" / "repo" / "long.toml").read_text(encoding="utf-8"))


def test_a_long_module_or_function_has_a_reason() -> None:
    assert {what: length for what, length in too_long().items() if what not in reasons()} == {}


def test_no_reason_outlives_what_it_excuses() -> None:
    assert not [what for what in reasons() if what not in too_long()]
    assert all(len(reason) > 20 for reason in reasons().values())
