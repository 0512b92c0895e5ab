"""The site's commands: serve and its parts (prepare, web, worker); backup, restore, verify."""

from __future__ import annotations

import errno
import gc
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import click

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import ngettext
from nahraum_site.config.supervisor import supervise, wait_for_go

VAR = click.option(
    "--var", type=click.Path(path_type=Path, file_okay=False), help=_("Folder for database and files (NAHRAUM_VAR).")
)
PROJECT = click.option(
    "--project", type=click.Path(path_type=Path), help=_("Project file to compute and publish first.")
)
DATA = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help=_("Folder with the project's tables.")
)
PORT = click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help=_("Port to listen on.")
)
HOST = click.option("--host", default="localhost", show_default=True, help=_("Address to listen on."))
FILE = click.Path(path_type=Path, dir_okay=False)


class OverDatabase(click.Command):
    """A command that works with the database: one that does not answer is said in a sentence."""

    def invoke(self, ctx: click.Context) -> object:
        """Run it."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if words := _words_of_database(error):
                raise click.ClickException(words) from error
            raise


def _words_of_database(error: Exception) -> str:
    """Return what to tell of a database that is away, locked or refuses us; nothing for anything else."""
    if "django.db" not in sys.modules:
        return ""
    from django.conf import settings
    from django.db import DatabaseError, InterfaceError, OperationalError

    damaged = type(error) is DatabaseError  # SQLite's word for a file that is none of its own
    if not damaged and not isinstance(error, InterfaceError | OperationalError):
        return ""
    reason = str(error).strip().partition("\n")[0]  # further lines may repeat what a question asked for
    if password := settings.DATABASES["default"].get("PASSWORD"):
        reason = reason.replace(password, "…")
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        words = _("The database does not answer: {reason}. Look at the folder NAHRAUM_VAR.")
    else:
        words = _("The database does not answer: {reason}. Does it run, and is NAHRAUM_DATABASE right?")
    return words.format(reason=reason)


@click.command("serve", short_help=_("Serve the site: start page, atlas, areas, report"))
@PROJECT
@PORT
@HOST
@VAR
@DATA
def serve(project: Path | None, port: int, host: str, var: Path | None, data: Path | None) -> None:
    """Prepare the database, compute and publish the project (unless that was done already), then run web server and
    worker until Ctrl-C or TERM.
    """
    _refuse_taken(host, port)
    _use(var)
    preparation = ["prepare", "--host", host, "--port", str(port)]
    for option, path in (("--project", project), ("--data", data)):
        preparation += [option, str(path)] if path else []
    sys.exit(supervise(preparation, ["web", "--host", host, "--port", str(port)], ["worker"]))


@click.command("prepare", cls=OverDatabase, short_help=_("Bring the database up to date; publish a project"))
@PROJECT
@PORT
@HOST
@VAR
@DATA
@click.pass_obj
def prepare(
    supervised: str | None, project: Path | None, port: int, host: str, var: Path | None, data: Path | None
) -> None:
    """Bring the database up to date and publish the project; what `nahraum serve` does before it serves."""
    _use(var)
    if supervised:
        wait_for_go()
    _end_on_signals()
    _load()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    if project:
        _publish(project, data)
    _show_first_link(host, port)


@click.command("web", cls=OverDatabase, short_help=_("Run the web server alone (large installations)"))
@PORT
@HOST
@VAR
@click.pass_obj
def web(supervised: str | None, port: int, host: str, var: Path | None) -> None:
    """Run the web server alone; the database was prepared by `nahraum prepare`."""
    _use(var)
    _load()
    from django.conf import settings
    from waitress import create_server

    from nahraum_site.config import environment
    from nahraum_site.config.warming import warm
    from nahraum_site.config.wsgi import application

    _wait_or_refuse(supervised)
    _end_on_signals()
    warm(application, host, port)
    # Without a proxy before us, nobody may tell us where a request comes from.
    alone = not environment.whole("NAHRAUM_PROXIES") and environment.read("NAHRAUM_HTTPS") != "1"
    # What was loaded until now stays: the collector need not walk through it in the middle of a page.
    gc.collect()
    gc.freeze()
    server = create_server(
        application,
        host=host,
        port=port,
        threads=8,
        ident="Nahraum",
        connection_limit=1000,  # browsers keep theirs open; the usual hundred would let the next one wait for minutes
        asyncore_use_poll=True,
        clear_untrusted_proxy_headers=alone,
        max_request_body_size=settings.LARGEST_REQUEST,
    )
    click.echo(_("Nahraum is running: {address} (end with Ctrl-C)").format(address=f"http://{host}:{port}/"))
    sys.stdout.flush()
    server.run()


@click.command("worker", cls=OverDatabase, short_help=_("Run the worker alone (large installations)"))
@VAR
@click.pass_obj
def worker(supervised: str | None, var: Path | None) -> None:
    """Run the worker alone: it does what takes long, and the housekeeping of each night."""
    _use(var)
    _load()
    from nahraum_site.config.worker import work

    _wait_or_refuse(supervised)
    work()


@click.command("backup", cls=OverDatabase, short_help=_("Write everything of the site into one file"))
@click.argument("file", type=FILE)
@VAR
def backup(file: Path, var: Path | None) -> None:
    """Write database, files and secret key into FILE (tar), whole or not at all; the site may go on running."""
    _use(var)
    _load()
    from nahraum_site.config.backup import write_backup

    done = write_backup(file)
    click.echo(_("Written: {file} ({rows} rows, {files} files)").format(file=file, rows=done.rows, files=done.files))
    _remind_of_keys()
    _tell(done.faults, done.notices)


@click.command("restore", cls=OverDatabase, short_help=_("Restore a backup into an empty place"))
@click.argument("file", type=FILE)
@click.option("--var", required=True, type=click.Path(path_type=Path, file_okay=False), help=_("New, empty folder."))
def restore(file: Path, var: Path) -> None:
    """Restore FILE into a new folder, and into the empty database of NAHRAUM_DATABASE if that is set."""
    from nahraum_site.config.restore import restore_backup

    done = restore_backup(file, var)
    click.echo(_("Restored: {var} ({rows} rows, {files} files)").format(var=var, rows=done.rows, files=done.files))
    if done.keyless:
        waiting = ngettext(
            "{count} collection cannot be read before its key is back: `nahraum restore-keys FILE --var {var}`.",
            "{count} collections cannot be read before their keys are back: `nahraum restore-keys FILE --var {var}`.",
            done.keyless,
        )
        click.echo(waiting.format(count=done.keyless, var=var))
    _tell(done.faults, done.notices)


@click.command("keys", cls=OverDatabase, short_help=_("Write the keys of sealed texts into one file"))
@click.argument("file", type=FILE)
@VAR
def keys(file: Path, var: Path | None) -> None:
    """Write the keys of today into FILE, over the one before. Keep it apart from the backups: without it, the texts of
    a restored backup cannot be opened; whoever has both reads them. Keys in FILE that are not here stay in it.
    """
    _use(var)
    _load()
    _refuse_unprepared()
    from nahraum_site.records import key_file
    from nahraum_site.voices.texts import forgetting

    done = key_file.write(file, forgetting.deleted())
    click.echo(
        _("Written: {file} ({keys} keys; {destroyed} are destroyed)").format(
            file=file, keys=done.keys, destroyed=done.destroyed
        )
    )
    _tell(done.faults)


@click.command("restore-keys", cls=OverDatabase, short_help=_("Put back the keys of sealed texts"))
@click.argument("file", type=FILE)
@VAR
def restore_keys(file: Path, var: Path | None) -> None:
    """Put the keys of FILE back, but none that FILE or this installation knows as destroyed."""
    _use(var)
    _load()
    from nahraum_site.config.holdings import unapplied
    from nahraum_site.records import key_file
    from nahraum_site.voices import removal

    done = key_file.restore(file)
    if not unapplied():
        removal.sweep()  # a study that the file names as deleted is not to be read until the night
    click.echo(_("Restored: {keys} keys; {destroyed} are destroyed").format(keys=done.keys, destroyed=done.destroyed))
    _tell(done.faults)


@click.command("verify", cls=OverDatabase, short_help=_("Check a backup, or the site itself"))
@click.argument("file", type=FILE, required=False)
@VAR
def verify(file: Path | None, var: Path | None) -> None:
    """Check the hashes of FILE; without FILE those of the site's files, its links, its log and its database."""
    if file:
        from nahraum_site.config.restore import check_backup

        faults = check_backup(file)
    else:
        _use(var)
        _load()
        from nahraum_site.config.verification import check_site

        faults = check_site()
    if not faults:
        click.echo(_("Everything is whole."))
    _tell(faults)


