"""A project file from its parts, and back: the same parts give the same bytes, and nothing is lost on the way.

The site keeps the parts (one ``[[tables]]`` section per delivered batch, and so on) and assembles a folder from them
that the command line runs.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import tomli_w

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.strict import refuse_unknown
from nahraum.projects.file import FORMAT, SECTIONS, load, refuse_other_format

DATA = "data"
NAME = "nahraum.toml"
# Mappings whose keys are the planner's own; their order may tell (the order of columns) and is kept.
FREE = {
    *("variables", "totals", "skip_rows", "share_of", "official", "numerator_total", "denominator_total", "weights"),
    *("labels", "where", "set", "skip"),
}
DATES = {"date", "valid_from", "valid_to"}
FILES = {"areas": ("file", "geometry", "crosswalk"), "tables": ("file",)}
ORDER = {
    "project": "id title city publisher date licence language fictional data_dir contact notes",
    "protection": "min_numerator min_denominator min_inhabitants public reason",
    "areas": "id name file layer sheet header_row geometry geometry_layer geometry_key geometry_label crs metric_crs "
    "valid_from valid_to population key label all prefix of of_key of_pattern key_pattern label_pattern width "
    "crosswalk old new share where set nth reason levels skip corrections context earlier",
    "tables": "id revises file format sheet shape header_row encoding delimiter decimal area area_width level period "
    "period_column variable_column value_column variables missing protected not_applicable negative_is_missing "
    "zeros_are_missing totals skip_rows share_of incomplete where set nth reason corrections",
    "domains": "id name description",
    "indicators": "id name domain value weight numerator denominator per unit digits direction may_exceed_100 official "
    "numerator_total denominator_total definition source holder licence comment period kind reason areas breaks",
    "indices": "step id name preset high_is indicators periods weights weight children tree exclude steps replace",
    "profile": "limits strong frequent beyond side scale indicators",
    "dynamics": "index since cuts labels",
    "robustness": "runs seed small_counts weights scales methods leave_out period",
    "report": "key_figures labels intro",
}


def parts_of(path: Path) -> dict[str, Any]:
    """Return the sections of a project file (or of the ``nahraum.toml`` in a folder) as TOML gives them, without
    ``format``.

    Raises WrongRequest for a file that cannot be read, is of another format or has an unknown section.
    """
    parts = load(path)
    parts.pop("format")
    return parts


def text_of(parts: Mapping[str, Any]) -> str:
    """Return the canonical text of a project file: known keys in the order of the reference, equal parts equal bytes.

    Dates may also be given as ISO texts (JSON has none). Raises WrongRequest for an unknown section, another format or
    a value that TOML cannot hold (null).
    """
    refuse_unknown(parts, tuple(SECTIONS), _("project file"))
    refuse_other_format({"format": FORMAT, **parts})
    given = {name: _canonical(parts[name], name) for name in SECTIONS if name in parts and name != "format"}
    # Empty lists are plain values and must stand above the first section.
    head = {"format": FORMAT, **{name: part for name, part in given.items() if part == []}}
    blocks = [_toml(head)]
    for name, part in given.items():
        if isinstance(part, list):
            blocks += [f"[[{name}]]\n" + _toml({name: entry}).removeprefix(f"[{name}]\n") for entry in part]
        else:
            blocks.append(_toml({name: part}))
    return "\n".join(blocks)


def _toml(table: Mapping[str, Any]) -> str:
    try:
        return tomli_w.dumps(table)
    except TypeError as error:
        raise WrongRequest(_("A project file cannot hold this: {reason}").format(reason=error)) from None


def _canonical(part: object, section: str) -> object:
    """Return a part with its known keys in order and its dates as dates."""
    if isinstance(part, list | tuple):
        return [_canonical(each, section) for each in part]
    if not isinstance(part, Mapping):
        return part
    order = ORDER[section].split()
    names = sorted(part, key=lambda name: order.index(name) if name in order else len(order))
    return {
        name: dict(part[name])
        if name in FREE and isinstance(part[name], Mapping)
        else _dated(part[name])
        if name in DATES
        else _canonical(part[name], section)
        for name in names
    }


def _dated(value: object) -> object:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value  # reading the file names the place


def write_project(parts: Mapping[str, Any], files: Mapping[str, Path], folder: Path, *, link: bool = False) -> Path:
    """Write a project folder - the files under ``data``, then ``nahraum.toml`` - and return the project file's path.

    ``files``: name as the parts use it -> where the file lies. ``link`` makes hard links where the file system allows
    (for a folder that is only read; a copy may be edited). The project file appears last and whole, so that nobody
    ever reads a folder half written. Raises WrongRequest for a file that a part names and nobody gives, and for a
    name that leads out of the folder.
    """
    parts = {**parts, "project": {**parts.get("project", {}), "data_dir": DATA}}
    text = text_of(parts)
    for name in dict.fromkeys((*files_of(parts), *files)):
        if name not in files:
            raise WrongRequest(_("The project names the file “{file}”, which is not there.").format(file=name))
        pure = PurePosixPath(name)
        if pure.is_absolute() or ".." in pure.parts or "\\" in name or "\0" in name or not pure.name:
            raise WrongRequest(_("“{file}” is no name of a file inside the project folder.").format(file=name))
    for name, source in files.items():
        target = folder / DATA / name
        target.parent.mkdir(parents=True, exist_ok=True)
        _placed(source, target, link=link)
    scratch = folder / f".{NAME}.new"
    scratch.write_text(text, encoding="utf-8", newline="\n")
    scratch.replace(folder / NAME)
    return folder / NAME


def files_of(parts: Mapping[str, Any]) -> Iterator[str]:
    """Yield the name of every file that the parts name, in their order."""
    for section, keys in FILES.items():
        yield from _named(parts.get(section, ()), keys)


def _named(part: object, keys: tuple[str, ...]) -> Iterator[str]:
    if isinstance(part, list | tuple):
        for each in part:
            yield from _named(each, keys)
    elif isinstance(part, Mapping):
        for name, value in part.items():
            if name in keys and isinstance(value, str) and value:
                yield value
            elif name not in FREE:
                yield from _named(value, keys)


def _placed(source: Path, target: Path, *, link: bool) -> None:
    scratch = target.with_name(f".{target.name}.new")
    scratch.unlink(missing_ok=True)
    try:
        if not link:
            raise OSError
        os.link(source, scratch)
    except OSError:  # another file system, or none that knows links
        shutil.copyfile(source, scratch)
    scratch.replace(target)
