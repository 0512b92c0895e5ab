"""What one view of the atlas holds, for the page, for print, for a frame and for files: rows, maps, chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from nahraum.base import Period, State, WrongRequest
from nahraum.base.language import number
from nahraum.evidence.indicators.show import charts
from nahraum.evidence.indicators.show.changes import Difference, break_between, difference
from nahraum_site.indicators import beneath, queries
from nahraum_site.indicators.asked import OTHER_YEAR, Asked
from nahraum_site.indicators.levels import Level, levels_of
from nahraum_site.indicators.models import Edition, Layer
from nahraum_site.indicators.painting import Entry, Painted, own_limits, paint, paint_change, unit_of_difference
from nahraum_site.indicators.queries import Placed, View
from nahraum_site.places.models import ContextLayer


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSide:
    """One map with its title."""

    title: str
    painted: Painted
    legend: list[Entry]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One view of an edition; ``beside``: what stands beside it; ``fault``: why typed limits were not taken."""

    edition: Edition
    newer: bool
    asked: Asked
    view: View
    beside: View | None
    painted: Painted
    painted_beside: Painted | None
    changes: dict[str, Difference]
    fault: str

    @property
    def title(self) -> str:
        """Return layer and period, and the level where it is a coarser one."""
        return f"{title_of(self.view)} · {self.level.name}" if self.level else title_of(self.view)

    @property
    def same(self) -> bool:
        """Say whether two periods of one layer stand side by side."""
        return self.beside is not None and self.beside.layer.pk == self.view.layer.pk

    @property
    def comparable(self) -> bool:
        """Say whether a difference has a meaning: same unit, and both values or both scores."""
        return self.beside is not None and comparable(self.view.layer, self.beside.layer)

    @property
    def shows_change(self) -> bool:
        """Say whether the second map shows differences."""
        return self.same and self.asked.second != OTHER_YEAR and any(c.value is not None for c in self.changes.values())

    @property
    def level(self) -> Level | None:
        """Return the coarser level that is shown; None: the finest areas."""
        found: Level | None = self.view.level
        return found

    @property
    def levels(self) -> list[Level]:
        """Return the coarser levels that can be shown."""
        return levels_of(self.edition)

    @cached_property
    def level_notes(self) -> list[str]:
        """Say what to know about the level shown, or why the one that is asked for is not."""
        if self.level is None:
            asked = next((each for each in self.levels if each.id == self.asked.level), None)
            return [_("Index and Lebenslagen have values of the finest areas only.")] if asked else []
        found = [_("Rates from summed counts of the areas below, never means of rates; as in the open data.")]
        lacking = self.level.incomplete(self.view.layer.key, self.view.period.period)
        if lacking:
            found.append(_("Not every area below has a value here: {areas}.").format(areas=_listed(lacking)))
        return found

    @cached_property
    def spaces(self) -> list[str]:
        """Return the social spaces, each once, by name."""
        return sorted({cell.area.parent for cell in self.view.cells if cell.area.parent})

    @cached_property
    def inside(self) -> list[str]:
        """Return the keys of the areas shown: all, or those of one social space."""
        wanted = self.asked.space if self.asked.space in self.spaces else ""
        return [cell.area.key for cell in self.view.cells if not wanted or cell.area.parent == wanted]

    @cached_property
    def filtered(self) -> bool:
        """Say whether areas are left out."""
        return len(self.inside) < len(self.view.cells)

    @cached_property
    def selected(self) -> str:
        """Return the key of the selected area, if it is shown."""
        return self.asked.area if self.asked.area in self.inside else ""

    @cached_property
    def maps(self) -> list[MapSide]:
        """Return one map, or two."""
        found = [MapSide(title=self.title, painted=self.painted, legend=self.painted.legend(self.inside))]
        if self.beside is None or self.painted_beside is None:
            return found
        if self.shows_change:
            painted = paint_change(self.changes, self.asked, self.view, over_time=True)
            return [*found, MapSide(title=self.change_title, painted=painted, legend=painted.legend(self.inside))]
        painted = self.painted_beside
        return [*found, MapSide(title=title_of(self.beside), painted=painted, legend=painted.legend(self.inside))]

    @cached_property
    def layers(self) -> list[beneath.Choice]:
        """Return every context layer, and whether it is shown. One question, asked once."""
        return beneath.choices(self.asked)

    @cached_property
    def drawn_layers(self) -> list[ContextLayer]:
        """Return the context layers shown, with what is drawn. One question more, asked once; none for no layers."""
        return beneath.with_shapes([each.layer for each in self.layers if each.on])

    @property
    def change_unit(self) -> str:
        """Return the unit of the difference."""
        return unit_of_difference(self.view.layer.unit)

    @property
    def change_title(self) -> str:
        """Return the words for the difference."""
        if self.beside is None:
            return ""
        if not self.same:
            return _("Difference")
        since, until = sorted((Period.parse(self.view.period.period), Period.parse(self.beside.period.period)))
        return _("Change from {since} to {until}").format(since=since.label, until=until.label)

    @cached_property
    def no_difference(self) -> list[str]:
        """Say why there is no difference, for all areas or for some."""
        if self.beside is None:
            return []
        if not self.comparable:
            return [_("Different units: the values stand side by side, there is no difference.")]
        first = [] if self.same else [_("A difference says something only where both are shares of the same people.")]
        reasons: dict[str, list[str]] = {}
        names = {cell.area.key: cell.area.name for cell in self.view.cells}
        for key in self.inside:
            change = self.changes.get(key)
            if change and change.reason:
                reasons.setdefault(change.reason, []).append(names[key])
        return first + [
            _("No difference across a break: {reason}").format(reason=reason)
            if len(areas) == len(self.inside)
            else _("No difference across a break in {areas}: {reason}").format(areas=_listed(areas), reason=reason)
            for reason, areas in reasons.items()
        ]

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Return a row per area shown, highest value first; ranks are those within the whole city."""
        other = {cell.area.key: cell for cell in self.beside.cells} if self.beside else {}
        shown = set(self.inside)
        return [self._row(cell, other.get(cell.area.key)) for cell in self.view.cells if cell.area.key in shown]

    @cached_property
    def _places(self) -> dict[float | None, int]:
        """Return the best place of each value: areas of the same value share it, as in the ranks that are stored."""
        found: dict[float | None, int] = {}
        for place, cell in enumerate(self.view.cells, start=1):
            found.setdefault(cell.value, place)
        return found

    @cached_property
    def _revised(self) -> dict[tuple[str, str, str], date]:
        """Return when values of this view were published otherwise than before; coarser levels are not compared."""
        period = self.view.period.period
        return {} if self.level else queries.revised(self.edition, layer__key=self.view.layer.key, period=period)

    def _row(self, cell: Placed, other: Placed | None) -> dict[str, Any]:
        layer, key = self.view.layer, cell.area.key
        words = words_of(cell, self.view)
        found = {
            "key": key,
            "name": cell.area.name,
            "parent": cell.area.parent,
            "value": cell.value,
            "state": State(cell.state),
            "words": words,
            "class": self.painted.words(key),
            "colour": self.painted.colour(key),
            "rank": (cell.rank or self._places[cell.value]) if cell.value is not None else None,
            "interval": (cell.rank_low, cell.rank_high) if cell.rank_low is not None else None,
            "small": cell.small,
            "label": f"{cell.area.name}: {words} {layer.unit}".strip(),
            "address": self._into(cell) if self.level else "",
            "revised": self._revised.get((layer.key, key, self.view.period.period)),
        }
        if self.beside is None:
            return found
        second = words_of(other, self.beside) if other else State.MISSING.label
        change = self.changes.get(key)
        unit = self.beside.layer.unit
        return {
            **found,
            "second": other.value if other else None,
            "second_state": State(other.state) if other else State.MISSING,
            "second_words": second,
            "change": change,
            "change_words": self._change_words(change),
            "label": f"{found['label']} · {title_of(self.beside)}: {second} {unit}".strip(),
        }

    def _into(self, cell: Placed) -> str:
        """Return the view of the finest areas in an area of a coarser level, else this view with that area kept."""
        is_next = self.level is not None and self.level.name == self.edition.system.above
        inside = {"level": "", "space": cell.area.name, "area": ""} if is_next else {"area": cell.area.key}
        return f"{reverse('atlas')}?{self.asked.address(**inside)}"

    def _change_words(self, change: Difference | None) -> str:
        if change is None:
            return "–"
        if change.value is not None:
            return number(change.value, self.view.layer.digits, sign=True)
        return _("break") if change.reason else change.state.label

    @property
    def chart(self) -> dict[str, Any]:
        """Return the chart of what is shown."""
        layer = self.view.layer
        names = ("key", "name", "value", "colour", "label")
        if self.beside is None:
            return charts.ranking_chart(
                [{k: row[k] for k in names} for row in self.rows],
                title=layer.name,
                unit=layer.unit,
                city=self.view.period.city if layer.kind == "indicator" else None,
            )
        rows = [{k: row[k] for k in (*names, "second")} for row in self.rows]
        return charts.pair_chart(rows, names=(self.title, title_of(self.beside)), same=self.same)


def title_of(view: View) -> str:
    """Return layer and period."""
    return f"{view.layer.name}, {Period.parse(view.period.period).label}"


def words_of(cell: Placed, view: View) -> str:
    """Return a cell of a view as readers see it."""
    layer = view.layer
    if cell.value is None:
        return view.edition.without_score(cell, layer)
    return number(cell.value, layer.digits, sign=layer.kind != "indicator")


def comparable(one: Layer, other: Layer) -> bool:
    """Say whether the difference of two layers has a meaning."""
    return one.unit == other.unit and (one.kind == "indicator") == (other.kind == "indicator")


def compose(edition: Edition, asked: Asked, view: View, beside: View | None, *, newer: bool = False) -> Picture:
    """Return the picture of a view, with what is to stand beside it."""
    fault = ""
    same = beside is not None and beside.layer.pk == view.layer.pk
    try:
        limits = own_limits(asked, [view, beside] if beside and same else [view])
        other = own_limits(asked, [beside]) if beside and not same else limits
    except WrongRequest as error:
        fault, limits, other = str(error), None, None
    return Picture(
        edition=edition,
        newer=newer,
        asked=asked,
        view=view,
        beside=beside,
        painted=paint(view, asked, limits),
        painted_beside=paint(beside, asked, other) if beside else None,
        changes=_changes(view, beside) if beside else {},
        fault=fault,
    )


def _changes(view: View, beside: View) -> dict[str, Difference]:
    """Return later minus earlier for two periods of one layer, else the first layer minus the second."""
    if not comparable(view.layer, beside.layer):
        return {}
    one, other = view.period.period, beside.period.period
    turned = view.layer.pk == beside.layer.pk and Period.parse(one) < Period.parse(other)
    there = {cell.area.key: cell for cell in beside.cells}
    breaks = _breaks_behind(view, view.layer) + _breaks_behind(view, beside.layer)
    found = {}
    for cell in view.cells:
        against = there.get(cell.area.key)
        value, state = (against.value, against.state) if against else (None, int(State.MISSING))
        reason = break_between(breaks, cell.area.key, one, other)
        pair = (value, state, cell.value, cell.state) if turned else (cell.value, cell.state, value, state)
        found[cell.area.key] = difference(*pair, reason=reason)
    return found


def _breaks_behind(view: View, layer: Layer) -> list[Sequence[Any]]:
    """Return a layer's breaks; index and Lebenslagen rest on indicators, and break where one of these does."""
    if view.level is not None:
        return [(period, why, [view.level.above.get(key, key) for key in keys]) for period, why, keys in layer.breaks]
    if layer.kind == "indicator":
        return list(layer.breaks)
    return [each for other in view.layers if other.kind == "indicator" for each in other.breaks]


def _listed(names: Sequence[str], most: int = 6) -> str:
    more = f" … (+{len(names) - most})" if len(names) > most else ""
    return ", ".join(names[:most]) + more
