"""Every read, in a fixed number of questions to the database."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone

from nahraum.base import State
from nahraum_site.indicators.models import Cell, Edition, Layer, LayerPeriod, Project
from nahraum_site.places.models import Area
from nahraum_site.sources.models import Upload

Part = TypeVar("Part")
LATEST = ("-published_at", "-pk")
SHOWN = 1e-9  # values of two editions nearer than this are the same number
HEAVY = ("released", "parts", "kept_files", "levels")  # megabytes that no page shows


def latest_edition() -> Edition | None:
    """Return the edition published last, with its area system; None if there is none. To be read, never changed.

    One question, one more the first time.
    """
    uuid = latest_uuid()
    return None if uuid is None else _published(uuid)


@lru_cache(maxsize=2)  # hundreds of kilobytes of JSON, which never change
def _published(uuid: UUID) -> Edition:
    return Edition.objects.defer(*HEAVY).select_related("system").get(uuid=uuid)


def latest_uuid() -> UUID | None:
    """Return which edition is shown to the public, without loading it. One question."""
    return _public().order_by(*LATEST).values_list("uuid", flat=True).first()


def mark() -> tuple[UUID, datetime | None] | None:
    """Return what changes whenever an edition is published or withdrawn: the one shown, and when the last was taken
    back. None if there is none to show. One question.
    """
    withdrawn = Edition.objects.filter(withdrawn_at__isnull=False).order_by("-withdrawn_at")
    found = _public().annotate(last_withdrawn=Subquery(withdrawn.values("withdrawn_at")[:1]))
    return found.order_by(*LATEST).values_list("uuid", "last_withdrawn").first()


def _public() -> QuerySet[Edition]:
    return Edition.objects.filter(stage=Edition.Stage.PUBLISHED, withdrawn_at=None)


def visible_editions(user: Any) -> QuerySet[Edition]:
    """Return the editions that somebody may see: published ones; all of them for planning; the one in review, and what
    was withdrawn, for those who review.

    Drafts are protected beside what is published, not beside each other: two of them side by side could tell a hidden
    count. Only planning, which knows the counts, sees more than one (ADR 0012).
    """
    if user.has_perm("indicators.see_values"):
        return Edition.objects.defer(*HEAVY)
    if user.has_perm("indicators.see_drafts"):
        stages = (Edition.Stage.REVIEW, Edition.Stage.PUBLISHED)
        return Edition.objects.filter(stage__in=stages).defer(*HEAVY)
    return _public().defer(*HEAVY)


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


class Placed(NamedTuple):
    """A layer's value in one area and period, as `Cell` keeps it: hundreds for a page, so no rows of the database."""

    area: Area
    period: str
    state: int
    value: float | None
    class_number: int = 0
    rank: int = 0
    rank_low: float | None = None
    rank_high: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    z: float | None = None
    small: bool = False


