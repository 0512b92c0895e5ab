"""``nahraum``: one command, its subcommands loaded only when they are called, so that ``--help`` answers at once.

Exit codes: 0 done, 1 the data has errors, 2 the request was wrong, 130 interrupted.
"""

from __future__ import annotations

import errno
import gc
import gettext as system_gettext
import os
import sys
from importlib import import_module
from importlib.metadata import entry_points

import click

from nahraum import __version__
from nahraum.base.errors import BadInput, NahraumError
from nahraum.base.language import DEFAULT, DOMAIN, LOCALES, gettext_noop, speak
from nahraum.base.language import gettext as _

#: What the operating system refuses, in the words of somebody who saves a file.
REASONS = {
    errno.EACCES: gettext_noop("you have no right to read or write here."),
    errno.EPERM: gettext_noop("you have no right to read or write here."),
    errno.EROFS: gettext_noop("nothing can be written here; choose another folder."),
    errno.ENOSPC: gettext_noop("the disk is full; make room or choose another folder."),
    errno.EDQUOT: gettext_noop("the disk is full; make room or choose another folder."),
    errno.ENOENT: gettext_noop("there is no such file or folder."),
    errno.EEXIST: gettext_noop("this is a file, not a folder; choose another place."),
    errno.ENOTDIR: gettext_noop("this is a file, not a folder; choose another place."),
    errno.EISDIR: gettext_noop("this is a folder, not a file; choose another name."),
}
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


def collect_seldom() -> None:
    """Have the collector come seldom, as in every program of this house, the worker and the web server too.

    An edition is a million objects that stay: looking through them again and again took a seventh of the time.
    """
    gc.set_threshold(100_000, 20, 100)


def main(group: click.Group | None = None) -> None:
    """Run the command line (or another group of commands) and end the process with its exit code."""
    collect_seldom()
    language = _spoken_language()
    speak(language)
    os.environ["LANGUAGE"] = language  # click's own sentences come from the same catalogue
    system_gettext.bindtextdomain(DOMAIN, str(LOCALES))
    system_gettext.textdomain(DOMAIN)
    sys.exit(_run(group or _group()))


def _run(group: click.Group) -> int:
    """Run the command and return its exit code; whatever a person can mend is said in a sentence, never a traceback."""
    try:
        # Outside of its standalone mode click returns the code of an Exit instead of raising it.
        code = group.main(prog_name="nahraum", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo(_("Interrupted; nothing half-written was left behind."), err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except BadInput as error:
        from nahraum.cli.terminal import refuse_data

        refuse_data(error.issues, as_json="--json" in sys.argv)
        return 1
    except NahraumError as error:
        return _refuse(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _refuse(f"{error.filename or '–'}: {_(REASONS.get(error.errno or 0, error.strerror or str(error)))}")
    return code if isinstance(code, int) else 0


def _refuse(sentence: str) -> int:
    if "--json" in sys.argv:
        from nahraum.cli.terminal import show_json

        show_json({"ok": False, "error": sentence})
    click.echo(f"{_('Error')}: {sentence}", err=True)
    return 2


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
