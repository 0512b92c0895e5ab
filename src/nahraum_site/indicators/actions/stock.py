"""The parts of the project: areas, deliveries, catalogue, recipes; every write with who, when and why."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.projects import read_project
from nahraum.projects.areas import read_places
from nahraum.projects.compose import files_of, parts_of
from nahraum.sources import Reading, read_table
from nahraum.sources.contents import counts_of
from nahraum.sources.values import Delivered, values_of
from nahraum_site.accounts.models import User
from nahraum_site.indicators.assembly import RECIPE
from nahraum_site.indicators.models import Batch, Domain, Indicator, Project, Recipe, Value
from nahraum_site.places.actions import store_system
from nahraum_site.places.models import AreaSystem
from nahraum_site.records import files, log
from nahraum_site.records.models import File
from nahraum_site.records.rows import write_rows
from nahraum_site.records.told import kept as told_later
from nahraum_site.shell.overtaken import Overtaken
from nahraum_site.sources.actions import remember


@transaction.atomic
def take_project(path: Path, data: Path | None, user: User | None) -> Recipe:
    """Store the parts of a project folder: the first ones, or in place of those that are here.

    Deliveries whose file and reading did not change stay; others are withdrawn and confirmed anew. Raises what the
    core raises for a project that cannot be read.
    """
    project = read_project(path, data=data)
    parts, kept = _inside(_plain(parts_of(project.path)), project.data, user)
    places = read_places(project.areas, project.data)
    of_areas = {name: file for name, file in kept.items() if name not in {t["file"] for t in parts["tables"]}}
    of_areas |= {name: kept[name] for name in files_of({"areas": parts["areas"]})}
    system = store_system(places, parts["areas"], of_areas, user)
    own = {name: parts[name] for name in ("project", "protection", "report") if name in parts}
    Project.objects.all().delete()
    stored = Project.objects.create(system=system, parts=own)
    _take_catalogue(parts)
    _take_deliveries(parts["tables"], kept, project, user)
    log.write(user, "project.taken", stored, after={"tables": len(parts["tables"])})
    recipe = {name: parts[name] for name in RECIPE if name in parts}
    latest = Recipe.objects.first()
    if latest and latest.parts == recipe:
        return latest
    return save_recipe(recipe, name=_first_name(recipe), reason=_("From the project file"), user=user)


@transaction.atomic
def keep_project(parts: Mapping[str, Any], system: AreaSystem, user: User, *, version: int) -> Project:
    """Store the sections of the project itself; the first time it begins the project.

    Overtaken if somebody else was quicker.
    """
    known = Project.objects.select_for_update().first()
    if (known.version if known else 0) != version:
        raise Overtaken(known)
    before = _told(known.parts, known.system) if known else {}
    project = known or Project(version=0)
    project.parts, project.system, project.version = dict(parts), system, version + 1
    project.save()
    log.write(user, "project.kept", project, before=before, after=_told(parts, system))
    return project


def _told(parts: Mapping[str, Any], system: AreaSystem) -> dict[str, Any]:
    """Return the sections as the log names them."""
    return {**parts, "areas": system.key, **parts.get("areas", {})}


def _plain(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts as the database gives them back: dates as texts."""
    found: dict[str, Any] = json.loads(json.dumps(parts, cls=DjangoJSONEncoder))
    return found


def _first_name(recipe: Mapping[str, Any]) -> str:
    indices = recipe.get("indices") or [{}]
    return str(indices[0].get("name") or _("Index"))


def _inside(parts: dict[str, Any], data: Path, user: User | None) -> tuple[dict[str, Any], dict[str, File]]:
    """Keep every file the parts name; return the parts with names that lie inside a folder, and the files."""
    names: dict[str, str] = {}
    for name in files_of(parts):
        short = PurePosixPath(name).name if name.startswith("/") or ".." in name else name
        names[name] = short if short not in names.values() or names.get(name) == short else f"{len(names)}-{short}"
    kept: dict[str, File] = {}
    for name, inside in names.items():
        source = data / name
        beside = sorted(source.parent.glob(f"{source.stem}.*")) if source.suffix.lower() == ".shp" else [source]
        for each in beside:
            target = str(PurePosixPath(inside).with_name(each.name)) if len(beside) > 1 else inside
            kept[target] = _kept(each, user)
    return _renamed(parts, names), kept


def _kept(path: Path, user: User | None) -> File:
    """Keep a file once: the same content under the same name is the same delivery."""
    if not path.is_file():
        raise WrongRequest(_("The project names the file “{file}”, which is not there.").format(file=path))
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    twin = File.objects.filter(sha256=digest, name=files.clean_name(path.name)).first()
    return twin if twin and twin.path.exists() else files.keep(path.name, files.in_chunks(path), user)


