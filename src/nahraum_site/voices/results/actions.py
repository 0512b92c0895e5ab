"""Every write of results: atomic, logged by ids, never by words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.voices.actions import changed_row
from nahraum_site.voices.models import Study
from nahraum_site.voices.results.models import Chapter, Front


@transaction.atomic
def write_chapter(study: Study, space: str, words: str, version: int, user: User) -> None:
    """Store what the team writes about a space. Raises Overtaken if somebody else did since ``version``."""
    row, _made = Chapter.objects.get_or_create(study=study, space=space)
    changed_row(Chapter.objects, row.pk, {"words": words}, version)
    log.write(user, "results.written", study, after={"space": space})


@transaction.atomic
def write_front(study: Study, given: Mapping[str, Any], version: int, user: User) -> None:
    """Store who publishes the report. Raises Overtaken if somebody else did since ``version``."""
    row, _made = Front.objects.get_or_create(study=study)
    changed = changed_row(Front.objects, row.pk, given, version)
    log.write(user, "results.front", study, after={"changed": changed})
