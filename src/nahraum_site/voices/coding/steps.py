"""What a coder does, one small step after another: each is carried out once, however often it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.categories import Remove, System, elsewhere
from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.coding.models import Coding, Receipt, Step, Worked
from nahraum_site.voices.coding.queries import former
from nahraum_site.voices.texts.models import Text

KEPT = 200  # steps of a coder in a text that can be undone
FORGOTTEN = timedelta(days=60)  # a browser that was away for longer must ask again


class Kind(StrEnum):
    """What can be done."""

    MAKE = "make"
    REMOVE = "remove"
    RESTORE = "restore"
    CHANGE = "change"
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a coder asks for. ``key`` names the request, ``coding`` the coding; what is None stays as it is."""

    key: UUID
    kind: Kind
    coding: UUID | None = None
    start: int = 0
    end: int = 0
    category: str | None = None
    is_quotation: bool | None = None


def perform(text: Text, user: User, wish: Wish) -> list[Coding]:
    """Carry out a wish and return the codings it touched; none if it was carried out before.

    Raises WrongRequest, and stores nothing, for a stretch outside the text, a category that takes no codings, somebody
    else's coding, and nothing to undo. Also where an undo cannot bring all back; that step is done with then, so that
    it bars no earlier one.
    """
    touched, lost = _performed(text, user, wish)
    if lost:
        raise WrongRequest(lost)
    return touched


@transaction.atomic
def _performed(text: Text, user: User, wish: Wish) -> tuple[list[Coding], str]:
    if not Receipt.objects.get_or_create(key=wish.key)[1]:
        return list(Coding.objects.filter(uuid=wish.coding, coder=user)) if wish.coding else [], ""
    lost = ""
    match wish.kind:
        case Kind.MAKE:
            touched = _made(text, user, wish)
        case Kind.UNDO | Kind.REDO:
            touched, lost = _back_and_forth(text, user, undo=wish.kind is Kind.UNDO)
        case _:
            touched = _changed(text, user, wish)
    log.write(user, "coding.stepped", text, after={"kind": wish.kind, "codings": len(touched)})
    return touched, lost


@transaction.atomic
def say_through(text: Text, user: User, *, is_through: bool) -> None:
    """Note that somebody coded a text through, or that they did not after all. Said again it changes nothing."""
    if is_through:
        changed = Worked.objects.get_or_create(text=text, coder=user)[1]
    else:
        changed = bool(Worked.objects.filter(text=text, coder=user).delete()[0])
    if changed:
        log.write(user, "coding.through" if is_through else "coding.not_through", text)


def forget() -> None:
    """Drop the receipts of steps that no browser sends again."""
    Receipt.objects.filter(at__lt=timezone.now() - FORGOTTEN).delete()


def _made(text: Text, user: User, wish: Wish) -> list[Coding]:
    if wish.coding is None or not wish.category:
        raise WrongRequest(_("Choose a category."))
    if not 0 <= wish.start < wish.end <= text.length:
        raise WrongRequest(_("The stretch does not lie in the text. Select it again."))
    found = Coding.objects.filter(uuid=wish.coding).first()
    if found is not None:
        if found.coder_id != user.pk or found.text_id != text.pk:
            raise WrongRequest(_("This coding belongs to somebody else."))
        return [found]
    category = current(text, wish.category)
    made = Coding.objects.create(
        uuid=wish.coding,
        text=text,
        coder=user,
        category=category,
        made_with=category,
        start=wish.start,
        end=wish.end,
        is_quotation=bool(wish.is_quotation),
    )
    remember(text, user, [(made, {"removed": True}, {"removed": False})])
    return [made]


def _changed(text: Text, user: User, wish: Wish) -> list[Coding]:
    one = Coding.objects.select_for_update().filter(uuid=wish.coding, text=text, coder=user, is_agreed=False).first()
    if one is None:
        raise WrongRequest(_("There is no such coding of yours in this text."))
    before = _state(one)
    after = dict(before)
    if wish.kind is Kind.REMOVE:
        after["removed"] = True
    elif wish.kind is Kind.RESTORE:
        if gone := _removed(text, [one]):
            raise WrongRequest(_gone(gone[one.category]))
        after["removed"] = False
    elif wish.category:
        after["category"] = current(text, wish.category)
    if wish.kind is Kind.CHANGE and wish.is_quotation is not None:
        after["quotation"] = wish.is_quotation
    differing = [name for name in after if after[name] != before[name]]
    if differing:
        _put(one, {name: after[name] for name in differing})
        one.save()
        remember(text, user, [(one, {n: before[n] for n in differing}, {n: after[n] for n in differing})])
    return [one]


