"""A foreign file is read in a process of its own: one that hangs, grows or falls takes nobody with it.

The process knows no secret of the site, may neither grow nor work beyond its limits, and answers in JSON only. Short
plain texts cannot do harm of that kind and are read here: a process takes most of a second to start.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nahraum.base import BadInput, Interrupted, Issue, Severity, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import language, speaking
from nahraum.base.strict import build
from nahraum.sources.content import refuse_disguised
from nahraum.sources.geo import layers_of, read_through
from nahraum.sources.grid import refused
from nahraum.sources.preview import Head, Recognised, called, head, recognise
from nahraum.sources.table import read_table
from nahraum.sources.terms import Reading, SourceFile, TableSpec
from nahraum.sources.values import laid_by, lay_by

SECONDS = 60.0  # to look at a file, or to read a small one
MEMORY = 3 << 30  # bytes of address space: libraries take half a gigabyte of it before they do anything
WRITTEN = 4 << 30  # bytes of one file
SAID, SAID_OF_TABLE = 16 << 20, 256 << 20  # letters of an answer: what is said of a look is kept and shown
AT_ONCE, PATIENCE = 2, 20.0  # processes, and seconds that whoever comes later waits
PLAIN, SMALL = (".csv", ".tsv", ".txt", ".sql"), 1_000_000  # what is read here: such names, at most so many bytes

_places = threading.BoundedSemaphore(AT_ONCE)


def recognised(path: Path, name: str, *, sheet: str = "") -> Recognised:
    """Return what ``preview.recognise`` finds. WrongRequest as there, and where reading was broken off."""
    return Recognised(**_tuples(_wanted("recognise", path, name, sheet=sheet)))


def first_rows(path: Path, name: str, part: Mapping[str, Any]) -> Head:
    """Return what ``preview.head`` finds under a section [[tables]]. BadInput where it cannot be read so."""
    return Head(**_tuples(_asked("head", path, name, SECONDS, part=dict(part))))


def map_layers(path: Path, name: str) -> tuple[str, ...]:
    """Return the layers of a map file whose every shape was read once.

    WrongRequest for a file that is no map by its name, BadInput where it cannot be read.
    """
    return tuple(_asked("layers", path, name, SECONDS))


def table(path: Path, part: Mapping[str, Any], seconds: float = SECONDS) -> Reading:
    """Return what ``read_table`` reads of a section [[tables]] whose file lies at ``path``; BadInput as there, and
    where reading was broken off.
    """
    spec = build(TableSpec, dict(part), _("table"))
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows"
        found = _asked("table", path, spec.file, seconds, part=dict(part), rows=str(rows))
        issues = tuple(issue_of(each) for each in found["issues"])
        return laid_by(spec, SourceFile(**found["source"]), rows, issues)


def _recognise(path: Path, name: str, *, sheet: str) -> dict[str, Any]:
    found = recognise(path, name, sheet=sheet)
    if found.has_boundaries:
        with called(path, name) as file:
            read_through(file)
    return asdict(found)


def _head(path: Path, name: str, *, part: dict[str, Any]) -> dict[str, Any]:
    return asdict(head(path, build(TableSpec, {**part, "file": name}, _("table"))))


def _layers(path: Path, name: str) -> tuple[str, ...]:
    refuse_disguised(path, name)
    with called(path, name) as file:
        found = layers_of(file)
        read_through(file)
    return found


def _table(path: Path, name: str, *, part: dict[str, Any], rows: str) -> dict[str, Any]:
    with called(path, name) as file:
        reading = read_table(build(TableSpec, {**part, "file": name}, _("table")), file.parent)
    lay_by(reading, Path(rows))
    return {"source": asdict(reading.source), "issues": [plain(each) for each in reading.issues]}


TASKS: dict[str, Callable[..., Any]] = {"recognise": _recognise, "head": _head, "layers": _layers, "table": _table}


def _wanted(task: str, path: Path, name: str, **given: Any) -> Any:
    """Do a task for somebody who waits: what is wrong with the file becomes WrongRequest."""
    try:
        return _asked(task, path, name, SECONDS, **given)
    except BadInput as error:
        raise WrongRequest(" ".join(f"{each.sentence} {each.advice}".strip() for each in error.issues)) from None


def _asked(task: str, path: Path, name: str, seconds: float, **given: Any) -> Any:
    """Do a task over a file, apart unless the file is harmless; raises what the task raises."""
    if Path(name).suffix.lower() in PLAIN and path.stat().st_size <= SMALL:
        return TASKS[task](path, name, **given)
    order = {"task": task, "path": str(path), "name": name, "given": given}
    said = done_apart(__name__, order, seconds, SAID_OF_TABLE if task == "table" else SAID)
    if said is None:
        raise refused(
            "reading-broken-off",
            message="Reading “{name}” was broken off: over {seconds} seconds, too much memory, or a damaged file.",
            remedy="Ask where the file comes from, and for nothing but the table, as CSV.",
            file=name,
            name=name,
            seconds=int(seconds),
        )
    return said["found"]


def done_apart(module: str, order: Mapping[str, Any], seconds: float, most: int) -> dict[str, Any] | None:
    """Let a module that ends in ``serve`` do what is ordered, in a process of its own; return its answer (``found``).

    None where it was broken off; ``most``: letters of the answer. Raises WrongRequest and BadInput as they were raised
    there, WrongRequest where too many files are being read, and Interrupted where somebody ended the process.
    """
    if not _places.acquire(timeout=PATIENCE):  # whoever waits holds a place in the web server
        raise WrongRequest(_("Other files are being read. Please try again in a minute."))
    try:
        whole = {**order, "language": language(), "seconds": seconds, "memory": MEMORY, "most": most}
        said = _answer(module, whole, seconds)
    finally:
        _places.release()
    if said is None:
        return None
    if "wrong" in said:
        raise WrongRequest(said["wrong"])
    if "issues" in said:
        raise BadInput([issue_of(each) for each in said["issues"]])
    return said


def _answer(module: str, order: dict[str, Any], seconds: float) -> dict[str, Any] | None:
    """Return what a process of its own says; None if it does not come to an end. What it laid down goes with it."""
    words = [sys.executable, "-I", "-m", module]
    known = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    environment = {**known, "LANG": "C.UTF-8", "POLARS_MAX_THREADS": "2", "MALLOC_ARENA_MAX": "2"}
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(  # noqa: S603 - our own interpreter and module
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**environment, "TMPDIR": folder},
            start_new_session=True,
        ) as process,
    ):
        try:
            said, _errors = process.communicate(json.dumps(order).encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            process.kill()
    if process.returncode == -signal.SIGTERM:  # the server ends and ends everything: that tells nothing of the file
        raise Interrupted(_("Reading was interrupted. Nothing was stored; please try again."))
    if process.returncode:
        return None
    found: dict[str, Any] = json.loads(said)
    return found


def _limit(seconds: float, memory: int) -> None:
    """Let this process neither grow nor work beyond what it was given, where the system can."""
    with suppress(ImportError):
        import resource

        for kind, most in (
            (resource.RLIMIT_AS, memory),
            (resource.RLIMIT_CPU, int(seconds) + 1),
            (resource.RLIMIT_FSIZE, WRITTEN),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(kind, (most, most))


def plain(issue: Issue) -> dict[str, Any]:
    """Return an issue as JSON takes it."""
    params = {key: each if isinstance(each, int | float) else str(each) for key, each in issue.params.items()}
    return {**asdict(issue), "severity": int(issue.severity), "params": params}


def issue_of(plain: Mapping[str, Any]) -> Issue:
    """Return the issue that came as JSON."""
    return Issue(**{**plain, "severity": Severity(plain["severity"])})


def _tuples(found: Any) -> Any:
    """Return what came as JSON with tuples where it has lists."""
    if isinstance(found, dict):
        return {key: _tuples(each) for key, each in found.items()}
    return tuple(map(_tuples, found)) if isinstance(found, list | tuple) else found


def serve(do: Callable[[dict[str, Any]], Any]) -> None:
    """Do what is ordered on stdin, say on stdout what came of it, and end."""
    order = json.load(sys.stdin)
    _limit(order["seconds"], order["memory"])
    with speaking(order["language"]):
        try:
            said = {"found": do(order)}
        except WrongRequest as error:
            said = {"wrong": str(error)}
        except BadInput as error:
            said = {"issues": [plain(each) for each in error.issues]}
    answer = json.dumps(said)
    if len(answer) > order.get("most", SAID):  # one text in many cells: small here, without end over there
        os._exit(1)
    sys.stdout.write(answer)
    sys.stdout.flush()
    os._exit(0)  # no library has anything to tidy up


if __name__ == "__main__":
    serve(lambda order: TASKS[order["task"]](Path(order["path"]), order["name"], **order["given"]))
