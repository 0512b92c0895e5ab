"""Every write to category systems: atomic, logged, with all codings following."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from django.db import transaction

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.categories import Add, Category, Change, Kind, Replace, System
from nahraum.evidence.voices.categories import apply as after
from nahraum.evidence.voices.categories.colours import coloured, with_colours
from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.shell.overtaken import Overtaken
from nahraum_site.voices.categories import following, kept, queries
from nahraum_site.voices.categories.models import CategoryChange, CategorySystem
from nahraum_site.voices.models import Study

LONGEST_NAME = 200  # signs


def new_id() -> str:
    """Return an id that no category ever had."""
    return str(uuid4())


@transaction.atomic
def change(study: Study, changes: Sequence[Change], version: int | None, user: User) -> System:
    """Change a system step by step and return what it is then; all codings follow.

    Raises WrongRequest (of the core) for what cannot be, Overtaken if somebody else changed it since ``version``; None:
    the change bears any version, as a new category does.
    """
    row = _locked(study)
    if version is not None and row.version != version:
        raise Overtaken(row)
    system = kept.system_of(row.current)
    used = following.used(study)
    made = []
    for each in changes:
        one = with_colours(system, each)
        system = after(system, one, used=used)
        made.append(CategoryChange(system=row, version=system.version, change=kept.of_change(one), made_by=user))
    row.current, row.version = kept.of_system(system), system.version
    row.save()
    CategoryChange.objects.bulk_create(made)
    following.follow(study, changes)
    names = [type(each).__name__ for each in changes]
    log.write(
        user, "categories.changed", row, after={"study": str(study.uuid), "changes": names, "version": row.version}
    )
    return system


@transaction.atomic
def find_or_add(study: Study, name: str, parent: str | None, user: User) -> tuple[Category, bool]:
    """Return the category with this name right under ``parent``, and whether it was added now, from the material.

    Two who add the same at once share one. Raises WrongRequest for what is no name, a place that is not there any more,
    and a category that takes no codings.
    """
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise WrongRequest(_("The name of a category has at most %(most)d signs.") % {"most": LONGEST_NAME})
    system = kept.system_of(_locked(study).current)
    if parent is not None and system.find(parent) is None:
        raise WrongRequest(_("What the new category was to stand under is not there any more. Choose another place."))
    found = system.called(name, parent)
    if found is not None:
        if not found.codable:
            raise WrongRequest(_("“%(name)s” is there already and takes no codings.") % {"name": found.name})
        return found, False
    made = Category(id=new_id(), name=name, parent=parent, kind=Kind.INDUCTIVE)
    change(study, [Add(category=made)], None, user)
    return made, True


@transaction.atomic
def take(study: Study, system: System, version: int, user: User) -> System:
    """Take an imported system: as the first one of a study, otherwise in the place of the one in force."""
    row = _locked(study)
    if row.version > 1 or row.current["categories"]:
        new = replace(system, id=new_id(), version=version + 1)
        return change(study, [Replace(new=new)], version, user)
    row.first = row.current = kept.of_system(coloured(system))
    row.save()
    log.write(user, "categories.changed", row, after={"study": str(study.uuid), "categories": len(system.categories)})
    return system


def _locked(study: Study) -> CategorySystem:
    empty = kept.of_system(queries.first_of(study))
    CategorySystem.objects.get_or_create(study=study, defaults={"first": empty, "current": empty})
    return CategorySystem.objects.select_for_update().get(study=study)
