"""``nahraum check``: what is wrong with the tables, and do the areas add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.cli.terminal import (
    data_option,
    issue_row,
    json_option,
    progress_bar,
    project_argument,
    show_issues,
    show_json,
    show_table,
)

if TYPE_CHECKING:
    from nahraum.evidence.indicators.edition import Reconciliation


@click.command("check", help=_("Check tables and areas of PROJECT, and whether the areas add up to the city."))
@project_argument
@data_option
@click.option("--strict", is_flag=True, help=_("Warnings count as errors too."))
@json_option
def command(project: Path, data: Path | None, strict: bool, as_json: bool) -> None:
    """Exit with 1 if there are errors (with --strict: or warnings)."""
    from nahraum.base import Severity, worst
    from nahraum.projects import read_inputs

    with progress_bar(quiet=as_json) as progress:
        inputs = read_inputs(project, data_dir=data, progress=progress)
    bad = (worst(inputs.issues) or Severity.NOTICE) >= (Severity.WARNING if strict else Severity.ERROR)
    if as_json:
        rows = [{**asdict(each), "period": str(each.period)} for each in inputs.reconciliation]
        show_json({"ok": not bad, "issues": [issue_row(i) for i in inputs.issues], "reconciliation": rows})
    else:
        _show_reconciliation(inputs.reconciliation)
        show_issues(inputs.issues)
        click.echo(_("There are errors; nothing can be computed.") if bad else _("The tables can be used."))
    click.get_current_context().exit(1 if bad else 0)


def _show_reconciliation(rows: Sequence[Reconciliation]) -> None:
    """Print the latest period of every indicator."""
    latest = max((row.period for row in rows), default=None)
    parts = {"numerator": _("cases"), "denominator": _("people who could be"), "value": _("value")}
    table = [
        [
            row.indicator,
            str(row.period),
            parts[row.part],
            _digits(row.areas_sum),
            _digits(row.official),
            _digits(row.difference),
            f"{row.covered}/{row.expected}",
        ]
        for row in rows
        if row.period == latest
    ]
    heads = [_("indicator"), _("period"), _("part"), _("sum of areas"), _("official"), _("difference"), _("areas")]
    show_table(heads, table, right=(3, 4, 5, 6))


def _digits(value: float) -> str:
    if value != value:
        return "–"
    return number(value, 0 if float(value).is_integer() else 2)
