"""Every write of steps and summaries: atomic, logged by ids, and by the rules of the core's chain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain as chain_of
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.condensing.chain import Chain, Stage
from nahraum.evidence.voices.condensing.grid import Summary
from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.shell.overtaken import Overtaken
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.condensing import kept
from nahraum_site.voices.condensing.kept import Kept
from nahraum_site.voices.condensing.models import CellSummary, Condensed
from nahraum_site.voices.condensing.summaries import said_of
from nahraum_site.voices.models import Study

RANDOM = 4  # the version of a UUID that nobody can foresee
MOST_AT_ONE = 100  # steps made from the same one


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wrote. ``behind``: places or ids, empty where they stay; ``version``: 0 for a new step."""

    id: UUID
    text: str
    behind: tuple[str, ...] = ()
    version: int = 0


@transaction.atomic
def write(study: Study, wanted: Wanted, user: User) -> Condensed:
    """Store a step, new or written anew; sent twice it is stored once.

    Raises Overtaken if somebody changed it since ``version``, WrongRequest as `Chain.write` does.
    """
    id = str(wanted.id)
    found = _held_for(study, user, id, wanted.behind)
    before = found.rows.get(id)
    behind = wanted.behind or (tuple(found.chain.steps[id].behind) if before else ())
    if before:
        now = found.chain.steps[id]
        if before.version != wanted.version:
            if now.text == wanted.text and set(behind) == set(now.behind):
                return before
            raise Overtaken(before)
    _refuse_gone(found, behind)
    if before is None and (_is_foreign(study, found, wanted) or Condensed.objects.filter(uuid=wanted.id).exists()):
        raise _gone()
    chain = found.chain.write(id, _stage(found, behind), wanted.text, behind)
    row = before or Condensed(uuid=wanted.id, study=study, author=user)
    row.stage = chain.steps[id].stage.value
    row.text = found.text(behind[0]) if row.stage != Stage.REDUCTION else None
    owners = {each for one in behind for each in found.owners(one)}
    _store(row, chain, id, owners, user)
    log.write(user, "condensed.written", row, after={"study": str(study.uuid), "stage": row.stage})
    return row


def _stage(found: Kept, behind: Sequence[str]) -> Stage:
    """Return what is made from such a step."""
    if len(behind) == 1 and kept.is_place(behind[0]):
        return Stage.PARAPHRASE
    is_paraphrase = len(behind) == 1 and found.chain.steps[behind[0]].stage is Stage.PARAPHRASE
    return Stage.GENERALISATION if is_paraphrase else Stage.REDUCTION


def _refuse_gone(found: Kept, behind: Sequence[str]) -> None:
    if not set(behind) <= found.chain.steps.keys():
        raise _gone()


def _gone() -> WrongRequest:
    return WrongRequest(
        _("What this is made from is not there any more. Load the page again; your words stay in the field.")
    )


def _is_foreign(study: Study, found: Kept, wanted: Wanted) -> bool:
    """Say whether somebody who codes blind names a step as others name theirs: there or not, it looks the same, so
    that nobody learns where others condensed. Random names cannot be guessed.
    """
    if found.space == study.uuid or wanted.id.version == RANDOM:
        return False
    own = (islice(found.names(each), MOST_AT_ONE) for each in wanted.behind)
    return wanted.id not in chain_of.from_iterable(own)


@transaction.atomic
def leave_out(study: Study, id: str, reason: str, version: int, user: User) -> None:
    """Leave a step or segment out with a reason, or take it in again with an empty one.

    Raises WrongRequest where it was carried on already, Overtaken as `remove` does; a segment has no versions.
    """
    found = _held(study, user, [id])
    if id not in found.chain.steps:
        raise WrongRequest(_("There is no such step any more. Load the page again."))
    _refuse_carried_on(found, id, reason)
    chain = found.chain.leave_out(id, reason)
    if not kept.is_place(id):
        _refuse_unseen(found.rows[id], version)
        _store(found.rows[id], chain, id, (), user)
        _log(study, found.rows[id], "condensed.left_out", user)
        return
    rows = found.left.get(id, ())
    if not reason.strip():
        for row in rows:
            _log(study, row, "condensed.left_out", user)
            row.delete()
        return
    row = rows[0] if rows else Condensed(study=study, author=user, stage=Stage.SEGMENT.value, text=found.text(id))
    _store(row, chain, id, found.owners(id), user)
    _log(study, row, "condensed.left_out", user)


