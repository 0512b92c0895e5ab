"""The project file: one readable TOML that says what is read, what it means and how the index is made.

docs/reference/project-file.md shows every key. Nothing here reads a table; it only turns text into frozen nouns and
refuses, by name, what it does not know.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.strict import build, convert, refuse_unknown, within
from nahraum.disclosure.rules import ProtectionRule
from nahraum.evidence.indicators.edition import Imprint, ProfileRule, RobustnessSpec
from nahraum.evidence.indicators.recipe import Recipe
from nahraum.evidence.indicators.recipe_toml import CUSTOMARY_POPULATION, counting, from_mapping
from nahraum.evidence.indicators.revisions import Order
from nahraum.evidence.indicators.terms import Domain, Indicator
from nahraum.sources.terms import Correction, TableSpec

FORMAT = 1
DATA_VARIABLE = "NAHRAUM_DATA"


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelSpec:
    """One level of the area system and where its keys and names stand.

    Columns are those of the level's own ``file`` (empty: of the area file). ``of`` is the finer level that it groups
    (empty: the one before), ``of_key`` the column with that level's keys. Instead of a column, ``prefix`` takes the
    first characters of the finer level's key, and ``all`` puts every area into one. ``key_pattern``,
    ``of_pattern`` and ``label_pattern``: regular expressions whose first group (without groups: whose match) is taken;
    ``width`` fills keys with zeros on the left. ``geometry``: a file with the boundaries of this level, against which
    the finest areas are checked; its keys stand in ``geometry_key`` (empty: the column ``key``), and where
    ``geometry_label`` names a column of it, the names of this level are taken from there.
    """

    id: str
    name: str
    key: str = ""
    label: str = ""
    all: str = ""
    prefix: int = within(0, 0, 40)
    of: str = ""
    of_key: str = ""
    of_pattern: str = ""
    key_pattern: str = ""
    label_pattern: str = ""
    width: int = within(0, 0, 40)
    file: str = ""
    sheet: str = ""
    header_row: int = within(1, 1, 1000)
    geometry: str = ""
    geometry_layer: str = ""
    geometry_key: str = ""
    geometry_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextSpec:
    """A layer that helps to find one's way on the map (``water``)."""

    id: str
    file: str
    layer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierSpec:
    """An earlier version of the areas: valid until when, and the table that maps old areas to new ones."""

    valid_to: date
    crosswalk: str
    id: str = ""
    name: str = ""
    old: str = "old"
    new: str = "new"
    share: str = "share"


@dataclass(frozen=True, slots=True, kw_only=True)
class AreasSpec:
    """The area system: where its areas, levels and boundaries come from."""

    id: str
    name: str
    levels: tuple[LevelSpec, ...]
    file: str = ""
    layer: str = ""
    header_row: int = within(1, 1, 1000)
    geometry: str = ""  # file with the boundaries, where `file` is a table without them
    geometry_key: str = ""  # its key column; empty: the finest level's key
    crs: str = ""
    metric_crs: str = "EPSG:25832"
    valid_from: date | None = None
    valid_to: date | None = None
    population: str = CUSTOMARY_POPULATION
    corrections: tuple[Correction, ...] = ()
    skip: Mapping[str, str] = field(default_factory=dict)  # key -> reason
    context: tuple[ContextSpec, ...] = ()
    earlier: tuple[EarlierSpec, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSpec:
    """A recipe and the periods that it runs over (empty: all)."""

    recipe: Recipe
    periods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DynamicsSpec:
    """Dynamics: a second index of change indicators, or the change of the main index ``since`` a period."""

    index: str = ""
    since: str = ""
    cuts: tuple[float, ...] = (-1.0, 1.0)
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSpec:
    """What the report shows beside the index."""

    key_figures: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)  # variable -> words for readers
    intro: str = ""


@dataclass(frozen=True, kw_only=True)
class ProjectFile:
    """A project file as typed nouns. ``folder``: where the file lies; ``data``: where its tables lie."""

    path: Path
    data: Path
    imprint: Imprint
    protection: ProtectionRule
    areas: AreasSpec
    tables: tuple[TableSpec, ...]
    domains: tuple[Domain, ...]
    indicators: tuple[Indicator, ...]
    indices: tuple[IndexSpec, ...]
    profile: ProfileRule
    dynamics: DynamicsSpec | None
    robustness: RobustnessSpec | None
    report: ReportSpec


SECTIONS = [
    "format",
    "project",
    "protection",
    "areas",
    "tables",
    "domains",
    "indicators",
    "indices",
    "profile",
    "dynamics",
    "robustness",
    "report",
]


def read_project(path: Path, *, data: Path | None = None) -> ProjectFile:
    """Read a project file (or the ``nahraum.toml`` in a folder).

    ``data`` overrides where the tables lie, as does the environment variable NAHRAUM_DATA. Raises WrongRequest with
    file and place for anything that does not fit.
    """
    path = _file_of(path)
    given = load(path)
    try:
        return _project(given, path, data)
    except WrongRequest as error:
        raise WrongRequest(f"{path}: {error}") from None


def _file_of(path: Path) -> Path:
    return path / "nahraum.toml" if path.is_dir() else path


