"""``nahraum explain``: where the numbers of an area come from, back to file and cell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nahraum.base.language import gettext as _
from nahraum.cli.terminal import data_option, json_option, progress_bar, project_argument, show_json

if TYPE_CHECKING:
    from nahraum.evidence.indicators.explain import Explanation


@click.command("explain", help=_("Show where the numbers of AREA (key or name) come from, back to file and cell."))
@project_argument
@click.argument("area")
@click.option("--period", default="", help=_("Period (default: the latest)."))
@data_option
@json_option
def command(project: Path, area: str, period: str, data: Path | None, as_json: bool) -> None:
    """Print the index of one area, its Lebenslagen and every indicator with the delivered cells."""
    from nahraum.base import Period
    from nahraum.evidence.indicators.explain import explain
    from nahraum.projects import run_project

    with progress_bar(quiet=as_json) as progress:
        edition = run_project(project, data_dir=data, with_robustness=False, progress=progress)
    told = explain(edition, area, Period.parse(period) if period else None)
    if as_json:
        show_json(told.plain())
    else:
        _show(told)


def _show(told: Explanation) -> None:
    click.secho(f"{told.name} ({told.key}) · {told.period.label}", bold=True)
    click.echo(_("For the planning office only: nothing is protected here."))
    for line in told.summary:
        click.echo(f"  {line}")
    for domain, indicators in told.domains:
        click.echo("")
        click.secho(domain, bold=True)
        for each in indicators:
            click.echo(f"  {each.name}: {each.shown}")
            for line in (*each.parts, *each.steps):
                click.echo(f"      {line}")
