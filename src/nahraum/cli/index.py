"""``nahraum index``: compute the index and write everything as open data."""

from __future__ import annotations

from pathlib import Path

import click

from nahraum.base.language import gettext as _
from nahraum.cli.terminal import data_option, json_option, progress_bar, project_argument, show_json


@click.command(
    "index",
    help=_(
        "Compute the index of PROJECT and write scores, Lebenslagen, classes, deviation profile and robustness as CSV, "
        "XLSX and GeoPackage, log and origin as JSON."
    ),
)
@project_argument
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help=_("Folder to write."))
@data_option
@json_option
def command(project: Path, out: Path, data: Path | None, as_json: bool) -> None:
    """Write the protected edition into a folder, all or nothing."""
    from nahraum.evidence.indicators.protect import protect_edition
    from nahraum.projects import run_project
    from nahraum.projects.publish import write_folder

    with progress_bar(quiet=as_json) as progress:
        edition = protect_edition(run_project(project, data_dir=data, progress=progress))
        files = write_folder(edition, out)
    if as_json:
        show_json({"folder": str(out), "files": [path.name for path in files]})
        return
    click.echo(_("Written to {folder}:").format(folder=out))
    for path in files:
        click.echo(f"  {path.name}")