def _refuse_carried_on(found: Kept, id: str, reason: str) -> None:
    """Say it without the ids that the core would name."""
    if reason and any(id in each.behind for each in found.chain.steps.values()):
        raise WrongRequest(_("It was carried on already. Remove what was made from it first."))


@transaction.atomic
def confirm(study: Study, id: str, version: int, user: User) -> None:
    """Note that a step was looked at again and still holds. Raises WrongRequest where nothing is left behind it,
    Overtaken as `remove` does.
    """
    found = _held(study, user)
    row = _row(found, id)
    _refuse_unseen(row, version)
    _store(row, found.chain.confirm(id), id, (), user)
    _log(study, row, "condensed.confirmed", user)


@transaction.atomic
def remove(study: Study, id: str, version: int, user: User) -> None:
    """Remove a step; what was made from it is marked to be looked at again. Raises Overtaken if somebody else wrote it
    anew since the page showed ``version``.
    """
    found = _held(study, user)
    row = _row(found, id)
    _refuse_unseen(row, version)
    _log(study, row, "condensed.removed", user)
    row.delete()


def _refuse_unseen(row: Condensed, version: int) -> None:
    if row.version != version:
        raise Overtaken(row, _("Somebody else changed this step meanwhile, so nothing was done. Read it as it is now."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which cell of the grid: ``space`` is empty for city-wide; ``whose`` codings lay behind it."""

    space: str
    category: str
    whose: str


@transaction.atomic
def store_summary(study: Study, at: Place, summary: Summary, owners: Iterable[str], version: int, user: User) -> None:
    """Store what a cell says. Raises Overtaken if somebody else changed it since ``version``, WrongRequest where its
    category was merged or removed meanwhile.
    """
    Study.objects.select_for_update().get(pk=study.pk)
    if categories.system_of(study).find(at.category) is None:
        raise WrongRequest(_("This category is not there any more. Your words stay in the field; load the grid again."))
    row = CellSummary.objects.filter(study=study, former="", **asdict(at)).first()
    if row and row.version != version:
        raise Overtaken(row)
    if row and not kept.readable_of(study, [row])[0]:
        row.owners = []  # its words are gone; what is written now rests on what is there
    row = row or CellSummary(study=study, author=user, version=0, **asdict(at))
    kept.close(row, said_of(summary), owners)
    row.version, row.changed_at, row.changed_by = row.version + 1, timezone.now(), user
    row.save()
    after = {"study": str(study.uuid), "space": at.space, "category": at.category}
    log.write(user, "summary.written", row, after=after)


@transaction.atomic
def remove_summary(study: Study, row: CellSummary, version: str, user: User) -> None:
    """Remove what a cell says. Raises Overtaken if somebody else wrote it anew since the page showed ``version``."""
    now = CellSummary.objects.select_for_update().filter(pk=row.pk).first()
    if now is None:
        return
    if str(now.version) != version:
        raise Overtaken(now)
    before = {"study": str(study.uuid), "space": row.space, "category": row.category}
    log.write(user, "summary.removed", row, before=before)
    row.delete()


def _row(found: Kept, id: str) -> Condensed:
    row = found.rows.get(id) or next((each for each in found.gone if str(each.uuid) == id), None)
    if row is None:
        raise WrongRequest(_("There is no such step any more. Load the page again."))
    return row


def _store(row: Condensed, chain: Chain, id: str, owners: Iterable[str], user: User) -> None:
    step = chain.steps[id]
    row.changed_by = user
    kept.close(row, {"text": step.text, "behind": dict(step.behind), "left_out": step.left_out}, owners)
    row.version = row.version + 1 if row.pk else 1
    row.changed_at = timezone.now()
    row.save()


def _held_for(study: Study, user: User, id: str, behind: Sequence[str]) -> Kept:
    """Return what writing a step must know: of a paraphrase or generalisation, only what it is made from."""
    if len(behind) == 1:
        Study.objects.select_for_update().get(pk=study.pk)
        found = kept.opened(study, user, behind, only=[id, *behind])
        above = found.chain.steps.get(behind[0])
        if above is not None and above.stage in (Stage.SEGMENT, Stage.PARAPHRASE) and not above.left_out:
            return found
    return _held(study, user, behind)


def _held(study: Study, user: User, wanted: Sequence[str] = ()) -> Kept:
    """Return the chain, held until the end of the transaction: its rules look at more than one row."""
    Study.objects.select_for_update().get(pk=study.pk)
    return kept.opened(study, user, wanted)


def _log(study: Study, row: Condensed, action: str, user: User) -> None:
    log.write(user, action, row, after={"study": str(study.uuid), "stage": row.stage})
