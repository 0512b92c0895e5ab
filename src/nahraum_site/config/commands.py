"""``nahraum serve``: import a project and serve the site, with one command."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

import click

from nahraum.base.language import gettext as _


@click.command("serve", short_help=_("Serve the site: start page, atlas, areas, report"))
@click.option("--project", type=click.Path(path_type=Path), help=_("Project file to compute and publish first."))
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help=_("Port to listen on."))
@click.option("--host", default="localhost", show_default=True, help=_("Address to listen on."))
@click.option(
    "--var", type=click.Path(path_type=Path, file_okay=False), help=_("Folder for database and files (NAHRAUM_VAR).")
)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help=_("Folder with the project's tables."))
def serve(project: Path | None, port: int, host: str, var: Path | None, data: Path | None) -> None:
    """Compute and publish the project (unless that was done already), then serve until Ctrl-C or TERM."""
    _refuse_taken(host, port)
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, _end)
    if var:
        os.environ["NAHRAUM_VAR"] = str(var)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nahraum_site.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if project:
        _publish(project, data)
    from waitress import create_server

    from nahraum_site.config.wsgi import application

    server = create_server(application, host=host, port=port, threads=8, ident="Nahraum")
    click.echo(_("Nahraum is running: {address} (end with Ctrl-C)").format(address=f"http://{host}:{port}/"))
    server.run()


def _refuse_taken(host: str, port: int) -> None:
    """Say that the port is taken before minutes are spent on computing."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                _("Port {port} is not free. Choose another with --port.").format(port=port)
            ) from error


def _publish(project: Path, data: Path | None) -> None:
    from nahraum.cli.terminal import progress_bar
    from nahraum_site.reports.actions import publish_project

    with progress_bar() as progress:
        edition, fresh = publish_project(project, data, progress)
    words = _("Published: {title}") if fresh else _("Already published: {title}")
    click.echo(words.format(title=edition.title))


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
