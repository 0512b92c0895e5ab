"""The leaders' page: worked out once for every published edition, kept with its one-page PDF, read in a moment."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse

from nahraum.base import Period, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.reports.dashboard import write_dashboard
from nahraum.reports.deviations import Deviation
from nahraum.reports.outstanding import Position, Row, Standing, outstanding
from nahraum_site.accounts.models import User
from nahraum_site.indicators.assembly import core_edition
from nahraum_site.indicators.models import Edition
from nahraum_site.records import files, jobs, log
from nahraum_site.records.models import Job
from nahraum_site.reports.models import Overview

COMPARED = 3  # editions: as many as are kept in memory at once


def editions() -> list[Edition]:
    """Return the published editions that are compared, newest first. One question."""
    public = Edition.objects.filter(stage=Edition.Stage.PUBLISHED, withdrawn_at=None)
    return list(public.order_by("-published_at", "-pk")[:COMPARED])


def overview_of(found: list[Edition]) -> Overview | None:
    """Return what was worked out for just these editions, or None. One question."""
    over = [str(each.uuid) for each in found]
    return next(
        (each for each in Overview.objects.filter(edition=found[0]).select_related("file") if each.over == over), None
    )


def ask(user: User | None) -> Job:
    """Have the worker work it out; the program itself (None) does it for the project file that it serves."""
    newest = editions()[0]
    return jobs.ask("reports.overview", {}, key=f"overview-{newest.pk}-{user.pk if user else 0}", owner=user)


def overview_job(_job: Job, progress: jobs.Progress) -> dict[str, str]:
    """Work out the page of the editions that are public now; what is there already is not made twice."""
    found = editions()
    if not found:
        raise WrongRequest(_("Nothing is published yet."))
    if overview_of(found) is None:
        make(found, progress)
    return {"address": reverse("overview")}


def make(found: list[Edition], progress: jobs.Progress) -> Overview:
    """Work out which areas stand out in the newest of the editions, newest first, and keep it with its PDF."""
    progress(_("Comparing the editions"), 0.1)
    cores = [core_edition(found[0]), *(core_edition(each) for each in found[1:] if each.parts)]
    rows = outstanding(cores)
    progress(_("Writing the page"), 0.8)
    with tempfile.TemporaryDirectory(prefix="nahraum-") as scratch:
        path = Path(scratch) / "uebersicht.pdf"
        write_dashboard(cores[0], rows, path)
        with transaction.atomic():
            file = files.keep(path.name, files.in_chunks(path), None)
            made = Overview.objects.create(
                edition=found[0],
                over=[str(each.uuid) for each in found],
                rows=[as_json(row) for row in rows],
                file=file,
            )
            log.write(None, "overview.made", found[0], after={"rows": len(rows), "file": file.sha256})
    return made


def as_json(row: Row) -> dict[str, Any]:
    """Return a row as the database keeps it: data, no sentences."""
    return {**asdict(row), "standing": row.standing.value, "since": str(row.since) if row.since else None}


def from_json(kept: Mapping[str, Any]) -> Row:
    """Return a kept row; its sentences are made in the language spoken when it is read."""
    return Row(
        **{
            **kept,
            "standing": Standing(kept["standing"]),
            "deviation": Deviation(**kept["deviation"]),
            "now": Position(**kept["now"]),
            "last": Position(**kept["last"]) if kept["last"] else None,
            "since": Period.parse(kept["since"]) if kept["since"] else None,
        }
    )
