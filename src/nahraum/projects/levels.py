"""The levels of an area system: from columns of the area file, a table of their own, a prefix, or all in one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nahraum.base import Area, AreaSystem, Issue, Level, Severity, WrongRequest
from nahraum.base.areas import listed
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.projects.file import AreasSpec, LevelSpec
from nahraum.sources import read_attributes
from nahraum.sources.terms import SourceFile

Columns = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Built:
    """The system, the files its levels came from and what is wrong with keys, names and parents."""

    system: AreaSystem
    sources: tuple[SourceFile, ...]
    issues: tuple[Issue, ...]


@dataclass(frozen=True, kw_only=True)
class _Above:
    """One level as delivered: pairs of finer key and own key, pairs of own key and name; ``file`` says where."""

    pairs: Sequence[tuple[str, str]]
    names: Sequence[tuple[str, str]]
    file: str
    source: SourceFile | None = None

    @property
    def parents(self) -> dict[str, str]:
        """Return finer key -> own key, without those that lie nowhere."""
        return {key: parent for key, parent in self.pairs if parent}

    @property
    def labels(self) -> dict[str, str]:
        """Return own key -> name."""
        return {key: name for key, name in self.names if key and name}


def build_levels(spec: AreasSpec, columns: Columns, folder: Path, file: str) -> Built:
    """Build every level; ``columns`` are those of the area file ``file``.

    Raises WrongRequest for columns that are not there; contradictions in the data are issues.
    """
    finest = spec.levels[0]
    keys = [filled(key, finest) for key in column_of(finest.key, columns)]
    shown = column_of(finest.label, columns) if finest.label else keys
    names = [_part(label, finest.label_pattern).strip() for label in shown]
    found: dict[str, dict[str, Area]] = {
        finest.id: {
            key: Area(key=key, name=name or key, level=finest.id) for key, name in zip(keys, names, strict=True)
        }
    }
    issues = _name_issues(finest, list(zip(keys, names, strict=True)), file)
    sources: list[SourceFile] = []
    by_row = {finest.id: keys}  # keys of the levels that stand in the area file itself, in its order
    for n, level in enumerate(spec.levels[1:], start=1):
        of = level.of or spec.levels[n - 1].id
        if of not in found:
            raise WrongRequest(_("Level “{level}”: there is no finer level “{of}”.").format(level=level.id, of=of))
        above = _above(level, found[of], by_row.get(of), columns, folder, file)
        sources += [above.source] if above.source else []
        issues += _contradictions(level, above, found[of]) + _name_issues(level, above.names, above.file)
        if not level.file and level.key:
            by_row[level.id] = [filled(key, level) for key in columns[level.key]]
        nested = of == spec.levels[n - 1].id
        for key, parent in above.parents.items():
            area = found[of][key]
            found[of][key] = (
                replace(area, parent=parent) if nested else replace(area, also={**area.also, level.id: parent})
            )
        labels = above.labels
        if of == finest.id and nested:
            issues += _twins(finest, found[of], file)
        found[level.id] = {
            key: Area(key=key, name=labels.get(key, key), level=level.id)
            for key in dict.fromkeys(above.parents.values())
        }
    system = AreaSystem(
        id=spec.id,
        name=spec.name,
        levels=tuple(Level(id=level.id, name=level.name) for level in spec.levels),
        areas=tuple(area for level in spec.levels for area in told_apart(found[level.id]).values()),
        valid_from=spec.valid_from,
        valid_to=spec.valid_to,
        corrections=tuple(correction.reason for correction in spec.corrections),
    )
    return Built(system=system, sources=tuple(sources), issues=tuple(issues))


def column_of(name: str, columns: Columns) -> tuple[str, ...]:
    """Return a column; raises WrongRequest with those that are there."""
    if name not in columns:
        raise WrongRequest(
            _("The area file has no column “{column}”. Found: {found}.").format(column=name, found=", ".join(columns))
        )
    return columns[name]


def filled(key: str, level: LevelSpec) -> str:
    """Return the key as this level writes it; a gap stays one."""
    part = _part(key, level.key_pattern).strip()
    return part.zfill(level.width) if part else ""


def _part(text: str, pattern: str) -> str:
    """Return the first group of the pattern (without groups: its match); the text itself where it does not fit."""
    match = re.search(pattern, text) if pattern else None
    return ((match[1] or "") if match.re.groups else match[0]) if match else text


def _above(
    level: LevelSpec,
    finer: Mapping[str, Area],
    keys: Sequence[str] | None,
    columns: Columns,
    folder: Path,
    file: str,
) -> _Above:
    if level.all:
        return _Above(pairs=[(key, level.all) for key in finer], names=[(level.all, level.all)], file=file)
    table = read_attributes(folder / level.file, sheet=level.sheet, header_row=level.header_row) if level.file else None
    given = table.attributes if table else columns
    own = [filled(key, level) for key in column_of(level.key, given)] if level.key else []
    if level.prefix and keys is not None and not own and not table:
        own = [key[: level.prefix] for key in keys]
    names = list(zip(own, column_of(level.label, given), strict=True)) if level.label else []
    if level.prefix:
        pairs = [(key, key[: level.prefix]) for key in finer]
    elif table and level.of_key:
        width = max(len(key) for key in finer)
        of = [_part(key, level.of_pattern).zfill(width) for key in column_of(level.of_key, given)]
        pairs = [(key, parent) for key, parent in zip(of, own, strict=True) if key in finer]
    elif keys is None or table:
        raise WrongRequest(
            _("Level “{level}”: say which finer area belongs to which (of_key, prefix or a key column).").format(
                level=level.id
            )
        )
    else:
        pairs = list(zip(keys, own, strict=True))
    return _Above(
        pairs=pairs, names=names, file=table.source.file if table else file, source=table.source if table else None
    )


def _contradictions(level: LevelSpec, above: _Above, finer: Mapping[str, Area]) -> list[Issue]:
    """Name finer areas that lie in no area of this level, or in two of them."""
    homes: dict[str, set[str]] = {key: set() for key in finer}
    for key, parent in above.pairs:
        if parent:
            homes[key].add(parent)
    homeless = [key for key, parents in homes.items() if not parents]
    split = [key for key, parents in homes.items() if len(parents) > 1]
    nowhere = gettext_noop("{count} areas lie in no area of the level “{level}”: {areas}.")
    twofold = gettext_noop("{count} areas lie in two areas of the level “{level}” at once: {areas}.")
    return [
        *_issue("parent-missing", Severity.ERROR, nowhere, level, above.file, homeless, finer),
        *_issue("parent-differs", Severity.ERROR, twofold, level, above.file, split, finer),
    ]


def _name_issues(level: LevelSpec, names: Sequence[tuple[str, str]], file: str) -> list[Issue]:
    """Tell of areas without a name and of areas with two."""
    called: dict[str, set[str]] = {}
    for key, name in names:
        called.setdefault(key, set()).add(name.strip())
    nameless = [key for key, own in called.items() if own == {""} and level.label]
    renamed = [key for key, own in called.items() if len(own) > 1]
    known = {key: Area(key=key, name=" / ".join(sorted(own)), level=level.id) for key, own in called.items()}
    without = gettext_noop("{count} areas of the level “{level}” have no name: {areas}.")
    several = gettext_noop("{count} areas of the level “{level}” have two names: {areas}.")
    return [
        *_issue("area-name-missing", Severity.WARNING, without, level, file, nameless, known),
        *_issue("area-name-differs", Severity.WARNING, several, level, file, renamed, known),
    ]


def _by_name(areas: Mapping[str, Area]) -> dict[str, list[Area]]:
    named: dict[str, list[Area]] = {}
    for area in areas.values():
        named.setdefault(area.name, []).append(area)
    return {name: same for name, same in named.items() if len(same) > 1}


def _twins(level: LevelSpec, areas: Mapping[str, Area], file: str) -> list[Issue]:
    """Tell of areas that share name and parent: one of the two names is probably a slip."""
    twins = [
        area.key
        for same in _by_name(areas).values()
        for area in same
        if sum(other.parent == area.parent for other in same) > 1 and area.name != area.key
    ]
    message = "{count} areas of the level “{level}” share their name with another one beside them: {areas}."
    return _issue("area-name-doubled", Severity.WARNING, message, level, file, twins, areas)


def told_apart(areas: Mapping[str, Area]) -> dict[str, Area]:
    """Add the key to names that several areas have, so that no reader takes one for the other."""
    double = _by_name(areas)
    return {
        key: replace(area, name=f"{area.name} ({key})") if area.name in double else area for key, area in areas.items()
    }


def _issue(
    code: str,
    severity: Severity,
    message: str,
    level: LevelSpec,
    file: str,
    areas: Sequence[str],
    known: Mapping[str, Area],
) -> list[Issue]:
    """Return the issue about these areas; none where there are none."""
    if not areas:
        return []
    names = {key: known[key].name for key in areas}
    return [
        Issue(
            code=code,
            severity=severity,
            message=message,
            remedy="Complete or correct the column, or name a correction under [[areas.corrections]].",
            file=file,
            column=level.label if severity is Severity.WARNING else level.key,
            params={"level": level.name, "count": len(areas), "areas": listed(areas, names)},
        )
    ]
