"""Every read of the catalogue, in a counted number of questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nahraum.base import Issue, Severity
from nahraum.base.strict import build
from nahraum.evidence.indicators.show.glance import Delivered, Late, open_issues
from nahraum.evidence.indicators.terms import Indicator as CoreIndicator
from nahraum_site.indicators.deliveries import queries as deliveries
from nahraum_site.indicators.deliveries.coverage import delivered
from nahraum_site.indicators.models import Batch, Domain, Edition, Indicator, Layer, LayerPeriod, Project, Recipe
from nahraum_site.indicators.queries import latest_edition
from nahraum_site.places.models import Area
from nahraum_site.records.models import LogEntry
from nahraum_site.records.queries import names_of
from nahraum_site.sources.models import Duty

CALM = Severity.NOTICE  # issues above it are open; those at it only inform


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What every sheet stands on: project, areas, deliveries that count, what is late."""

    project: Project | None
    batches: list[Batch]
    duties: list[Duty]
    areas: int

    @cached_property
    def finest(self) -> str:
        """Return the id of the finest level."""
        levels = self.project.system.part.get("levels", []) if self.project else []
        return str(levels[0]["id"]) if levels else ""

    @cached_property
    def delivered(self) -> Delivered:
        """Return what was delivered; counted once per delivery and process."""
        return delivered(self.batches, self.finest)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Return variable -> words for readers."""
        return deliveries.names_of_variables(self.project, self.batches)

    @cached_property
    def variables(self) -> set[str]:
        """Return the variables that a delivery which counts holds."""
        return {name for batch in self.batches for name in batch.part.get("variables", {})}

    @cached_property
    def late(self) -> list[Late]:
        """Return the overdue deliveries."""
        return [
            Late(
                name=duty.name,
                holder=duty.holder,
                due=f"{duty.due:%d.%m.%Y}",
                variables=frozenset(duty.part.get("variables", {})),
            )
            for duty in self.duties
            if duty.is_late
        ]

    def issues(self, indicator: CoreIndicator) -> tuple[Issue, ...]:
        """Return what is open about an indicator."""
        return open_issues(indicator, self.delivered, areas=self.areas, late=self.late, labels=self.labels)


def ground() -> Ground:
    """Return what the sheets stand on. Four questions, and those of a first count."""
    project = Project.objects.select_related("system").defer("system__context", "system__checked").first()
    return Ground(
        project=project,
        batches=deliveries.active(),
        duties=list(Duty.objects.filter(ended_at=None)),
        areas=Area.objects.filter(system=project.system_id).count() if project else 0,
    )


def core_of(indicator: Indicator) -> CoreIndicator:
    """Return a stored section as the core understands it."""
    return build(CoreIndicator, indicator.part, "indicators")


def indicators() -> list[Indicator]:
    """Return all indicators, retired ones too. One question."""
    return list(Indicator.objects.all())


def domains() -> list[Domain]:
    """Return the Lebenslagen in their order. One question."""
    return list(Domain.objects.all())


def city_series(edition: Edition | None, key: str = "") -> dict[str, list[tuple[str, float | None]]]:
    """Return indicator -> period and value of the city in an edition, as they are published. One question."""
    found: dict[str, list[tuple[str, float | None]]] = {}
    if edition is None:
        return found
    rows = LayerPeriod.objects.filter(layer__edition=edition, layer__kind="indicator")
    rows = rows.filter(layer__key=key) if key else rows
    for name, period, city in rows.order_by("layer", "period").values_list("layer__key", "period", "city"):
        found.setdefault(name, []).append((period, city))
    return found


def editions_with(key: str) -> list[Layer]:
    """Return an indicator as the published editions hold it, the latest first. One question."""
    published = Layer.objects.filter(key=key, kind="indicator", edition__stage=Edition.Stage.PUBLISHED)
    return list(published.select_related("edition").order_by("-edition__published_at", "-edition_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One entry of an indicator's history."""

    entry: LogEntry
    who: str


def history(indicator: Indicator, limit: int = 30) -> list[Told]:
    """Return who changed the sheet, what and when, the latest first. Two questions."""
    entries = list(LogEntry.objects.filter(kind=Indicator._meta.label_lower, thing=str(indicator.uuid))[:limit])
    names = names_of({entry.actor for entry in entries})
    return [Told(entry=entry, who=names.get(entry.actor, "")) for entry in entries]


def holders_of(indicator: Indicator, batches: Sequence[Batch]) -> list[tuple[str, list[Batch]]]:
    """Return the indicator's variables with the deliveries that hold them, the latest first."""
    return [
        (name, [batch for batch in reversed(batches) if name in batch.part.get("variables", {})])
        for name in deliveries.variables_in(indicator.part)
    ]


def names_it(recipe: Recipe | None, key: str) -> bool:
    """Say whether a recipe names an indicator."""
    return bool(recipe) and _holds(recipe.parts, key)


def _holds(part: Any, key: str) -> bool:
    if isinstance(part, Mapping):
        return any(name == key or _holds(each, key) for name, each in part.items())
    if isinstance(part, list):
        return any(_holds(each, key) for each in part)
    return bool(part == key)


def areas_of(edition: Edition, words: str) -> list[Area]:
    """Return the areas of an edition that fit. One question."""
    found = Area.objects.filter(system_id=edition.system_id).defer("geometry")
    return list(found.filter(name__icontains=words) | found.filter(key__startswith=words) if words else found)


def area_keys(project: Project | None) -> set[str]:
    """Return the keys of the finest areas. One question."""
    return set(Area.objects.filter(system=project.system_id).values_list("key", flat=True)) if project else set()


__all__ = ["Ground", "Told", "latest_edition"]
