"""Keep the one catalogue of sentences: add German ones, compile it, list what is still missing.

    scripts/translate.py add      reads {"msgid": "German", ...} from stdin and merges it
                                  (plural: {"{n} area": {"plural": "{n} areas", "de": ["{n} Gebiet", "{n} Gebiete"]}})
    scripts/translate.py compile  writes the binary catalogue that the programs read
    scripts/translate.py missing  lists sentences in code and templates without a German one; exit code 1 if any
    scripts/translate.py unused   lists German sentences that nothing in code or templates asks for

The catalogue is sorted by msgid and holds no dates and no line numbers: two people who add sentences do not collide.
"""

from __future__ import annotations

import argparse
import ast
import fcntl
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCES = (ROOT / "src" / "nahraum", ROOT / "src" / "nahraum_site")
CATALOGUE = ROOT / "src" / "nahraum" / "locale" / "de" / "LC_MESSAGES" / "django.po"
ONE = {"_", "_lazy", "gettext", "gettext_lazy", "gettext_noop"}
TWO = {"ngettext", "ngettext_lazy"}
# Arguments of codes that are translated when shown (nahraum.base.Issue, a recipe's log): see base/issues.py.
CODE_ARGUMENTS = {"message", "remedy"}
PLACEHOLDER = re.compile(r"\{(\w+)[^{}]*\}|%\((\w+)\)[sd]")
TEMPLATE_CALL = re.compile(r"(?<![\w.])(n?gettext|_)(?=\(u?[\"'])")


def main(arguments: list[str] | None = None) -> int:
    """Run the command named on the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["add", "compile", "missing", "unused"])
    command = parser.parse_args(arguments).command
    return {"add": add, "compile": compile_catalogue, "missing": print_missing, "unused": print_unused}[command]()


def add() -> int:
    """Merge the sentences read from stdin into the catalogue and compile it."""
    entries = [_entry(msgid, german) for msgid, german in json.load(sys.stdin).items()]
    faults = [fault for entry in entries for fault in faults_of(entry)]
    if faults:
        print("\n".join(faults), file=sys.stderr)
        return 1
    with _locked():
        catalogue = read_catalogue()
        kept = {entry.msgid: entry for entry in catalogue}
        kept.update({entry.msgid: entry for entry in entries})
        catalogue[:] = [kept[msgid] for msgid in sorted(kept)]
        _write(catalogue)
    print(f"{len(entries)} sentences taken; the catalogue holds {len(kept)}.")
    return 0


def compile_catalogue() -> int:
    """Write the binary catalogue beside the readable one."""
    with _locked():
        _write(read_catalogue(), only_binary=True)
    return 0


def print_missing() -> int:
    """List every sentence in code and templates that has no German, with the place that uses it."""
    known = {entry.msgid for entry in read_catalogue() if entry.translated()}
    gaps = {msgid: places for msgid, places in used().items() if msgid not in known}
    for msgid, places in sorted(gaps.items()):
        print(f"{places[0]}: {json.dumps(msgid, ensure_ascii=False)}")
    return 1 if gaps else 0


def print_unused() -> int:
    """List every German sentence that nothing asks for."""
    asked = used()
    for entry in read_catalogue():
        if entry.msgid not in asked:
            print(json.dumps(entry.msgid, ensure_ascii=False))
    return 0


def faults_of(entry: polib.POEntry) -> list[str]:
    """Say what is wrong with an entry: nothing said in German, or placeholders that differ from the msgid's."""
    texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(text.strip() for text in texts):
        return [f"No German sentence for: {entry.msgid}"]
    wanted = _placeholders(entry.msgid_plural or entry.msgid)
    # The form for one may leave the number out ("ein Gebiet"); every other form must use what the msgid offers.
    wrong = [text for text in texts[-1:] if _placeholders(text) != wanted]
    wrong += [text for text in texts if not _placeholders(text) <= wanted and text not in wrong]
    return [f"Placeholders differ: {entry.msgid!r} has {sorted(wanted)}, the German has {text!r}" for text in wrong]


