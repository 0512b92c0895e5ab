"""Writing the catalogue: indicators and Lebenslagen; what two people change at once is noticed, not lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.definition import changed, trimmed
from nahraum_site.accounts.models import User
from nahraum_site.indicators.models import Domain, Indicator
from nahraum_site.records import log
from nahraum_site.shell.overtaken import Overtaken


@transaction.atomic
def create_indicator(part: Mapping[str, Any], user: User) -> Indicator:
    """Store a new indicator at the end of the catalogue. WrongRequest if its short name is taken."""
    if Indicator.objects.filter(key=part["id"]).exists():
        raise WrongRequest(_("There is an indicator “{id}” already, perhaps a retired one.").format(id=part["id"]))
    last = Indicator.objects.aggregate(last=Max("position"))["last"]
    part = trimmed(part)
    found = Indicator.objects.create(key=part["id"], part=part, position=0 if last is None else last + 1)
    log.write(user, "indicator.created", found, after=part)
    return found


@transaction.atomic
def change_indicator(indicator: Indicator, part: Mapping[str, Any], version: int, user: User) -> bool:
    """Store a changed sheet and return whether anything changed; editions keep the sheet that they were made with.

    Overtaken if the sheet is no longer the version that the change was made on.
    """
    now = _locked(indicator, version)
    part = trimmed({**part, "id": now.key})
    fields = changed(now.part, part)
    if not fields:
        return False
    before = {name: now.part[name] for name in fields if name in now.part}
    after = {name: part[name] for name in fields if name in part}
    kept = {name: value for name, value in now.part.items() if name not in fields}  # exactly as it was written
    now.part, now.version = kept | after, version + 1
    now.save(update_fields=["part", "version"])
    log.write(user, "indicator.changed", now, before=before, after=after)
    return True


@transaction.atomic
def retire_indicator(indicator: Indicator, because: str, version: int, user: User) -> None:
    """Leave an indicator out of new editions; earlier ones keep it. Overtaken if somebody changed it meanwhile."""
    _set_retired(indicator, version, retired=True)
    log.write(user, "indicator.retired", indicator, after={"because": because})


@transaction.atomic
def revive_indicator(indicator: Indicator, because: str, version: int, user: User) -> None:
    """Take a retired indicator into new editions again. Overtaken if somebody changed it meanwhile."""
    _set_retired(indicator, version, retired=False)
    log.write(user, "indicator.revived", indicator, after={"because": because})


def _set_retired(indicator: Indicator, version: int, *, retired: bool) -> None:
    now = _locked(indicator, version)
    now.retired_at, now.version = timezone.now() if retired else None, version + 1
    now.save(update_fields=["retired_at", "version"])


def _locked(indicator: Indicator, version: int) -> Indicator:
    now = Indicator.objects.select_for_update().get(pk=indicator.pk)
    if now.version != version:
        raise Overtaken(now)
    return now


@transaction.atomic
def create_domain(key: str, name: str, description: str, user: User) -> Domain:
    """Store a new Lebenslage at the end. WrongRequest if its short name is taken."""
    if Domain.objects.filter(key=key).exists():
        raise WrongRequest(_("There is a Lebenslage “{id}” already.").format(id=key))
    last = Domain.objects.aggregate(last=Max("position"))["last"]
    part = _domain(key, name, description)
    found = Domain.objects.create(key=key, part=part, position=0 if last is None else last + 1)
    log.write(user, "domain.created", found, after=part)
    return found


@transaction.atomic
def change_domain(domain: Domain, name: str, description: str, before: Mapping[str, Any], user: User) -> None:
    """Rename or describe a Lebenslage; ``before`` is what the change was made on. Overtaken if it is no longer so."""
    now = Domain.objects.select_for_update().get(pk=domain.pk)
    if now.part != before:
        raise Overtaken(now)
    now.part = _domain(now.key, name, description)
    if now.part != before:
        now.save(update_fields=["part"])
        log.write(user, "domain.changed", now, before=before, after=now.part)


@transaction.atomic
def move_domain(domain: Domain, user: User, *, up: bool) -> None:
    """Let a Lebenslage change places with its neighbour; at the end of the list nothing happens."""
    order = list(Domain.objects.select_for_update())
    here = next(n for n, each in enumerate(order) if each.pk == domain.pk)
    there = here + (-1 if up else 1)
    if not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order):
        each.position = position
    Domain.objects.bulk_update(order, ["position"])
    log.write(user, "domain.moved", domain, before={"position": here}, after={"position": there})


@transaction.atomic
def remove_domain(domain: Domain, user: User) -> None:
    """Remove a Lebenslage that no indicator belongs to. WrongRequest while one does."""
    used = [str(each) for each in Indicator.objects.select_for_update() if each.part.get("domain") == domain.key]
    if used:
        raise WrongRequest(
            _("To “{name}” still belong: {indicators}. Give them another Lebenslage first.").format(
                name=domain, indicators=", ".join(used)
            )
        )
    log.write(user, "domain.removed", domain, before=domain.part)
    domain.delete()


def _domain(key: str, name: str, description: str) -> dict[str, str]:
    return {"id": key, "name": name, **({"description": description} if description else {})}
