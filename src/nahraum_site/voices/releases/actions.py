"""Every write of releases: atomic, logged, and nothing is decided twice."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.voices.models import Collection
from nahraum_site.voices.releases.models import Release


@transaction.atomic
def ask(collection: Collection, why: str, user: User) -> Release:
    """Ask whether quotations of a collection may be shown. Raises WrongRequest where that is asked or so already."""
    here = Collection.objects.select_for_update().get(pk=collection.pk)
    latest = Release.objects.filter(collection=here).first()
    if latest is not None and (latest.is_released is None or latest.holds):
        raise WrongRequest(_("This is asked already, or released."))
    made = Release.objects.create(collection=here, why=why, asked_by=user)
    log.write(user, "release.asked", made, after={"collection": str(here.uuid)})
    return made


@transaction.atomic
def decide(release: Release, reason: str, user: User, *, is_released: bool) -> None:
    """Release quotations or refuse it. Raises WrongRequest where somebody was quicker."""
    given = {"is_released": is_released, "reason": reason, "decided_by": user, "decided_at": timezone.now()}
    if not Release.objects.filter(pk=release.pk, is_released=None).update(**given):
        raise WrongRequest(_("Somebody else has decided this meanwhile. Load the page anew."))
    action = "release.given" if is_released else "release.refused"
    log.write(user, action, release, after={"collection": str(release.collection.uuid)})


@transaction.atomic
def end(release: Release, reason: str, user: User) -> None:
    """Take a release back: from now on the quotations are held back again. Raises WrongRequest where there is none."""
    given = {"end_reason": reason, "ended_by": user, "ended_at": timezone.now()}
    if not Release.objects.filter(pk=release.pk, is_released=True, ended_at=None).update(**given):
        raise WrongRequest(_("Somebody else has decided this meanwhile. Load the page anew."))
    log.write(user, "release.ended", release, after={"collection": str(release.collection.uuid)})
