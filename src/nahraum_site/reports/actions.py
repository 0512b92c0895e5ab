"""Editions with their files: compute, protect, store; all or nothing."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from nahraum import __version__
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.edition import Edition as CoreEdition
from nahraum.evidence.indicators.protect import protect_edition
from nahraum.projects import read_project, run_project
from nahraum.projects.compose import files_of, parts_of
from nahraum.reports import write_report
from nahraum.reports.open_data import write_open_data
from nahraum.reports.stamp import protection_words
from nahraum_site.accounts.models import User
from nahraum_site.indicators.actions import store_edition
from nahraum_site.indicators.actions.editions import publish
from nahraum_site.indicators.actions.stock import take_project
from nahraum_site.indicators.assembly import Stock, folder_of, released_before, stock
from nahraum_site.indicators.models import Edition, Project, Recipe
from nahraum_site.indicators.queries import latest_edition
from nahraum_site.records.models import Job
from nahraum_site.reports.models import StoredFile

Progress = Callable[[str, float], None]

REPORT, WORD, WEB = "bericht.pdf", "bericht.docx", "bericht.json"


def publish_project(path: Path, data: Path | None, progress: Progress) -> tuple[Edition, bool]:
    """Compute a project folder, store its parts and publish its protected edition; return it and whether it is new.

    The same project file over the same tables, by the same version of Nahraum, is not computed twice.
    """
    mark = mark_of_folder(path, data)
    known = latest_edition()
    if known and known.folder_mark == mark:
        return known, False
    moment = timezone.now()
    core = protect_edition(run_project(path, data_dir=data, progress=progress), released_before(moment))
    progress(_("Writing the report"), 0.9)
    with transaction.atomic():
        recipe = take_project(path, data, None)
        now = stock().with_recipe(recipe.parts)
        edition = store(
            core, now, recipe, moment=moment, reason=_("From the project file"), author=None, folder_mark=mark
        )
        publish(edition, None)
    return edition, True


def draft_edition(recipe: Recipe, *, reason: str, author: User, progress: Progress) -> Edition:
    """Compute an edition from the parts as they are now, and store it, protected, as a draft with its files."""
    moment = timezone.now()  # what is released from here on, the protection does not know of
    now = stock().with_recipe(recipe.parts)
    core = protect_edition(run_project(folder_of(now), progress=progress), released_before(moment))
    progress(_("Writing the report"), 0.9)
    return store(core, now, recipe, moment=moment, reason=reason, author=author)


def draft_job(job: Job, progress: Progress) -> dict[str, str]:
    """Make the draft that a job asks for; repeated after an interruption, nothing is made twice."""
    recipe = Recipe.objects.get(uuid=job.params["recipe"])
    author = User.objects.get(uuid=job.params["author"])
    edition = draft_edition(recipe, reason=job.params["reason"], author=author, progress=progress)
    return {"address": reverse("edition", args=[edition.uuid])}


def store(
    core: CoreEdition,
    made_from: Stock,
    recipe: Recipe,
    *,
    moment: datetime,
    reason: str,
    author: User | None,
    folder_mark: str = "",
) -> Edition:
    """Store a protected edition and its files as a draft; if anything fails, nothing of it remains.

    ``moment``: what was released until then, its protection reckons with.
    """
    settings.FILES.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = Path(tempfile.mkdtemp(prefix=".new-", dir=settings.FILES))
    final: Path | None = None
    try:
        write_report(core, scratch / REPORT)
        write_report(core, scratch / WORD)
        write_report(core, scratch / WEB)
        write_open_data(core, scratch)
        with transaction.atomic():
            edition = store_edition(
                core,
                moment=moment,
                stock=made_from,
                protection=protection_words,
                system=Project.objects.select_related("system").get().system,
                recipe=recipe,
                reason=reason,
                author=author,
                folder_mark=folder_mark,
            )
            StoredFile.objects.bulk_create(_stored(edition, path) for path in sorted(scratch.iterdir()))
            final = settings.FILES / str(edition.uuid)
            scratch.rename(final)
    except BaseException:
        shutil.rmtree(final if final and final.exists() else scratch, ignore_errors=True)
        raise
    return edition


def _stored(edition: Edition, path: Path) -> StoredFile:
    content = path.read_bytes()
    return StoredFile(edition=edition, name=path.name, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def mark_of_folder(path: Path, data: Path | None) -> str:
    """Return a mark of a project folder, which tells before anything is read that nothing changed: project file, the
    files it names, version of Nahraum.
    """
    project = read_project(path, data=data)
    digest = hashlib.sha256(__version__.encode())
    digest.update(project.path.read_bytes())
    for name in sorted(set(files_of(parts_of(project.path)))):
        file = project.data / name
        if file.is_file():
            digest.update(name.encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
