"""Every read of studies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from nahraum.base import Issue
from nahraum.evidence.voices.studies import keeping, terms
from nahraum.evidence.voices.studies.plan import Plan, plan
from nahraum.evidence.voices.studies.rules import RULES, judge
from nahraum.evidence.voices.studies.sample import Sample, sample
from nahraum_site.accounts.models import User
from nahraum_site.accounts.roles import Role
from nahraum_site.places.queries import areas_in_use
from nahraum_site.voices.models import Collection, Member, Study

JOINING = (Role.PLANNER, Role.RESEARCHER, Role.CONTACT, Role.NEIGHBOURHOOD_MANAGER)


def visible_to(user: User) -> QuerySet[Study]:
    """Return the studies whose team somebody belongs to; nobody else learns that there are others."""
    return Study.objects.filter(pk__in=Member.objects.filter(user=user).values("study"))


def listed(user: User) -> QuerySet[Study]:
    """Return the same with the number of collections. One question."""
    return visible_to(user).annotate(count=Count("collections"))


def team_of(study: Study) -> QuerySet[Member]:
    """Return the team, by name. One question."""
    return study.team.select_related("user").order_by("user__name", "pk")


def candidates() -> QuerySet[User]:
    """Return who can belong to a team, by name. One question."""
    return User.objects.filter(is_active=True, assignments__role__in=JOINING).distinct().order_by("name", "pk")


def spaces() -> dict[str, str]:
    """Return key -> name of everything that can be a space of a study: the level above first, then areas."""
    areas = areas_in_use()
    above = {area.parent: area.parent for area in areas if area.parent}
    return above | {area.key: area.name for area in areas}


def noun(study: Study) -> terms.Study:
    """Return what the core computes with."""
    return terms.Study(
        id=str(study.uuid),
        title=study.title,
        themes=tuple(terms.Theme(title=each["title"], questions=tuple(each["questions"])) for each in study.themes),
        packages=tuple(
            terms.WorkPackage(
                id=each["id"],
                title=each["title"],
                start=date.fromisoformat(each["start"]),
                end=date.fromisoformat(each["end"]),
                after=tuple(each["after"]),
            )
            for each in study.packages
        ),
        spaces=tuple(study.spaces),
        chosen_from=study.chosen_from,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One thing that a rule of the method says, and where the rule comes from (an English msgid)."""

    issue: Issue
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A study as its page shows it."""

    study: terms.Study
    plan: Plan
    sample: Sample
    judged: tuple[Judged, ...]
    held_back: frozenset[str]
    due: tuple[keeping.Due, ...]


def seen(study: Study, collections: Sequence[Collection], today: date) -> Seen:
    """Let the core say what there is to say. No question."""
    found, nouns = noun(study), tuple(each.noun for each in collections)
    source = {rule.code: rule.source for rule in RULES}
    issues = (*plan(found.packages).issues, *judge(found, nouns))
    return Seen(
        study=found,
        plan=plan(found.packages),
        sample=sample(found, nouns),
        judged=tuple(Judged(issue=each, source=source.get(each.code, "")) for each in issues),
        held_back=frozenset(each.id for each in nouns if keeping.held_back(each, nouns)),
        due=keeping.due(nouns, today),
    )
