"""Every read of studies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from nahraum.base import Issue
from nahraum.base.areas import named
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.studies import keeping, terms
from nahraum.evidence.voices.studies.plan import Plan, plan
from nahraum.evidence.voices.studies.rules import RULES, judge
from nahraum.evidence.voices.studies.sample import Sample, sample
from nahraum_site.accounts.models import User
from nahraum_site.accounts.roles import Role
from nahraum_site.places.models import AreaSelection
from nahraum_site.places.queries import areas_in_use
from nahraum_site.voices.models import Collection, Contact, Member, Study

LEADING = (Role.PLANNER, Role.RESEARCHER)
JOINING = (*LEADING, Role.CONTACT, Role.NEIGHBOURHOOD_MANAGER)
SOON = timedelta(days=max(keeping.REMINDER_DAYS))


def visible_to(user: User) -> QuerySet[Study]:
    """Return the studies whose team somebody belongs to; nobody else learns that there are others."""
    return Study.objects.filter(pk__in=Member.objects.filter(user=user).values("study"))


def listed(user: User, today: date) -> QuerySet[Study]:
    """Return the same with the number of collections, and of those whose texts must go. One question."""
    overdue = Q(collections__delete_on__lte=today) | Q(collections__withdrawn_on__lte=today)
    overdue &= Q(collections__deletion=None)
    return visible_to(user).annotate(count=Count("collections"), overdue=Count("collections", filter=overdue))


def team_of(study: Study) -> list[Member]:
    """Return the team, by name. One question."""
    return list(study.team.select_related("user").order_by("user__name", "pk"))


def candidates(study: Study) -> QuerySet[User]:
    """Return who can belong to the team, by name, with their roles. Two questions."""
    could = Q(is_active=True, assignments__role__in=JOINING) | Q(studies__study=study)
    return User.objects.filter(could).distinct().order_by("name", "pk").prefetch_related("assignments")


def who_could_lead() -> QuerySet[User]:
    """Return who has access and a role that leads studies, by name."""
    return User.objects.filter(is_active=True, assignments__role__in=LEADING).distinct().order_by("name", "pk")


def successors(study: Study, lead: User) -> QuerySet[User]:
    """Return to whom of the team somebody can hand the lead over. One question."""
    return who_could_lead().filter(studies__study=study).exclude(pk=lead.pk)


def without_lead() -> QuerySet[Study]:
    """Return the studies that nobody can lead any more: access ended, or the role was taken. One question."""
    leads = Member.objects.filter(part=Member.Part.LEAD, user__in=who_could_lead().order_by().values("pk"))
    return Study.objects.exclude(pk__in=leads.values("study"))


def nameable(study: Study, actor: User) -> QuerySet[User]:
    """Return whom somebody can name to lead a study: those of its team who could; where it has none, all who could.

    Never oneself: who administrates does not let oneself into a study. Two questions.
    """
    others = who_could_lead().exclude(pk=actor.pk)
    own = others.filter(studies__study=study)
    return own if own.exists() else others


def selection_of(user: User, asked: str | None) -> AreaSelection | None:
    """Return the selection that an address names, if it is this person's own. One question."""
    try:
        return AreaSelection.objects.filter(uuid=UUID(asked or ""), made_by=user).first()
    except ValueError:
        return None


def spaces() -> dict[str, str]:
    """Return key -> words for everything that can be a space of a study: the level above first, then areas."""
    areas = areas_in_use()
    above = {area.parent: area.parent for area in areas if area.parent}
    return above | {area.key: named(area.key, {area.key: area.name}) for area in areas}


def work_packages(kept: Iterable[Mapping[str, Any]]) -> tuple[terms.WorkPackage, ...]:
    """Return kept work packages as the core computes with them."""
    return tuple(
        terms.WorkPackage(
            id=each["id"],
            title=each["title"],
            start=date.fromisoformat(each["start"]),
            end=date.fromisoformat(each["end"]),
            after=tuple(each["after"]),
        )
        for each in kept
    )


def noun(study: Study) -> terms.Study:
    """Return what the core computes with."""
    return terms.Study(
        id=str(study.uuid),
        title=study.title,
        themes=tuple(terms.Theme(title=each["title"], questions=tuple(each["questions"])) for each in study.themes),
        packages=work_packages(study.packages),
        spaces=tuple(study.spaces),
        chosen_from=study.chosen_from,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One thing that a rule of the method says, and where the rule comes from (an English msgid)."""

    issue: Issue
    source: str

    @property
    def why(self) -> str:
        """Say where the rule comes from, in the reader's language; empty where it is plain."""
        return _(self.source) if self.source else ""


def judged(study: Study) -> QuerySet[Collection]:
    """Return the collections of a study and whether each holds texts: how many could have said what is quoted hangs on
    that. One question.
    """
    with_texts = Collection.objects.filter(pk=OuterRef("pk"), texts__isnull=False)
    return study.collections.annotate(holds_texts=Exists(with_texts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A study as its page shows it; spaces are words. ``soon``: collections whose texts go within the reminder."""

    study: terms.Study
    plan: Plan
    sample: Sample
    judged: tuple[Judged, ...]
    held_back: Mapping[str, Issue]
    due: tuple[keeping.Due, ...]
    soon: tuple[terms.Collection, ...]


def seen(
    study: Study,
    collections: Sequence[Collection],
    names: Mapping[str, str],
    today: date,
    released: frozenset[str] = frozenset(),
) -> Seen:
    """Let the core say what there is to say, with ``names`` for the keys of spaces. No question."""
    found = noun(study)
    found = replace(found, spaces=tuple(names.get(key, key) for key in found.spaces))
    nouns = [each.noun for each in collections]
    nouns = [replace(each, space=names.get(each.space, each.space) if each.space else None) for each in nouns]
    source = {rule.code: rule.source for rule in RULES}
    planned = plan(found.packages)
    held = {each.id: keeping.held_back(each, nouns, released=released) for each in nouns}
    due, soon = to_delete(
        [noun for each, noun in zip(collections, nouns, strict=True) if not hasattr(each, "deletion")], today
    )
    return Seen(
        study=found,
        plan=planned,
        sample=sample(found, nouns),
        judged=tuple(
            Judged(issue=each, source=source.get(each.code, "")) for each in (*planned.issues, *judge(found, nouns))
        ),
        held_back={id: issue for id, issue in held.items() if issue},
        due=due,
        soon=soon,
    )


def to_delete(
    collections: Sequence[terms.Collection], today: date
) -> tuple[tuple[keeping.Due, ...], tuple[terms.Collection, ...]]:
    """Return of collections with texts those whose texts must go, and those whose go within the reminder."""
    due = keeping.due(collections, today)
    gone = {each.collection.id for each in due}
    soon = [each for each in collections if each.delete_on and each.delete_on <= today + SOON and each.id not in gone]
    return due, tuple(sorted(soon, key=lambda each: each.delete_on or today))


def contacts(study: Study) -> list[Contact]:
    """Return the register with the attempts to reach people. Two questions."""
    return list(study.contacts.prefetch_related("attempts"))


def invited(study: Study) -> list[dict[str, Any]]:
    """Return per space and method how many are in the register, were invited and declined. One question."""
    was = ~Q(state=Contact.State.PLANNED)
    declined = Q(state=Contact.State.DECLINED)
    found = study.contacts.order_by("space", "method").values("space", "method")
    return list(found.annotate(all=Count("pk"), invited=Count("pk", filter=was), declined=Count("pk", filter=declined)))
