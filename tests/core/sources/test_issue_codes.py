"""Every issue that Nahraum can report is explained to the people who meet it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import nahraum

ROOT = Path(__file__).resolve().parents[3]
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")
LISTED = re.compile(r"^\| `([a-z0-9-]+)` \|", re.MULTILINE)


def used() -> dict[str, str]:
    """Return every code handed on as ``code`` anywhere in core and site, with a module that does so."""
    core = Path(nahraum.__file__).parent
    paths = (*core.rglob("*.py"), *core.with_name("nahraum_site").rglob("*.py"))
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}
    anywhere = {name: at for tree in trees.values() for name, at in _takes_code(tree)}
    return {
        code: path.name
        for path, tree in trees.items()
        for code in _codes(tree, {**anywhere, **dict(_takes_code(tree))})
    }


def _takes_code(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args]
            if "code" in names:
                yield node.name, names.index("code")


def _codes(tree: ast.AST, takes: dict[str, int]) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        given = [word.value for word in node.keywords if word.arg == "code"]
        given += node.args[takes[name] : takes[name] + 1] if name in takes else []
        for expression in given:
            for part in ast.walk(expression):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and CODE.fullmatch(part.value):
                    yield part.value


def listed(document: str) -> list[str]:
    return LISTED.findall((ROOT / "docs" / document).read_text(encoding="utf-8"))


def test_every_code_in_the_program_is_listed_once_and_no_other() -> None:
    codes = used()
    assert len(codes) > 50
    assert {code: module for code, module in codes.items() if code not in listed("reference/issues.md")} == {}
    assert sorted(listed("reference/issues.md")) == sorted(set(codes))


def test_the_handbook_explains_every_message_of_the_readers() -> None:
    of_readers = {
        code for code, module in used().items() if (Path(nahraum.__file__).parent / "sources" / module).exists()
    }
    about_boundaries = {"geometry", "crs", "polygon", "ring", "layer"}
    missing = {
        code for code in of_readers - set(listed("handbuch/tabellen.md")) if code.split("-")[0] not in about_boundaries
    }
    assert missing == set()