def read_catalogue() -> polib.POFile:
    """Return the German catalogue as it stands; an empty one with its header where there is none yet."""
    catalogue = polib.pofile(str(CATALOGUE), wrapwidth=0) if CATALOGUE.exists() else polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Project-Id-Version": "nahraum",
        "Language": "de",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def used() -> dict[str, list[str]]:
    """Return every msgid asked for in code and templates, with the places ``file:line`` that ask."""
    places: dict[str, list[str]] = {}
    for source in SOURCES:
        for path in sorted(source.rglob("*.py")):
            _note(places, path, in_code(ast.parse(path.read_text(encoding="utf-8"), str(path))))
        for path in sorted((*source.rglob("templates/**/*.html"), *source.rglob("templates/**/*.txt"))):
            _note(places, path, in_template(path))
    return places


def _note(places: dict[str, list[str]], path: Path, found: Iterator[tuple[str, int]]) -> None:
    for msgid, line in found:
        if not re.search(r"[^\W\d_]", PLACEHOLDER.sub("", msgid)):
            continue  # numbers and signs only, the same in every language
        places.setdefault(msgid, []).append(f"{path.relative_to(ROOT)}:{line}")


def in_code(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the msgids that a module asks for or hands on as a code, with their lines."""
    handed_on = _positions(tree)
    for node in ast.walk(tree):
        sentences: list[ast.expr] = []
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            wanted = {0} if name in ONE | TWO else handed_on.get(name, set())
            sentences += [argument for position, argument in enumerate(node.args) if position in wanted]
            sentences += [word.value for word in node.keywords if word.arg in CODE_ARGUMENTS]
        elif isinstance(node, ast.Assign) and {getattr(target, "id", "") for target in node.targets} & CODE_ARGUMENTS:
            sentences.append(node.value)
        for sentence in sentences:
            for text in _literals(sentence):
                yield text, sentence.lineno


def _positions(tree: ast.AST) -> dict[str, set[int]]:
    """Return for each function of a module at which positions it takes a sentence of a code."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
            names = names[1:] if names[:1] in (["self"], ["cls"]) else names
            found[node.name] = {position for position, name in enumerate(names) if name in CODE_ARGUMENTS}
    return found


def _literals(node: ast.expr) -> Iterator[str]:
    """Yield the literal texts of an argument, also behind ``a if x else b``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def in_template(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the msgids of a Django template as Django will look them up, with their lines."""
    from django.utils.translation.template import templatize

    # the site's own settings: bare ones would stay for whatever this process does next
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nahraum_site.config.settings")
    for line_number, line in enumerate(templatize(path.read_text(encoding="utf-8"), str(path)).splitlines(), 1):
        for call in TEMPLATE_CALL.finditer(line):
            yield _first_argument(line[call.end() + 1 :]), line_number


def _first_argument(text: str) -> str:
    """Return the string literal at the start of the text."""
    literal = re.match(r"u?(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')", text)
    assert literal, text
    value = ast.literal_eval(literal[0])
    assert isinstance(value, str)
    return value


def _entry(msgid: str, german: str | dict[str, Any]) -> polib.POEntry:
    if isinstance(german, str):
        return polib.POEntry(msgid=msgid, msgstr=german)
    one, many = german["de"]
    return polib.POEntry(msgid=msgid, msgid_plural=german["plural"], msgstr_plural={0: one, 1: many})


def _placeholders(text: str) -> set[str]:
    return {curly or percent for curly, percent in PLACEHOLDER.findall(text)}


@contextmanager
def _locked() -> Iterator[None]:
    """Hold the catalogue's folder, so that two people adding at once do not lose each other's sentences."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(CATALOGUE.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _write(catalogue: polib.POFile, *, only_binary: bool = False) -> None:
    """Write to a temporary place, then rename: a program reading meanwhile never sees half a catalogue."""
    binary = CATALOGUE.with_suffix(".mo")
    if not only_binary:
        fresh = CATALOGUE.with_suffix(".po.new")
        catalogue.save(str(fresh), newline="\n")
        fresh.replace(CATALOGUE)
    fresh = binary.with_suffix(".mo.new")
    catalogue.save_as_mofile(str(fresh))
    fresh.replace(binary)


if __name__ == "__main__":
    sys.exit(main())
