"""Documents tell the truth: links lead somewhere, decisions are listed, every make target explains itself."""

from __future__ import annotations

import re
import subprocess
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from nahraum.cli.main import commands
from tests.repo.tree import ROOT, files, name

LINK = re.compile(r"\]\(([^)\s]+)\)")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z][\w-]*):(?!=)(.*)$", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("path", [path for path in files(".md") if path.name != "LICENSE"], ids=name)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    inside = [
        target.split("#")[0] for target in targets if "://" not in target and not target.startswith(("#", "mailto:"))
    ]
    assert not [target for target in inside if not (path.parent / target).exists()]


def test_every_decision_is_numbered_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    decisions = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert [int(decision[:4]) for decision in decisions] == list(range(1, len(decisions) + 1))
    assert not [decision for decision in decisions if f"({decision})" not in index]


def test_every_decision_opens_with_its_number_and_says_what_was_decided() -> None:
    for path in sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md")):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} "), path.name
        assert "**Decided.**" in text, path.name
        assert "**Why.**" in text, path.name


def test_every_make_target_has_one_line_of_help() -> None:
    assert len(TARGETS) >= 8
    assert not [target for target, rest in TARGETS if "## " not in rest]


def test_make_alone_prints_every_target() -> None:
    printed = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert [line.split()[1] for line in printed.splitlines()] == [target for target, _ in TARGETS]


def test_the_readme_starts_with_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert 0 < readme.index("make demo") < readme.index("make test") < readme.index("\n## ")


def test_documents_show_only_commands_that_exist() -> None:
    known = {*commands(), *(point.name for point in entry_points(group="nahraum.commands"))}
    shown = set()
    for path in files(".md"):
        for block in re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
            shown |= set(re.findall(r"^(?:\S*/)?nahraum (\w+)", block, re.MULTILINE))
    assert shown
    assert shown - known == set()


def test_code_holds_no_notes_of_unfinished_work() -> None:
    note = re.compile("#.*\\b(?:TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b")
    assert not [
        name(path) for path in files(".py", ".js", ".mjs", ".typ") if note.search(path.read_text(encoding="utf-8"))
    ]
