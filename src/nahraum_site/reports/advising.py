"""Recommendations and what became of them; nothing told about one is ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.models import User
from nahraum_site.records import log
from nahraum_site.reports import filling
from nahraum_site.reports.models import News, Recommendation, Report
from nahraum_site.shell.overtaken import Overtaken


@transaction.atomic
def recommend(
    *,
    text: str,
    addressed_to: str,
    areas: Sequence[str],
    report: Report | None,
    user: User,
    made_in: str = "",
    made_on: date | None = None,
) -> Recommendation:
    """Store a recommendation of a report, or of an earlier one on paper. WrongRequest for a report that is out."""
    if report and not report.can_change:
        raise WrongRequest(_("This report is in review or published: it can no longer be changed."))
    made = Recommendation.objects.create(
        text=text,
        addressed_to=addressed_to,
        areas=list(areas),
        report=report,
        made_in=report.title if report else made_in,
        made_on=made_on or filling.today(),
        author=user,
    )
    log.write(user, "recommendation.made", made, after={"report": str(report.uuid) if report else ""})
    return made


@transaction.atomic
def tell(item: Recommendation, *, status: str, outcome: str, told_on: date, user: User, version: int) -> None:
    """Say what became of a recommendation; earlier news stay. Overtaken if somebody was quicker."""
    here = Recommendation.objects.filter(pk=item.pk, version=version)
    if not here.update(status=status, outcome=outcome, told_on=told_on, version=version + 1):
        raise Overtaken(Recommendation.objects.get(pk=item.pk))
    News.objects.create(recommendation=item, status=status, outcome=outcome, told_on=told_on, by=user)
    log.write(user, "recommendation.told", item, before={"status": item.status}, after={"status": status})
    item.refresh_from_db()