def load(path: Path) -> dict[str, Any]:
    """Return what stands in a project file (or the ``nahraum.toml`` in a folder), its sections and format checked.

    Raises WrongRequest for a file that is not there, is no TOML, has an unknown section or is of another format.
    """
    path = _file_of(path)
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise WrongRequest(
            _("There is no project file {path}. “nahraum init” writes one from your tables.").format(path=path)
        ) from None
    except IsADirectoryError:
        raise WrongRequest(_("{path} is a folder, not a project file.").format(path=path)) from None
    except UnicodeDecodeError:
        raise WrongRequest(_("{path} is not saved as UTF-8. Save it again as UTF-8.").format(path=path)) from None
    except tomllib.TOMLDecodeError as error:
        raise WrongRequest(_broken(path, str(error))) from None
    try:
        refuse_unknown(given, tuple(SECTIONS), _("project file"))
        refuse_other_format(given)
    except WrongRequest as error:
        raise WrongRequest(f"{path}: {error}") from None
    return given


def refuse_other_format(given: Mapping[str, Any]) -> None:
    """Raise WrongRequest for a project file of another format than ours."""
    if given.get("format") != FORMAT:
        raise WrongRequest(
            _(
                "This is format {found}; this version reads format {known}. Begin the file with “format = {known}”."
            ).format(found=given.get("format", "?"), known=FORMAT)
        )


def _broken(path: Path, error: str) -> str:
    """Say where a file is no TOML, show the line, and name what it mostly is."""
    found = re.search(r"line (\d+)", error)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    n = min(int(found[1]), len(lines)) if found else len(lines)
    return _(
        "{path}, line {line} cannot be read: {text} – Mostly a quotation mark or a bracket is missing, a key stands "
        'twice, or a date is not written as 2024-06-30. Texts stand in quotation marks: name = "Altstadt".'
    ).format(path=path, line=n, text=lines[n - 1].strip() if lines else "")


def _project(given: Mapping[str, Any], path: Path, data: Path | None) -> ProjectFile:
    for section in ("project", "areas", "indicators"):
        if section not in given:
            raise WrongRequest(_("The section [{section}] is missing.").format(section=section))
    about = dict(given["project"])
    data_dir = data or Path(os.environ.get(DATA_VARIABLE, "") or path.parent / about.pop("data_dir", "."))
    about.pop("data_dir", None)
    domains = convert(tuple[Domain, ...], given.get("domains", []), "domains")
    indicators = convert(tuple[Indicator, ...], given["indicators"], "indicators")
    areas = build(AreasSpec, given["areas"], "areas")
    return ProjectFile(
        path=path,
        data=data_dir,
        imprint=build(Imprint, about, "project"),
        protection=_protection(given.get("protection", {}), indicators, areas),
        areas=areas,
        tables=_tables(given.get("tables", []), areas),
        domains=domains,
        indicators=indicators,
        indices=_indices(given.get("indices", [{"preset": "lebenslagen"}]), indicators, domains, areas.population),
        profile=build(ProfileRule, given.get("profile", {}), "profile"),
        dynamics=build(DynamicsSpec, given["dynamics"], "dynamics") if "dynamics" in given else None,
        robustness=build(RobustnessSpec, given["robustness"], "robustness") if "robustness" in given else None,
        report=build(ReportSpec, given.get("report", {}), "report"),
    )


def _protection(given: Mapping[str, Any], indicators: tuple[Indicator, ...], areas: AreasSpec) -> ProtectionRule:
    rule = build(ProtectionRule, given, "protection")
    if rule.public and not rule.reason.strip():
        raise WrongRequest(_('[protection] public = true switches protection off; give the reason, as reason = "…".'))
    refuse_unknown(rule.indicators, tuple(each.id for each in indicators), "protection.indicators")
    refuse_unknown(rule.levels, tuple(each.id for each in areas.levels), "protection.levels")
    for name, own in rule.looser():
        if not own.reason.strip():
            raise WrongRequest(
                _(
                    '[protection]: the limits of “{name}” lie below the general ones; give the reason, as reason = "…".'
                ).format(name=name)
            )
    return rule


def _tables(given: object, areas: AreasSpec) -> tuple[TableSpec, ...]:
    for table in given if isinstance(given, list) else ():
        if isinstance(table, Mapping) and not str(table.get("period", "-")).strip():
            raise WrongRequest(
                _(
                    'tables “{id}”: period is empty. Give a year or a key date, as period = "2024"; leave the key out '
                    "only if the values hold for every period."
                ).format(id=table.get("id", "?"))
            )
    tables: tuple[TableSpec, ...] = convert(tuple[TableSpec, ...], given, "tables")
    Order.of(tables, areas.levels[0].id if areas.levels else "")
    return tables


def _indices(
    given: object, indicators: tuple[Indicator, ...], domains: tuple[Domain, ...], population: str
) -> tuple[IndexSpec, ...]:
    specs = []
    for n, each in enumerate(convert(tuple[Mapping[str, Any], ...], given, "indices"), start=1):
        table = dict(each)
        periods = convert(tuple[str, ...], table.pop("periods", []), f"indices[{n}].periods")
        recipe = from_mapping(table, indicators, domains)
        specs.append(IndexSpec(recipe=counting(recipe, population), periods=periods))
    return tuple(specs)
