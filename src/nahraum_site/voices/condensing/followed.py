"""Summaries follow their categories: what was written for a merged one stands at the one it was merged into."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nahraum.evidence.voices.categories import Change, Merge
from nahraum_site.voices.categories.following import Follower
from nahraum_site.voices.categories.queries import changes_of
from nahraum_site.voices.condensing.models import CellSummary
from nahraum_site.voices.models import Study


class Summaries(Follower):
    """The summaries of a study: they hold no category back, and stay readable below the grid when it goes."""

    def follow(self, study: Study, changes: Sequence[Change]) -> None:
        """Lead the summaries of merged categories on, inside the transaction of the change."""
        merged = [(each.id, each.into) for each in changes if isinstance(each, Merge)]
        if merged:
            Study.objects.select_for_update().get(pk=study.pk)
            lead_on(CellSummary.objects.filter(study=study), merged)


def lead_on(summaries: Any, merged: Iterable[tuple[str, str]]) -> None:
    """Lead summaries on through merges, in order. Where the cell has one already, the other stands beside it."""
    for id, into in merged:
        taken = set(summaries.filter(category=into, former="").values_list("space", "whose"))
        for row in summaries.filter(category=id):
            if not row.former and (row.space, row.whose) in taken:
                row.former = id
            row.category = into
            row.save(update_fields=["category", "former"])


def target_of(study: Study, category: str) -> str:
    """Return the category that one was merged into, itself where it was not. One question."""
    for each in changes_of(study):
        if isinstance(each, Merge) and each.id == category:
            category = each.into
    return category
