"""What the commands share: arguments, progress bars, tables and issues in the terminal, JSON for machines."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from nahraum.base import Issue
from nahraum.base.language import gettext as _

PATIENCE = 1.0  # seconds after which a person wants to see that something goes on

project_argument = click.argument("project", type=click.Path(path_type=Path), metavar="PROJECT")
json_option = click.option("--json", "as_json", is_flag=True, help=_("Answer as JSON, for machines."))
data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help=_("Folder with the tables (instead of data_dir in the project file)."),
)


@contextmanager
def progress_bar(*, quiet: bool = False) -> Iterator[Callable[[str, float], None]]:
    """Yield ``progress(step, share)``: shows a bar on the terminal once the work takes longer than a second."""
    if quiet or not sys.stderr.isatty():
        yield lambda _step, _share: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    started = time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=1.0)

    def show(step: str, share: float) -> None:
        if not bar.live.is_started and time.monotonic() - started > PATIENCE:
            bar.start()
        bar.update(task, description=step, completed=share)

    try:
        yield show
    finally:
        bar.stop()


def show_json(answer: Any) -> None:
    """Print an answer for machines: UTF-8, sorted keys, NaN as null."""
    click.echo(json.dumps(_plain(answer), ensure_ascii=False, indent=2, sort_keys=True))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    return value if isinstance(value, str | int | bool) or value is None else str(value)


def issue_row(issue: Issue) -> dict[str, object]:
    """Return an issue as plain data."""
    return {
        "code": issue.code,
        "severity": issue.severity.name.lower(),
        "file": issue.file,
        "sheet": issue.sheet,
        "row": issue.row,
        "column": issue.column,
        "value": issue.value,
        "message": issue.sentence,
        "remedy": issue.advice,
    }


def show_issues(issues: Sequence[Issue]) -> None:
    """Print issues on stderr, gravest first, and their count."""
    for issue in sorted(issues, key=lambda each: -each.severity):
        click.echo(str(issue), err=True)
    counts = {severity: sum(i.severity is severity for i in issues) for severity in {i.severity for i in issues}}
    summary = ", ".join(f"{severity.label}: {count}" for severity, count in sorted(counts.items(), reverse=True))
    if summary:
        click.echo(summary, err=True)


def refuse_data(issues: Sequence[Issue], *, as_json: bool) -> None:
    """Say why the data cannot be used; machines get the same as an answer."""
    if as_json:
        show_json({"ok": False, "issues": [issue_row(issue) for issue in issues]})
    show_issues(issues)


def show_table(headers: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Print a plain table; columns in ``right`` are aligned to the right."""
    widths = [max(len(str(row[n])) for row in [headers, *rows]) for n in range(len(headers))]
    for n, row in enumerate([headers, *rows]):
        cells = [
            str(cell).rjust(width) if c in right else str(cell).ljust(width)
            for c, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())
        if n == 0:
            click.echo("  ".join("-" * width for width in widths))
