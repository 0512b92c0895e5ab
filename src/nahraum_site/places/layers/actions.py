"""Every write about layers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.places.context import Context
from nahraum_site.accounts.models import User
from nahraum_site.places.models import ContextLayer
from nahraum_site.records import log
from nahraum_site.records.models import File

SAID = ("name", "name_en", "kind", "source", "licence", "shown")


@transaction.atomic
def store_layer(file: File, given: Mapping[str, Any], found: Context, user: User) -> ContextLayer:
    """Store what was read from a file as the last layer; ``given``: what people say about it."""
    last = ContextLayer.objects.aggregate(last=Max("position"))["last"]
    layer = ContextLayer.objects.create(
        **{name: given[name] for name in SAID},
        position=0 if last is None else last + 1,
        shapes=list(found.shapes),
        size=found.size,
        tolerance_m=found.tolerance_m,
        dropped=found.dropped,
        points=found.points,
        file=file,
        made_by=user,
    )
    log.write(user, "layer.stored", layer, after={**_said(layer), "file": file.name})
    return layer


@transaction.atomic
def change_layer(layer: ContextLayer, given: Mapping[str, Any], version: int, user: User) -> None:
    """Change what is said about a layer. WrongRequest if somebody else did since ``version``."""
    now = ContextLayer.objects.select_for_update().defer("shapes").get(pk=layer.pk)
    if now.version != version:
        raise WrongRequest(
            _("Somebody else changed this layer meanwhile: {name}, {source}. Look at it, then save once more.").format(
                name=now.name, source=now.origin
            )
        )
    before = _said(now)
    for name in SAID:
        setattr(now, name, given[name])
    now.version += 1
    now.save(update_fields=[*SAID, "version"])
    log.write(user, "layer.changed", now, before=before, after=_said(now))


@transaction.atomic
def move_layer(layer: ContextLayer, user: User, *, up: bool) -> None:
    """Let a layer change places with its neighbour; at the end of the list nothing happens."""
    order = list(ContextLayer.objects.select_for_update().defer("shapes"))
    here = next((n for n, each in enumerate(order) if each.pk == layer.pk), None)
    there = None if here is None else here + (-1 if up else 1)
    if here is None or there is None or not 0 <= there < len(order):
        return
    order[here], order[there] = order[there], order[here]
    for position, each in enumerate(order):
        each.position = position
    ContextLayer.objects.bulk_update(order, ["position"])
    log.write(user, "layer.moved", layer, before={"position": here}, after={"position": there})


@transaction.atomic
def remove_layer(layer: ContextLayer, user: User) -> None:
    """Remove a layer, and its file unless something else was made of it."""
    file, path = layer.file, layer.file.path
    log.write(user, "layer.removed", layer, before={**_said(layer), "file": file.name})
    layer.delete()
    with suppress(ProtectedError):
        file.delete()
        transaction.on_commit(lambda: path.unlink(missing_ok=True))


def _said(layer: ContextLayer) -> dict[str, Any]:
    return {name: getattr(layer, name) for name in SAID}
