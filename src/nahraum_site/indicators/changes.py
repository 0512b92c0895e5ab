"""What a draft changes beside the edition that is public now: ranks, classes, values; read from what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from nahraum.base import Period, State
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum_site.indicators.models import Cell, Edition, Layer, LayerPeriod

LISTED = 50  # other values that are named one by one
SHOWN = 1e-9  # values of two editions nearer than this are the same number


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One area whose rank, class or state differs; ``rank_...`` 0 and no class: it has none, ``why_...`` says why."""

    name: str
    rank_old: int
    rank_new: int
    class_old: str
    class_new: str
    why_old: str
    why_new: str

    @property
    def size(self) -> int:
        """Return by how many ranks it moves; more than any where it comes in or drops out."""
        return abs(self.rank_old - self.rank_new) if self.rank_old and self.rank_new else 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """One value that is another now, both as they are shown; a state in words where there is no number to show."""

    area: str
    indicator: str
    period: str
    before: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """From ``old`` to the draft: areas that move in the index of ``period``; indicators with how many other values
    in it; periods that are new; over all periods, the first other values and how many there are.
    """

    old: Edition
    period: str
    areas: int
    moved: tuple[Moved, ...]
    values: tuple[tuple[str, int, int], ...]  # indicator, other values, protected now and not before
    new_periods: tuple[str, ...]
    revised: tuple[Revised, ...]
    revised_count: int


def changes(old: Edition, new: Edition) -> Changes | None:
    """Return what differs in the latest period that both have; None where they have none in common. Ten questions."""
    layers, before = ({each.key: each for each in edition.layers.all()} for edition in (new, old))
    index = next((each for each in layers.values() if each.kind == "index" and each.key in before), None)
    if index is None:
        return None
    common = {each.period for each in index.periods.all()} & {each.period for each in before[index.key].periods.all()}
    if not common:
        return None
    period = max(common)
    was, now = _cells(before, period), _cells(layers, period)
    ranked, other = _ranked(was.get(index.key, {}), now.get(index.key, {}), before[index.key], index, (old, new))
    values = [
        (layer.name, *_other(was[key], now[key]))
        for key, layer in layers.items()
        if layer.kind == "indicator" and key in was and key in now
    ]
    fresh = sorted(_periods(new) - _periods(old))
    revised = [each for pair in _pairs(before, layers) if (each := _revised(*pair))]
    return Changes(
        old=old,
        period=period,
        areas=ranked,
        moved=other,
        values=tuple(each for each in values if any(each[1:])),
        new_periods=tuple(Period.parse(each).label for each in fresh),
        revised=tuple(revised[:LISTED]),
        revised_count=len(revised),
    )


def _periods(edition: Edition) -> set[str]:
    return set(LayerPeriod.objects.filter(layer__edition=edition).values_list("period", flat=True))


Stored = tuple[float | None, int]  # value and state


def _pairs(
    before: Mapping[str, Layer], layers: Mapping[str, Layer]
) -> Iterator[tuple[Layer, str, str, Stored, Stored]]:
    """Yield layer, area's name, period and both cells of every indicator's value that both editions have."""
    both = {key: layer for key, layer in layers.items() if layer.kind == "indicator" and key in before}
    was = {(key, area, period): cell for key, area, _name, period, cell in _stored(before, both)}
    for key, area, name, period, cell in _stored(layers, both):
        if (old := was.get((key, area, period))) is not None:
            yield both[key], name, period, old, cell


def _stored(layers: Mapping[str, Layer], wanted: Iterable[str]) -> Iterator[tuple[str, str, str, str, Stored]]:
    """Yield what is stored, the latest period first. One question."""
    keys = {layers[key].pk: key for key in wanted}
    cells = Cell.objects.filter(layer__in=keys).order_by("-period", "layer__position", "area__name", "area__key")
    columns = ("layer_id", "area__key", "area__name", "period", "value", "state")
    for layer, area, name, period, value, state in cells.values_list(*columns).iterator():
        yield keys[layer], area, name, period, (value, state)


def _revised(layer: Layer, area: str, period: str, old: Stored, new: Stored) -> Revised | None:
    if old[1] == new[1] and not _differs(old[0], new[0]):
        return None
    protected = State.PROTECTED in (old[1], new[1])
    before, now = (_shown(layer, cell, numbers=not protected) for cell in (old, new))
    return Revised(area=area, indicator=layer.name, period=Period.parse(period).label, before=before, now=now)


def _shown(layer: Layer, cell: Stored, *, numbers: bool) -> str:
    value, state = cell
    if value is None:
        return State(state).label
    return f"{number(value, layer.digits)} {layer.unit}".strip() if numbers else _("a number that is not shown")


def _differs(a: float | None, b: float | None) -> bool:
    return a is not None and b is not None and abs(a - b) > SHOWN * max(1.0, abs(a))


def _cells(layers: Mapping[str, Layer], period: str) -> dict[str, dict[str, Cell]]:
    """Return the cells of a period by layer and area. One question."""
    keys = {layer.pk: key for key, layer in layers.items()}
    found: dict[str, dict[str, Cell]] = {}
    cells = Cell.objects.filter(layer__in=keys, period=period).select_related("area")
    for cell in cells.defer("origin", "area__geometry"):
        found.setdefault(keys[cell.layer_id], {})[cell.area.key] = cell
    return found


def _ranked(
    was: Mapping[str, Cell], now: Mapping[str, Cell], old: Layer, new: Layer, editions: tuple[Edition, Edition]
) -> tuple[int, tuple[Moved, ...]]:
    moved = []
    both = [key for key in now if key in was]
    for key in both:
        a, b = was[key], now[key]
        if (a.rank, a.class_number, a.state) != (b.rank, b.class_number, b.state):
            moved.append(
                Moved(
                    name=b.area.name,
                    rank_old=a.rank,
                    rank_new=b.rank,
                    class_old=_label(old, a.class_number),
                    class_new=_label(new, b.class_number),
                    why_old=editions[0].without_score(a, old),
                    why_new=editions[1].without_score(b, new),
                )
            )
    return len(both), tuple(sorted(moved, key=lambda each: (-each.size, each.name)))


def _label(layer: Layer, number: int) -> str:
    return layer.labels[number - 1] if 0 < number <= len(layer.labels) else ""


def _other(was: Mapping[str, Cell], now: Mapping[str, Cell]) -> tuple[int, int]:
    """Return how many areas have another number, and how many are protected now that were not."""
    pairs = [(was[key], cell) for key, cell in now.items() if key in was]
    other = sum(_differs(a.value, b.value) for a, b in pairs)
    return other, sum(b.state == State.PROTECTED and a.state != State.PROTECTED for a, b in pairs)
