"""``nahraum init``: a commented project file from given tables."""

from __future__ import annotations

from pathlib import Path

import click

from nahraum.base.errors import WrongRequest
from nahraum.base.language import gettext as _


@click.command("init", help=_("Write a commented project file from the TABLES a city delivers."))
@click.argument("tables", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False), metavar="TABLES...")
@click.option(
    "--areas", type=click.Path(path_type=Path, dir_okay=False), help=_("File with the boundaries of the areas.")
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("nahraum.toml"),
    show_default=True,
    help=_("Project file to write."),
)
@click.option("--force", is_flag=True, help=_("Replace an existing project file."))
def command(tables: tuple[Path, ...], areas: Path | None, out: Path, force: bool) -> None:
    """Write the draft; an existing project file is kept unless --force is given."""
    from datetime import UTC, datetime

    from nahraum.projects.draft import draft_project

    if out.exists() and not force:
        message = _("{path} is there already. Name another with --out, or replace it with --force.")
        raise WrongRequest(message.format(path=out))
    text = draft_project(tables, areas, out.parent, datetime.now(UTC).date())
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(f".{out.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(out)
    click.echo(_("Written: {file}").format(file=out))
    click.echo(_("Now look at it, then: nahraum check {file}").format(file=out))