def _remind_of_keys() -> None:
    from nahraum_site.records import sealing

    if sealing.kept():
        click.echo(_("The keys of the texts are not in it: write them with `nahraum keys` to another place."))


def _tell(faults: Sequence[str], notices: Sequence[str] = ()) -> None:
    """Say what is to be known, and what is wrong; end with exit code 1, if anything is."""
    for notice in notices:
        click.echo(notice)
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        sys.exit(1)


def _use(var: Path | None) -> None:
    if var:
        os.environ["NAHRAUM_VAR"] = str(var)


def _load() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nahraum_site.config.settings")
    import django

    django.setup()


def _wait_or_refuse(supervised: str | None) -> None:
    """Under `serve`, wait for the preparation; alone, refuse a database that was not prepared."""
    if supervised:
        wait_for_go()
    else:
        _refuse_unprepared()


def _refuse_unprepared() -> None:
    from nahraum_site.config.holdings import unapplied

    if unapplied():
        raise WrongRequest(_("The database is older than the program: run `nahraum prepare` once."))


def _end_on_signals() -> None:
    for ending in (signal.SIGTERM, signal.SIGINT):
        signal.signal(ending, _end)


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _refuse_taken(host: str, port: int) -> None:
    """Say that the port is taken before minutes are spent on computing."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(_words_of_binding(error, host, port)) from error


def _words_of_binding(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return _("Port {port} is not free. Choose another with --port.").format(port=port)
    if error.errno in (errno.EACCES, errno.EPERM):
        return _("You have no right to port {port}. Choose one above 1023 with --port.").format(port=port)
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return _("“{host}” is no address of this computer. Give one with --host, such as localhost.").format(host=host)
    return _("Nobody can listen at {host}, port {port}: {reason}").format(host=host, port=port, reason=error.strerror)


def _publish(project: Path, data: Path | None) -> None:
    from nahraum.cli.terminal import progress_bar
    from nahraum_site.reports import overview
    from nahraum_site.reports.actions import publish_project

    with progress_bar() as progress:
        edition, fresh = publish_project(project, data, progress)
    if fresh:
        overview.ask(None)  # leaders find their page ready
    words = _("Published: {title}") if fresh else _("Already published: {title}")
    click.echo(words.format(title=edition.title))


def _show_first_link(host: str, port: int) -> None:
    """While nobody is there, print the link that makes the first administrator; earlier links end."""
    from django.conf import settings
    from django.urls import reverse

    from nahraum_site.accounts.actions import make_link
    from nahraum_site.accounts.models import OneTimeLink
    from nahraum_site.accounts.queries import somebody_is_here

    if somebody_is_here():
        return
    secret = make_link(OneTimeLink.Purpose.SETUP, None, None)
    wildcard = host in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
    place = f"{settings.ALLOWED_HOSTS[0] if wildcard else host}:{port}"
    address = f"https://{settings.ALLOWED_HOSTS[0]}" if settings.HTTPS else f"http://{place}"
    click.echo(_("Nobody is set up yet. First administrator (link works once, for 24 hours):"))
    click.echo(f"  {address}{reverse('begin', args=[secret])}")