def _back_and_forth(text: Text, user: User, *, undo: bool) -> tuple[list[Coding], str]:
    """Undo a step or do it again; return the codings it touched and why others stay as they are."""
    steps = Step.objects.select_for_update().filter(text=text, coder=user, is_undone=not undo)
    step = steps.last() if undo else steps.first()
    if step is None:
        raise WrongRequest(_("There is nothing to undo.") if undo else _("There is nothing to do again."))
    states = {UUID(uuid): before if undo else after for uuid, before, after in step.changes}
    found = list(Coding.objects.select_for_update().filter(uuid__in=states, coder=user))
    gone, touched, why = _removed(text, [c for c in found if states[c.uuid].get("removed") is False]), [], ""
    for one in found:
        state = dict(states[one.uuid])
        if state.get("removed") is False and one.category in gone:
            why = _gone(gone[one.category])
            continue
        if "category" in state:
            try:
                state["category"] = current(text, state["category"])
            except WrongRequest as error:
                why = str(error)
                continue
        _put(one, state)
        touched.append(one)
    Coding.objects.bulk_update(touched, ["category", "is_quotation", "removed_at", "changed_at"])
    step.is_undone = undo
    step.save(update_fields=["is_undone"])
    return touched, why


def _removed(text: Text, codings: Sequence[Coding]) -> dict[str, str]:
    """Return the categories of codings that were removed, with their names. Four questions at most.

    Those of a replaced system were not: what stood at them may come back.
    """
    if not codings:
        return {}
    study = text.collection.study
    system = categories.system_of(study)
    missing = {each.category for each in codings} - {each.id for each in system.categories}
    if missing:
        missing &= {each.id for each in categories.changes_of(study) if isinstance(each, Remove)}
    return former(study, system, missing)


def _gone(name: str) -> str:
    return _("“%(name)s” was removed meanwhile; what was coded with it does not come back.") % {"name": name}


def _state(one: Coding) -> dict[str, Any]:
    return {"category": one.category, "quotation": one.is_quotation, "removed": one.removed_at is not None}


def _put(one: Coding, state: dict[str, Any]) -> None:
    one.category = state.get("category", one.category)
    one.is_quotation = state.get("quotation", one.is_quotation)
    one.changed_at = timezone.now()
    if "removed" in state:
        one.removed_at = one.changed_at if state["removed"] else None


def remember(text: Text, user: User, changes: Sequence[tuple[Coding, dict[str, Any], dict[str, Any]]]) -> None:
    """Keep a step so that it can be undone; what was undone before cannot be done again from here on."""
    own = Step.objects.filter(text=text, coder=user)
    own.filter(is_undone=True).delete()
    kept = [[str(coding.uuid), before, after] for coding, before, after in changes]
    Step.objects.create(text=text, coder=user, changes=kept)
    old = list(own.order_by("-pk").values_list("pk", flat=True)[KEPT : KEPT + 1])
    own.filter(pk__in=old).delete()


def current(text: Text, category: str) -> str:
    """Return where a coding with this category stands now: it may have been merged while somebody coded offline.

    A category that was split takes it as one more to be decided. Raises WrongRequest where it takes no codings.
    """
    study = text.collection.study
    system = categories.system_of(study)
    if system.find(category) is None:
        category = elsewhere({0: category}, categories.changes_of(study)).get(0, category)
    return _codable(system, category)


def _codable(system: System, category: str) -> str:
    found = system.find(category)
    if found is None:
        raise WrongRequest(_("This category is not there any more. Load the page again and choose another one."))
    if not found.codable and not found.parts:
        raise WrongRequest(_("“%(name)s” only gathers others. Choose one below it.") % {"name": found.name})
    return category