def _renamed(part: Any, names: Mapping[str, str]) -> Any:
    if isinstance(part, list):
        return [_renamed(each, names) for each in part]
    if isinstance(part, Mapping):
        return {
            key: names.get(value, value)
            if key in ("file", "geometry", "crosswalk") and isinstance(value, str)
            else _renamed(value, names)
            for key, value in part.items()
        }
    return part


def _take_catalogue(parts: Mapping[str, Any]) -> None:
    domains = {part["id"]: (n, part) for n, part in enumerate(parts.get("domains", ()))}
    Domain.objects.exclude(key__in=domains).delete()
    for key, (position, part) in domains.items():
        Domain.objects.update_or_create(key=key, defaults={"position": position, "part": part})
    indicators = {part["id"]: (n, part) for n, part in enumerate(parts.get("indicators", ()))}
    Indicator.objects.exclude(key__in=indicators).update(retired_at=timezone.now())
    for key, (position, part) in indicators.items():
        known = Indicator.objects.filter(key=key).first() or Indicator(key=key, version=0)
        known.position, known.part, known.retired_at, known.version = position, part, None, known.version + 1
        known.save()


def _take_deliveries(tables: list[dict[str, Any]], kept: Mapping[str, File], project: Any, user: User | None) -> None:
    here = {batch.key: batch for batch in Batch.objects.filter(withdrawn_at=None)}
    specs = {spec.id: spec for spec in project.tables}
    for part in tables:
        known = here.pop(part["id"], None)
        file = kept[part["file"]]
        if known and known.part == part and known.file_id == file.pk:
            continue
        if known:
            withdraw_batch(known, user, _("Replaced by the project file"), free_key=True)
        reading = read_table(specs[part["id"]], project.data)
        confirm_batch(reading, part, file, user, note=_("From the project file"))
        remember(part, file, user)
    for batch in here.values():
        withdraw_batch(batch, user, _("No longer part of the project file"))


@transaction.atomic
def confirm_batch(
    reading: Reading,
    part: Mapping[str, Any],
    file: File,
    user: User | None,
    *,
    note: str,
    issues: list[dict[str, Any]] | None = None,
) -> Batch:
    """Store a delivery with every value exactly as it was read, or nothing.

    ``issues``: as they were shown, if more was checked than the reading. WrongRequest if the id of the table is taken.
    """
    if Batch.objects.filter(key=part["id"]).exists():
        raise WrongRequest(_("There is a table “{id}” already. Choose another short name.").format(id=part["id"]))
    told = [told_later(each) for each in reading.issues] if issues is None else issues
    batch = Batch.objects.create(
        key=part["id"], part=part, file=file, issues=told, note=note, confirmed_by=user, counts=counts_of(reading)
    )
    batch.values_count = _store_values(batch, values_of(reading))
    batch.save(update_fields=["values_count"])
    after = {"table": batch.key, "file": file.sha256, "values": batch.values_count, "revises": batch.revises}
    log.write(user, "batch.confirmed", batch, after=after)
    return batch


COLUMNS = ("variable", "area", "period", "state", "value", "row", "column", "text", "batch_id")


def _store_values(batch: Batch, chunks: Iterator[list[Delivered]]) -> int:
    pk = batch.pk  # a million times
    return write_rows(Value, COLUMNS, ([(*value, pk) for value in chunk] for chunk in chunks))


@transaction.atomic
def withdraw_batch(batch: Batch, user: User | None, because: str, *, free_key: bool = False) -> None:
    """Take a delivery out of everything computed from now on; it stays readable. WrongRequest if it is out already.

    ``free_key`` gives its short name to the delivery that replaces it.
    """
    if batch.withdrawn_at:
        raise WrongRequest(_("This delivery was withdrawn already."))
    batch.withdrawn_at, batch.withdrawn_by, batch.withdrawn_because = timezone.now(), user, because
    if free_key:
        batch.key = f"{batch.key}~{batch.pk}"
    batch.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because", "key"])
    log.write(user, "batch.withdrawn", batch, after={"because": because})


@transaction.atomic
def save_recipe(
    parts: Mapping[str, Any], *, name: str, reason: str, user: User | None, based_on: Recipe | None = None
) -> Recipe:
    """Store a recipe as the next version."""
    latest = Recipe.objects.first()
    recipe = Recipe.objects.create(
        number=latest.number + 1 if latest else 1, name=name, reason=reason, parts=parts, author=user, based_on=based_on
    )
    log.write(user, "recipe.saved", recipe, after={"number": recipe.number, "name": name})
    return recipe
