"""Codings follow their categories, as the core says where each stands after a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, QuerySet
from django.utils import timezone

from nahraum.evidence.voices.categories import Change, Decide, Merge, Split, elsewhere
from nahraum_site.accounts.models import User
from nahraum_site.voices.coding.models import Coding
from nahraum_site.voices.coding.queries import is_open
from nahraum_site.voices.models import Study

AT_ONCE = 500  # rows named in one question: what every database takes


class Codings:
    """The codings of a study as its category system knows them."""

    def counts(self, study: Study, user: User) -> Mapping[str, int]:
        """Return how many codings of the coders stand at each category; who codes blind and does not lead counts the
        own ones. Four questions at most.
        """
        found = of(study).filter(removed_at=None, is_agreed=False)
        leads = user.has_perm("voices.lead_study", study)
        if not leads and user.has_perm("voices.code", study) and not is_open(study):
            found = found.filter(coder=user)
        counted = found.order_by().values("category").annotate(count=Count("pk"))
        return {each["category"]: each["count"] for each in counted}

    def used(self, study: Study) -> frozenset[str]:
        """Return the categories that codings stand at. One question.

        Those taken back hold none: undoing says then that the category is gone (`steps`).
        """
        standing = of(study).filter(removed_at=None).order_by()
        return frozenset(standing.values_list("category", flat=True).distinct())

    def follow(self, study: Study, changes: Sequence[Change]) -> None:
        """Lead every coding on that stands elsewhere after the changes."""
        touched = {each.id for each in changes if isinstance(each, Merge | Split | Decide)}
        if not touched:
            return
        standing = dict(of(study).filter(category__in=touched).values_list("pk", "category"))
        targets: dict[str, list[int]] = {}
        for coding, category in elsewhere(standing, changes).items():
            targets.setdefault(category, []).append(coding)
        for category, codings in targets.items():
            for some in in_parts(codings):
                Coding.objects.filter(pk__in=some).update(category=category, changed_at=timezone.now())


def of(study: Study) -> QuerySet[Coding]:
    """Return the codings of a study, those taken back included."""
    return Coding.objects.filter(text__collection__study=study)


def in_parts(rows: Sequence[int]) -> Iterable[Sequence[int]]:
    """Return the rows in parts that a database takes at once."""
    return (rows[n : n + AT_ONCE] for n in range(0, len(rows), AT_ONCE))
