"""Every write about studies: atomic, logged by ids and counts, never by what people said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.models import User
from nahraum_site.places.models import AreaSelection
from nahraum_site.records import log
from nahraum_site.shell.overtaken import Overtaken
from nahraum_site.voices import queries
from nahraum_site.voices.models import Collection, Member, Study

DECIDING = ("method", "space", "participants")  # whether quotations of a collection are held back


@transaction.atomic
def begin(title: str, user: User, *, selection: AreaSelection | None = None, chosen_from: str = "") -> Study:
    """Begin a study, in the areas of a selection if there is one; who does leads it."""
    spaces = [each["key"] for each in selection.areas] if selection else []
    study = Study.objects.create(title=title, made_by=user, spaces=spaces, chosen_from=chosen_from, selection=selection)
    Member.objects.create(study=study, user=user, part=Member.Part.LEAD)
    log.write(user, "study.begun", study, after={"areas": spaces})
    return study


@transaction.atomic
def change_plan(study: Study, given: Mapping[str, Any], version: int, user: User) -> None:
    """Change some of what a study asks, where and when. Raises Overtaken if somebody else did since ``version``."""
    changed = changed_row(Study.objects, study.pk, given, version)
    log.write(user, "study.planned", study, after={"changed": changed})


@transaction.atomic
def set_team(study: Study, parts: Mapping[int, str], version: int, user: User) -> None:
    """Give everybody named (by primary key) a part, and take it from all others.

    Raises WrongRequest without anybody who can lead, Overtaken if somebody else changed the study since ``version``.
    """
    leads = [person for person, part in parts.items() if part == Member.Part.LEAD]
    if not queries.who_could_lead().filter(pk__in=leads).exists():
        raise WrongRequest(_("Somebody has to lead the study."))
    changed_row(Study.objects, study.pk, {}, version)
    before = _parts(study)
    study.team.exclude(user__in=parts).delete()
    for person, part in parts.items():
        Member.objects.update_or_create(study=study, user_id=person, defaults={"part": part})
    log.write(user, "study.team", study, before=before, after=_parts(study))


@transaction.atomic
def hand_over(study: Study, to: User, then: str, user: User) -> None:
    """Let somebody else of the team lead; ``then``: one's own part from now on, empty for none.

    Raises WrongRequest where one does not lead any more, or they cannot or left the team meanwhile.
    """
    here = Study.objects.select_for_update().get(pk=study.pk)
    own = here.team.filter(user=user, part=Member.Part.LEAD)
    if not own.exists():
        raise WrongRequest(_("You do not lead this study any more."))
    if to not in queries.successors(here, user):
        raise WrongRequest(_("{name} cannot lead the study any more. Choose anew.").format(name=to))
    before = _parts(here)
    if then:
        own.update(part=then)
    else:
        own.delete()
    _lead(here, to, "study.handed_over", before, user)


@transaction.atomic
def name_lead(study: Study, to: User, user: User) -> None:
    """Let somebody lead a study that nobody can lead any more. Raises WrongRequest where somebody can, or they cannot.

    Who names learns nothing of the study by it, and never names themselves.
    """
    here = Study.objects.select_for_update().get(pk=study.pk)
    if not queries.without_lead().filter(pk=here.pk).exists():
        raise WrongRequest(_("Somebody leads this study again."))
    if to not in queries.nameable(here, user):
        raise WrongRequest(_("{name} cannot lead the study any more. Choose anew.").format(name=to))
    _lead(here, to, "study.lead_named", _parts(here), user)


def _lead(study: Study, to: User, action: str, before: dict[str, str], user: User) -> None:
    study.team.update_or_create(user=to, defaults={"part": Member.Part.LEAD})
    changed_row(Study.objects, study.pk, {}, study.version)
    log.write(user, action, study, before=before, after=_parts(study))


def _parts(study: Study) -> dict[str, str]:
    return {str(each.user.uuid): each.part for each in study.team.select_related("user").order_by("pk")}


@transaction.atomic
def note_collection(study: Study, given: Mapping[str, Any], user: User) -> Collection:
    """Note one more collection. What decides on quotations stands in the log, as where it is changed."""
    collection = Collection.objects.create(study=study, made_by=user, **given)
    log.write(user, "collection.noted", collection, after={"study": str(study.uuid), **_deciding(collection)})
    return collection


@transaction.atomic
def change_collection(collection: Collection, given: Mapping[str, Any], version: int, user: User) -> None:
    """Change what was noted. Raises Overtaken if somebody else did since ``version``.

    What decides whether quotations are held back stands in the log with its values: who changes it goes past a release.
    """
    old = _deciding(collection)
    changed = changed_row(Collection.objects, collection.pk, given, version)
    now = {name: given[name] for name in DECIDING if name in changed}
    before = {name: old[name] for name in now}
    log.write(user, "collection.changed", collection, before=before, after={"changed": changed, **now})


@transaction.atomic
def change_together(study: Study, chosen: Iterable[Collection], given: Mapping[str, Any], user: User) -> int:
    """Change the same in several collections, whatever their versions; return how many it changed."""
    count = 0
    for each in study.collections.select_for_update().filter(pk__in=[one.pk for one in chosen]):
        if any(getattr(each, name) != value for name, value in given.items()):
            change_collection(each, given, each.version, user)
            count += 1
    return count


@transaction.atomic
def remove_collection(collection: Collection, user: User) -> None:
    """Remove a collection that was noted by mistake. Raises WrongRequest while it holds texts."""
    if collection.texts.exists() or collection.sources.exists():
        raise WrongRequest(_("The collection holds texts. Delete them first."))
    before = {"study": str(collection.study.uuid), **_deciding(collection)}
    log.write(user, "collection.removed", collection, before=before)
    collection.delete()


def _deciding(collection: Collection) -> dict[str, Any]:
    return {name: getattr(collection, name) for name in DECIDING}


def changed_row(rows: models.Manager[Any], pk: int, given: Mapping[str, Any], version: int) -> list[str]:
    """Store what differs and count the version on; return the names. Raises Overtaken if ``version`` is old."""
    now = rows.select_for_update().get(pk=pk)
    if now.version != version:
        raise Overtaken(now)
    changed = [name for name, value in given.items() if getattr(now, name) != value]
    for name in changed:
        setattr(now, name, given[name])
    now.version += 1
    now.save(update_fields=[*changed, "version"])
    return changed
