"""``nahraum report``: the social report as PDF, DOCX or XLSX."""

from __future__ import annotations

from pathlib import Path

import click

from nahraum.base.language import gettext as _
from nahraum.cli.terminal import data_option, json_option, progress_bar, project_argument, show_json


@click.command(
    "report", help=_("Write the social report of PROJECT. The ending of --out decides: .pdf, .docx or .xlsx.")
)
@project_argument
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help=_("File to write (.pdf, .docx, .xlsx)."),
)
@click.option(
    "--template",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help=_("Word file with the city's own styles, for .docx."),
)
@data_option
@json_option
def command(project: Path, out: Path, template: Path | None, data: Path | None, as_json: bool) -> None:
    """Write the protected edition's report; an existing file is replaced only once the new one is whole."""
    from nahraum.evidence.indicators.protect import protect_edition
    from nahraum.projects import run_project
    from nahraum.reports import write_report

    with progress_bar(quiet=as_json) as progress:
        edition = protect_edition(run_project(project, data_dir=data, progress=progress))
        progress(_("Writing {file}").format(file=out.name), 0.95)
        write_report(edition, out, template=template)
    if as_json:
        show_json({"file": str(out), "bytes": out.stat().st_size})
    else:
        click.echo(_("Written: {file}").format(file=out))
