"""What a draft changes beside the edition that is public now: ranks, classes, values; read from what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nahraum.base import State
from nahraum_site.indicators.models import Cell, Edition, Layer

SHOWN = 1e-9  # values of two editions nearer than this are the same number


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One area whose rank, class or state differs; ``rank_...`` 0 and no class: it has none, ``state_...`` says why."""

    name: str
    rank_old: int
    rank_new: int
    class_old: str
    class_new: str
    state_old: State
    state_new: State

    @property
    def size(self) -> int:
        """Return by how many ranks it moves; more than any where it comes in or drops out."""
        return abs(self.rank_old - self.rank_new) if self.rank_old and self.rank_new else 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """From ``old`` to the draft: areas that move in the index of ``period``; indicators with how many other values."""

    old: Edition
    period: str
    areas: int
    moved: tuple[Moved, ...]
    values: tuple[tuple[str, int, int], ...]  # indicator, other values, protected now and not before


def changes(old: Edition, new: Edition) -> Changes | None:
    """Return what differs in the latest period that both have; None where they have none in common. Six questions."""
    layers, before = ({each.key: each for each in edition.layers.all()} for edition in (new, old))
    index = next((each for each in layers.values() if each.kind == "index" and each.key in before), None)
    if index is None:
        return None
    common = {each.period for each in index.periods.all()} & {each.period for each in before[index.key].periods.all()}
    if not common:
        return None
    period = max(common)
    was, now = _cells(before, period), _cells(layers, period)
    ranked, other = _ranked(was.get(index.key, {}), now.get(index.key, {}), before[index.key], index)
    values = [
        (layer.name, *_other(was[key], now[key]))
        for key, layer in layers.items()
        if layer.kind == "indicator" and key in was and key in now
    ]
    return Changes(
        old=old, period=period, areas=ranked, moved=other, values=tuple(each for each in values if any(each[1:]))
    )


def _cells(layers: Mapping[str, Layer], period: str) -> dict[str, dict[str, Cell]]:
    """Return the cells of a period by layer and area. One question."""
    keys = {layer.pk: key for key, layer in layers.items()}
    found: dict[str, dict[str, Cell]] = {}
    cells = Cell.objects.filter(layer__in=keys, period=period).select_related("area")
    for cell in cells.defer("origin", "area__geometry"):
        found.setdefault(keys[cell.layer_id], {})[cell.area.key] = cell
    return found


def _ranked(was: Mapping[str, Cell], now: Mapping[str, Cell], old: Layer, new: Layer) -> tuple[int, tuple[Moved, ...]]:
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
                    state_old=State(a.state),
                    state_new=State(b.state),
                )
            )
    return len(both), tuple(sorted(moved, key=lambda each: (-each.size, each.name)))


def _label(layer: Layer, number: int) -> str:
    return layer.labels[number - 1] if 0 < number <= len(layer.labels) else ""


def _other(was: Mapping[str, Cell], now: Mapping[str, Cell]) -> tuple[int, int]:
    """Return how many areas have another number, and how many are protected now that were not."""
    pairs = [(was[key], cell) for key, cell in now.items() if key in was]
    other = sum(
        a.value is not None and b.value is not None and abs(a.value - b.value) > SHOWN * max(1.0, abs(a.value))
        for a, b in pairs
    )
    return other, sum(b.state == State.PROTECTED and a.state != State.PROTECTED for a, b in pairs)