COLUMNS = Placed._fields[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What the atlas shows: one layer in one period, with every area's cell in the order of the ranking."""

    edition: Edition
    layers: list[Layer]
    layer: Layer
    periods: list[LayerPeriod]
    period: LayerPeriod
    cells: list[Placed]
    level: Any = None  # the coarser level that the cells are of; None: the finest


def by_value(cells: Iterable[Placed]) -> list[Placed]:
    """Return cells in the order of a ranking: highest value first, those without one last."""
    return sorted(cells, key=lambda cell: (cell.value is None, -(cell.value or 0.0), cell.area.key))


def atlas(edition: Edition, layer_key: str, period: str) -> View | None:
    """Return the view for a layer and period; unknown ones fall back to the first layer and the period that
    the edition opens with.

    Layers without any period are left out; None if there is no other. One question, three more the first time.
    """
    periods_of = held(edition, _city_of)
    layers = [each for each in layers_of(edition) if periods_of[each.pk]]
    if not layers:
        return None
    layer = next((each for each in layers if each.key == layer_key), layers[0])
    periods = list(periods_of[layer.pk].values())
    chosen = _chosen(edition, periods, period)
    cells = by_value(_cells(edition, layer, chosen))
    return View(edition=edition, layers=layers, layer=layer, periods=periods, period=chosen, cells=cells)


def _chosen(edition: Edition, periods: list[LayerPeriod], asked: str) -> LayerPeriod:
    """Return the period asked for, else the one that the edition opens with, else the layer's latest with classes."""
    there = {each.period: each for each in periods}
    classed = [each for each in periods if any(limit is not None for limit in each.limits)]
    return there.get(asked) or there.get(edition.profile_period) or (classed or periods)[-1]


def beside(view: View, layer_key: str, period: str) -> View | None:
    """Return what is to stand beside a view; None unless a known other layer or another period is asked for.

    One question.
    """
    layer = next((each for each in view.layers if each.key == layer_key), view.layer)
    periods = list(held(view.edition, _city_of)[layer.pk].values())
    wanted = period or view.period.period
    chosen = _chosen(view.edition, periods, wanted)
    if layer.pk == view.layer.pk and chosen.pk == view.period.pk:
        return None
    cells = _cells(view.edition, layer, chosen)
    return View(edition=view.edition, layers=view.layers, layer=layer, periods=periods, period=chosen, cells=cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an area stands in one layer: value, who it is a rate of, deviation from the city."""

    area: str
    value: float | None
    people: float | None
    z: float | None


def standings(edition: Edition) -> dict[int, list[Standing]]:
    """Return every area's standing in the period of the profile, by layer; indicators only. One question."""
    found: dict[int, list[Standing]] = {}
    cells = Cell.objects.filter(layer__edition=edition, layer__kind="indicator", period=edition.profile_period)
    for layer, area_key, value, people, z in cells.values_list("layer_id", "area__key", "value", "denominator", "z"):
        found.setdefault(layer, []).append(Standing(area=area_key, value=value, people=people, z=z))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaView:
    """One area: its cells by layer and period, the city's values beside them; where the values of the profile's period
    come from, by layer.
    """

    area: Area
    layers: list[Layer]
    cells: dict[int, list[Placed]]
    origins: dict[int, list[str]]
    city: dict[int, dict[str, LayerPeriod]]


def area(edition: Edition, found: Area) -> AreaView:
    """Return everything about one area of the edition. Two questions, four the first time."""
    layers = layers_of(edition)
    cells: dict[int, list[Placed]] = {layer.pk: [] for layer in layers}
    here = Cell.objects.filter(area=found, layer__edition=edition)
    for layer, *columns in here.order_by("period").values_list("layer_id", *COLUMNS):
        cells[layer].append(Placed(found, *columns))
    origins = dict(here.filter(period=edition.profile_period).values_list("layer_id", "origin"))
    return AreaView(area=found, layers=layers, cells=cells, origins=origins, city=held(edition, _city_of))


def _city_of(edition: Edition) -> dict[int, dict[str, LayerPeriod]]:
    """Return every layer's periods in their order."""
    city: dict[int, dict[str, LayerPeriod]] = {layer.pk: {} for layer in layers_of(edition)}
    for each in LayerPeriod.objects.filter(layer__edition=edition):
        city[each.layer_id][each.period] = each
    return city


def areas(edition: Edition, words: str = "") -> list[Area]:
    """Return the edition's areas by name, those that hold the words. One question, none the next time without words."""
    if not words:
        return list(held(edition, _areas_of).values())
    wanted = Q(name__icontains=words) | Q(parent__icontains=words) | Q(key__startswith=words)
    return list(_by_name(edition).filter(wanted))


def layers_of(edition: Edition) -> list[Layer]:
    """Return the edition's layers in their order. One question, once."""
    return list(held(edition, _all_layers))


def _all_layers(edition: Edition) -> list[Layer]:
    return list(edition.layers.all())


def _areas_of(edition: Edition) -> dict[int, Area]:
    return {each.pk: each for each in _by_name(edition)}


def _by_name(edition: Edition) -> QuerySet[Area]:
    return Area.objects.filter(system_id=edition.system_id).defer("geometry").order_by("name", "key")


def revised(edition: Edition, **only: Any) -> dict[tuple[str, str, str], date]:
    """Return when a value was last published otherwise than before, by layer's key, area's key and period.

    ``only`` narrows the cells. Only numbers that two public editions show are compared, never a protected one. One
    question, one more where there is an earlier edition.
    """
    if edition.published_at is None or not (earlier := _published_before(edition)):
        return {}
    days = {**earlier, edition.pk: edition.published_at}
    cells = Cell.objects.filter(layer__edition__in=days, layer__kind="indicator", state=State.NUMBER, **only)
    columns = ("layer__edition", "layer__key", "area__key", "period", "value")
    last: dict[tuple[str, str, str], float] = {}
    found = {}
    rows = sorted(cells.values_list(*columns), key=lambda row: (days[row[0]], row[0]))
    for pk, layer, area, period, value in rows:
        place = (layer, area, period)
        if place in last and abs(last[place] - value) > SHOWN * max(1.0, abs(value)):
            found[place] = timezone.localdate(days[pk])
        last[place] = value
    return found


def _published_before(edition: Edition) -> dict[int, datetime]:
    """Return the public editions of the same areas before this one, with when they were published. Never held: any of
    them may be withdrawn.
    """
    before = _public().filter(system=edition.system_id, published_at__lt=edition.published_at)
    return dict(before.values_list("pk", "published_at"))


def _cells(edition: Edition, layer: Layer, period: LayerPeriod) -> list[Placed]:
    """Return a layer's cells in one period, each with its area; all missing where only coarser levels have values."""
    areas = held(edition, _areas_of)
    rows = layer.cells.filter(period=period.period).values_list("area_id", *COLUMNS)
    found = [Placed(areas[area], *columns) for area, *columns in rows]
    return found or [Placed(each, period.period, int(State.MISSING), None) for each in areas.values()]


MOST_HELD = 12
_parts: OrderedDict[tuple[UUID, Callable[[Edition], Any]], Any] = OrderedDict()


def held(edition: Edition, load: Callable[[Edition], Part]) -> Part:
    """Return a part of an edition; it is loaded once, because the boundaries and numbers of an edition never change."""
    key = (edition.uuid, load)
    part: Part | None = _parts.get(key)
    if part is None:
        part = _parts[key] = load(edition)
        while len(_parts) > MOST_HELD:
            _parts.popitem(last=False)
    return part


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
