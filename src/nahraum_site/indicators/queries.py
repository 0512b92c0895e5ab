"""Every read, in a fixed number of questions to the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from nahraum_site.indicators.models import Cell, Edition, Layer, LayerPeriod, Project
from nahraum_site.places.models import Area
from nahraum_site.sources.models import Upload

LATEST = ("-published_at", "-pk")
HEAVY = ("released", "parts", "kept_files")  # megabytes that no page shows


def latest_edition() -> Edition | None:
    """Return the edition published last, with its area system; None if there is none."""
    public = Edition.objects.filter(stage=Edition.Stage.PUBLISHED, withdrawn_at=None).defer(*HEAVY)
    return public.select_related("system").order_by(*LATEST).first()


def latest_uuid() -> UUID | None:
    """Return which edition is shown to the public, without loading it. One question."""
    public = Edition.objects.filter(stage=Edition.Stage.PUBLISHED, withdrawn_at=None)
    return public.order_by(*LATEST).values_list("uuid", flat=True).first()


def visible_editions(user: Any) -> QuerySet[Edition]:
    """Return the editions that somebody may see: published ones, and drafts for those who may see drafts."""
    if user.has_perm("indicators.see_drafts"):
        return Edition.objects.defer(*HEAVY)
    return Edition.objects.filter(stage=Edition.Stage.PUBLISHED, withdrawn_at=None).defer(*HEAVY)


def edition_asked(uuid: str, user: Any) -> tuple[Edition | None, bool]:
    """Return the edition that a lasting link names, or the latest; and whether a newer one has been published.

    None where somebody may not see it. One question, two for a lasting link.
    """
    if not uuid:
        return latest_edition(), False
    found = visible_editions(user).select_related("system").filter(uuid=uuid).first()
    if found is None or found.stage != Edition.Stage.PUBLISHED:
        return found, False
    newest = latest_edition()
    return found, newest is not None and newest.pk != found.pk


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the atlas shows: one layer in one period, with every area's cell in the order of the ranking."""

    edition: Edition
    layers: list[Layer]
    layer: Layer
    periods: list[LayerPeriod]
    period: LayerPeriod
    cells: list[Cell]


def atlas(edition: Edition, layer_key: str, period: str) -> View | None:
    """Return the view for a layer and period; unknown ones fall back to the first layer and the latest period.

    None if the edition has no layers. Four questions.
    """
    layers = list(edition.layers.all())
    if not layers:
        return None
    layer = next((each for each in layers if each.key == layer_key), layers[0])
    periods = list(layer.periods.all())
    chosen = next((each for each in periods if each.period == period), periods[-1])
    cells = list(layer.cells.filter(period=chosen.period).select_related("area").defer("area__geometry", "origin"))
    cells.sort(key=lambda cell: (cell.value is None, -(cell.value or 0.0), cell.area.key))
    return View(edition=edition, layers=layers, layer=layer, periods=periods, period=chosen, cells=cells)


def beside(view: View, layer_key: str, period: str) -> View | None:
    """Return what is to stand beside a view; None unless a known other layer or another period is asked for.

    One question for another period, two for another layer.
    """
    layer = next((each for each in view.layers if each.key == layer_key), view.layer)
    periods = view.periods if layer.pk == view.layer.pk else list(layer.periods.all())
    wanted = period or view.period.period
    chosen = next((each for each in periods if each.period == wanted), periods[-1])
    if layer.pk == view.layer.pk and chosen.pk == view.period.pk:
        return None
    cells = list(layer.cells.filter(period=chosen.period).select_related("area").defer("area__geometry", "origin"))
    return View(edition=view.edition, layers=view.layers, layer=layer, periods=periods, period=chosen, cells=cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an area stands in one layer: value, who it is a rate of, deviation from the city."""

    area: str
    value: float | None
    people: float | None
    z: float | None


KEPT_STANDINGS = 3
_standings: dict[UUID, dict[int, list[Standing]]] = {}


def standings(edition: Edition) -> dict[int, list[Standing]]:
    """Return every area's standing in the period of the profile, by layer; indicators only.

    One question; none the next time, because an edition's numbers never change.
    """
    if edition.uuid not in _standings:
        _standings[edition.uuid] = _standings_of(edition)
        while len(_standings) > KEPT_STANDINGS:
            _standings.pop(next(iter(_standings)))
    return _standings[edition.uuid]


def _standings_of(edition: Edition) -> dict[int, list[Standing]]:
    found: dict[int, list[Standing]] = {}
    cells = Cell.objects.filter(layer__edition=edition, layer__kind="indicator", period=edition.profile_period)
    for layer, area_key, value, people, z in cells.values_list("layer_id", "area__key", "value", "denominator", "z"):
        found.setdefault(layer, []).append(Standing(area=area_key, value=value, people=people, z=z))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaView:
    """One area: its cells by layer and period, the city's values beside them."""

    area: Area
    layers: list[Layer]
    cells: dict[int, list[Cell]]
    city: dict[int, dict[str, LayerPeriod]]


def area(edition: Edition, found: Area) -> AreaView:
    """Return everything about one area of the edition. Three questions."""
    layers = list(edition.layers.all())
    cells: dict[int, list[Cell]] = {layer.pk: [] for layer in layers}
    for cell in Cell.objects.filter(area=found, layer__edition=edition).order_by("period"):
        cells[cell.layer_id].append(cell)
    city: dict[int, dict[str, LayerPeriod]] = {layer.pk: {} for layer in layers}
    for each in LayerPeriod.objects.filter(layer__edition=edition):
        city[each.layer_id][each.period] = each
    return AreaView(area=found, layers=layers, cells=cells, city=city)


def areas(edition: Edition, words: str = "") -> list[Area]:
    """Return the edition's areas by name, those that hold the words. One question."""
    found = Area.objects.filter(system_id=edition.system_id).defer("geometry").order_by("name", "key")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(parent__icontains=words) | Q(key__startswith=words))
    return list(found)


def shapes(edition: Edition) -> list[Area]:
    """Return the areas with their geometry. One question."""
    return list(Area.objects.filter(system_id=edition.system_id))


def areas_by_level(upload: Upload) -> list[tuple[str, int]]:
    """Return the name of each level that a checked delivery holds areas or sum rows of, and how many. One question."""
    project = Project.objects.select_related("system").first()
    if project is None or "areas" not in upload.summary:
        return []
    names = {each["id"]: each["name"] for each in project.system.part.get("levels", ())}
    own = names.get(upload.part.get("level", ""), project.system.finest)
    sums = [(names.get(level, level), count) for level, count in upload.summary.get("sums", {}).items()]
    return [(own, upload.summary["areas"]), *sums]
