"""Where one can go: everybody's pages, and the pages of those who work here."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One entry: the name of its address, its words and what one must be allowed to do (empty: everybody)."""

    name: str
    words: str
    needs: str = ""


PUBLIC = (
    Place(name="atlas", words=gettext_noop("Atlas")),
    Place(name="areas", words=gettext_noop("Areas")),
    Place(name="report", words=gettext_noop("Report and data")),
    Place(name="method", words=gettext_noop("Method")),
)
WORK = (
    Place(name="overview", words=gettext_noop("Overview"), needs="reports.see_dashboard"),
    Place(name="project", words=gettext_noop("Project"), needs="indicators.keep_project"),
    Place(name="systems", words=gettext_noop("Areas (versions)"), needs="places.see_systems"),
    Place(name="uploads", words=gettext_noop("Import tables"), needs="sources.import_tables"),
    Place(name="calendar", words=gettext_noop("Calendar"), needs="sources.see_calendar"),
    Place(name="deliveries", words=gettext_noop("Deliveries"), needs="indicators.read_deliveries"),
    Place(name="catalogue", words=gettext_noop("Indicators"), needs="indicators.read_catalogue"),
    Place(name="workbench", words=gettext_noop("Workbench"), needs="indicators.use_workbench"),
    Place(name="editions", words=gettext_noop("Editions"), needs="indicators.see_drafts"),
    Place(name="studies", words=gettext_noop("Studies"), needs="voices.read_study"),
    Place(name="releases", words=gettext_noop("Quotations"), needs="voices.release_quotations"),
    Place(name="own-reports", words=gettext_noop("Reports"), needs="reports.read_drafts"),
    Place(name="recommendations", words=gettext_noop("Recommendations"), needs="reports.read_drafts"),
    Place(name="people", words=gettext_noop("People"), needs="accounts.manage_people"),
    Place(name="log", words=gettext_noop("Log"), needs="records.read_log"),
    Place(name="health", words=gettext_noop("Operation"), needs="records.see_health"),
)


def places_to_go(request: HttpRequest) -> dict[str, object]:
    """Give templates the entries of both navigations; the second only holds what the visitor may do."""

    def work() -> list[tuple[str, str, bool]]:
        allowed = [place for place in WORK if request.user.is_authenticated and request.user.has_perm(place.needs)]
        return [_entry(place, request) for place in allowed]

    return {
        "public_places": SimpleLazyObject(lambda: [_entry(place, request) for place in PUBLIC]),
        "work_places": SimpleLazyObject(work),
    }


def _entry(place: Place, request: HttpRequest) -> tuple[str, str, bool]:
    address = reverse(place.name)
    return address, _(place.words), request.path.startswith(address)
