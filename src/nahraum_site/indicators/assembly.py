"""From the stored parts to a project folder, and to what the core reads from it (ADR 0011).

The folder lies under its fingerprint and is never changed; it can be thrown away at any time.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from nahraum import __version__
from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.disclosure.released import Released, from_json
from nahraum.evidence.indicators.edition import Edition as CoreEdition
from nahraum.evidence.indicators.protect import protect_edition
from nahraum.places.outlines import Outlines, outlines
from nahraum.projects.compose import write_project
from nahraum.projects.run import Inputs, read_inputs, run_project
from nahraum_site.indicators.models import Batch, Domain, Edition, Indicator, Project, Recipe
from nahraum_site.indicators.people import areas_part, refuse_lost
from nahraum_site.places.models import SystemFile
from nahraum_site.records.models import File

KEPT_INPUTS = 3  # readings kept in memory
KEPT_FOLDERS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """The parts of the project as they are now, and the files that they name."""

    parts: dict[str, Any]
    files: dict[str, File]

    def with_recipe(self, recipe: Mapping[str, Any]) -> Stock:
        """Return the same with the sections of a recipe."""
        return Stock(parts={**self.parts, **recipe}, files=self.files)

    @property
    def fingerprint(self) -> str:
        """Return a mark of everything a result depends on: parts, content of the files, version of Nahraum."""
        marks = [__version__, self.parts, sorted((name, file.sha256) for name, file in self.files.items())]
        return hashlib.sha256(json.dumps(marks, sort_keys=True, cls=DjangoJSONEncoder).encode()).hexdigest()


def stock() -> Stock:
    """Return the parts as they are now, without a recipe. Five questions. WrongRequest while there is no project."""
    project = Project.objects.select_related("system").first()
    if project is None:
        raise WrongRequest(_("There is no project yet. Begin with the areas."))
    batches = list(Batch.objects.filter(withdrawn_at=None).defer("issues", "counts").select_related("file"))
    active = {batch.key for batch in batches}
    files = {each.name: each.file for each in SystemFile.objects.filter(system=project.system).select_related("file")}
    files |= {batch.part["file"]: batch.file for batch in batches}
    parts = {
        **project.parts,
        "areas": areas_part(project),
        "tables": [_table(batch, active) for batch in batches],
        "domains": [domain.part for domain in Domain.objects.all()],
        "indicators": [each.part for each in Indicator.objects.filter(retired_at=None)],
    }
    return Stock(parts=parts, files=files)


def _table(batch: Batch, active: set[str]) -> dict[str, Any]:
    """Return a batch's section; what it revises and was withdrawn is no longer named."""
    part = dict(batch.part)
    revises = [key for key in batch.revises if key in active]
    part.pop("revises", None)
    return {**part, "revises": revises} if revises else part


def stock_of(edition: Edition) -> Stock:
    """Return the parts that an edition was computed from. One question.

    WrongRequest for an edition from before they were kept.
    """
    if not edition.parts:
        raise WrongRequest(_("This edition was made before its parts were kept."))
    found = {str(file.uuid): file for file in File.objects.filter(uuid__in=edition.kept_files.values())}
    return Stock(parts=edition.parts, files={name: found[mark] for name, mark in edition.kept_files.items()})


def released_before(moment: datetime | None = None) -> list[Released]:
    """Return what every edition released (superseded and withdrawn ones too), first to last. One question.

    What was published once is known for ever: the protection of a new edition must reckon with all of it.
    """
    found = Edition.objects.exclude(published_at=None).order_by("published_at", "pk")
    if moment:
        found = found.filter(published_at__lt=moment)
    return [from_json(released) for released in found.values_list("released", flat=True) if released]


_computed: OrderedDict[str, CoreEdition] = OrderedDict()
_computing = threading.Lock()


def core_edition(edition: Edition) -> CoreEdition:
    """Return an edition as the core knows it, protected; computed once and kept in memory.

    The first call takes seconds. The same parts give the same numbers, whenever they are computed.
    """
    with _computing:
        mark = str(edition.uuid)
        if mark not in _computed:
            core = run_project(folder_of(stock_of(edition)))
            _computed[mark] = protect_edition(core, released_before(edition.made_at))
        _computed.move_to_end(mark)
        while len(_computed) > KEPT_INPUTS:
            _computed.popitem(last=False)
        return _computed[mark]


def latest_recipe() -> Recipe | None:
    """Return the version saved last. One question."""
    return Recipe.objects.first()


def folder_of(stock: Stock) -> Path:
    """Return the project folder of these parts, written if it is not there."""
    settings.WORK.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder: Path = settings.WORK / stock.fingerprint[:32]
    if not (folder / "nahraum.toml").exists():
        scratch = Path(tempfile.mkdtemp(prefix=".new-", dir=settings.WORK))
        try:
            write_project(stock.parts, {name: file.path for name, file in stock.files.items()}, scratch, link=True)
            scratch.rename(folder)
        except OSError:
            if not (folder / "nahraum.toml").exists():  # otherwise somebody else was quicker: the same bytes
                raise
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        _forget_old(folder)
    return folder


def _forget_old(newest: Path) -> None:
    folders = sorted(
        (p for p in settings.WORK.iterdir() if not p.name.startswith(".")), key=lambda p: p.stat().st_mtime
    )
    for folder in folders[:-KEPT_FOLDERS]:
        if folder != newest:
            shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, kw_only=True)
class Ready:
    """What was read, and what pages draw of it, made once."""

    inputs: Inputs

    @cached_property
    def drawn(self) -> Outlines | None:
        """Return the outlines of the areas; None where there are no boundaries."""
        return outlines(self.inputs.places.boundaries) if self.inputs.places.boundaries else None


_read: OrderedDict[str, Ready] = OrderedDict()
_reading = threading.Lock()


def ready(stock: Stock) -> Ready:
    """Return what the core reads from these parts, kept in memory: changing a recipe reads no file again.

    Recipe sections do not count: the same stock is read once for all recipes. BadInput and WrongRequest as the core
    raises them.
    """
    if not stock.parts.get("tables"):
        raise WrongRequest(_("No table has been imported yet."))
    if not stock.parts.get("indicators"):
        raise WrongRequest(_("There is no indicator yet. Describe the first one in the catalogue."))
    refuse_lost(stock.parts)
    bare = Stock(parts={name: part for name, part in stock.parts.items() if name not in RECIPE}, files=stock.files)
    mark = bare.fingerprint
    with _reading:  # two people who open the workbench at once wait for one reading
        if mark not in _read:
            _read[mark] = Ready(inputs=read_inputs(folder_of(bare)))
        _read.move_to_end(mark)
        while len(_read) > KEPT_INPUTS:
            _read.popitem(last=False)
        return _read[mark]


RECIPE = ("indices", "profile", "dynamics", "robustness")
