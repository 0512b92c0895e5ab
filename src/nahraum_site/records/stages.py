"""From stage to stage: what one person asks for and another decides moves on once, whoever is quicker."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import models

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.models import User
from nahraum_site.records import log


def move(
    thing: models.Model,
    user: User | None,
    action: str,
    stage: str,
    *,
    expected: Collection[str],
    with_it: Collection[str],
    told: Mapping[str, Any] | None = None,
) -> None:
    """Move a thing to a stage, store the fields named ``with_it`` as they are now, and log it.

    WrongRequest, and nothing is stored, unless it is still in one of the ``expected`` stages. ``told``: what the log
    says beside the stage.
    """
    before = thing.stage  # type: ignore[attr-defined]
    fields = {"stage": stage, **{name: getattr(thing, name) for name in with_it}}
    if not type(thing)._default_manager.filter(pk=thing.pk, stage__in=expected).update(**fields):
        raise WrongRequest(gone())
    thing.stage = stage  # type: ignore[attr-defined]
    log.write(user, action, thing, before={"stage": before}, after={"stage": stage, **(told or {})})


def gone() -> str:
    """Say that somebody else was quicker."""
    return _("It is no longer where it was. Load the page anew.")
