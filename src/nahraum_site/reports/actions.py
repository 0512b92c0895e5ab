"""Publish a project: compute, protect, store, write the files; all or nothing."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from nahraum import __version__
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.edition import Edition as CoreEdition
from nahraum.evidence.indicators.protect import protect_edition
from nahraum.projects import read_project, run_project
from nahraum.reports import write_report
from nahraum.reports.open_data import write_open_data
from nahraum.reports.stamp import protection_words
from nahraum_site.indicators.actions import store_edition
from nahraum_site.indicators.models import Edition
from nahraum_site.reports.models import StoredFile

REPORT, WORD = "bericht.pdf", "bericht.docx"


def publish_project(path: Path, data: Path | None, progress: Callable[[str, float], None]) -> tuple[Edition, bool]:
    """Compute a project and publish its protected edition; return it and whether it is new.

    The same project file over the same tables, by the same version of Nahraum, is not computed twice.
    """
    mark = fingerprint(path, data)
    known = Edition.objects.filter(fingerprint=mark).first()
    if known and known == Edition.objects.first():
        return known, False
    core = protect_edition(run_project(path, data_dir=data, progress=progress))
    progress(_("Writing the report"), 0.9)
    return publish(core, mark), True


def publish(core: CoreEdition, mark: str) -> Edition:
    """Store a protected edition and its files; if anything fails, nothing of it remains."""
    settings.FILES.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".new-", dir=settings.FILES))
    final: Path | None = None
    try:
        write_report(core, scratch / REPORT)
        write_report(core, scratch / WORD)
        write_open_data(core, scratch)
        with transaction.atomic():
            edition = store_edition(core, fingerprint=mark, protection=protection_words)
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


def fingerprint(path: Path, data: Path | None) -> str:
    """Return a mark of everything an edition is made from: project file, its data folder, version of Nahraum."""
    project = read_project(path, data=data)
    digest = hashlib.sha256(__version__.encode())
    digest.update(project.path.read_bytes())
    named = {table.file for table in project.tables} | {project.areas.file, project.areas.geometry}
    for name in sorted(filter(None, named)):
        file = project.data / name
        if file.is_file():
            digest.update(name.encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()
