"""``nahraum``: one command, its subcommands loaded only when they are called, so that ``--help`` answers at once.

Exit codes: 0 done, 1 the data has errors, 2 the request was wrong, 130 interrupted.
"""

from __future__ import annotations

import gettext as system_gettext
import os
import sys
from importlib import import_module
from importlib.metadata import entry_points

import click

from nahraum import __version__
from nahraum.base.errors import BadInput, NahraumError
from nahraum.base.language import DEFAULT, DOMAIN, LOCALES, speak
from nahraum.base.language import gettext as _

LANGUAGE_VARIABLE = "NAHRAUM_LANGUAGE"


def commands() -> dict[str, tuple[str, str]]:
    """Return command -> (module, line of help); the modules import heavy libraries only inside their functions."""
    return {
        "init": ("nahraum.cli.init", _("Write a commented project file from given tables")),
        "check": ("nahraum.cli.check", _("Check tables and areas, and whether the areas add up")),
        "index": ("nahraum.cli.index", _("Compute the index and write scores, profiles and maps")),
        "compare": ("nahraum.cli.compare", _("Compare two recipes: who moves, and by how much")),
        "report": ("nahraum.cli.report", _("Write the social report as PDF, DOCX or XLSX")),
        "explain": ("nahraum.cli.explain", _("Show where the numbers of an area come from")),
    }


class Commands(click.Group):
    """The core's commands and those that installed packages add under ``nahraum.commands``."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the work, added ones last."""
        return [*commands(), *sorted(point.name for point in entry_points(group="nahraum.commands"))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Load one command."""
        if cmd_name in commands():
            command = getattr(import_module(commands()[cmd_name][0]), "command", None)
        else:
            found = entry_points(group="nahraum.commands", name=cmd_name)
            command = next(iter(found)).load() if found else None
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest the nearest command where there is none of this name."""
        from difflib import get_close_matches

        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = get_close_matches(name, self.list_commands(ctx), n=1)
            hint = _("Did you mean “{near}”?").format(near=near[0]) if near else ""
            ctx.fail(" ".join([_("There is no command “{name}”.").format(name=name), hint]).strip())
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands with their line of help, without loading the core's."""
        rows = [(name, line) for name, (_module, line) in commands().items()]
        for point in sorted(entry_points(group="nahraum.commands"), key=lambda each: each.name):
            command = point.load()
            rows.append((point.name, command.get_short_help_str(limit=100)))
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    language = _spoken_language()
    speak(language)
    os.environ["LANGUAGE"] = language  # click's own sentences come from the same catalogue
    system_gettext.bindtextdomain(DOMAIN, str(LOCALES))
    system_gettext.textdomain(DOMAIN)
    try:
        _group().main(prog_name="nahraum", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo(_("Interrupted; nothing half-written was left behind."), err=True)
        sys.exit(130)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BadInput as error:
        from nahraum.cli.terminal import show_issues

        show_issues(error.issues)
        sys.exit(1)
    except NahraumError as error:
        click.echo(f"{_('Error')}: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _spoken_language() -> str:
    for n, word in enumerate(sys.argv):
        if word.startswith("--language="):
            return word.partition("=")[2]
        if word == "--language" and n + 1 < len(sys.argv):
            return sys.argv[n + 1]
    return os.environ.get(LANGUAGE_VARIABLE, DEFAULT)


def _group() -> Commands:
    group = Commands(
        name="nahraum",
        help=_(
            "Social planning close to the ground: a city's tables become a checked social index, an atlas and a report."
        ),
        epilog=_("Start with: nahraum init TABLE.csv --areas AREAS.geojson"),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        params=[
            click.Option(
                ["--language"],
                type=click.Choice(["de", "en"]),
                default=DEFAULT,
                envvar=LANGUAGE_VARIABLE,
                expose_value=False,
                help=_("Language of messages and outputs."),
            )
        ],
    )
    return click.version_option(__version__, message="nahraum " + __version__, help=_("Show the version."))(group)
