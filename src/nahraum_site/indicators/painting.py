"""From cells to maps: which class, colour and words each area has, and the legend that explains them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from nahraum.base import State
from nahraum.evidence.indicators.show import classes
from nahraum.evidence.indicators.show.changes import Difference
from nahraum.evidence.indicators.show.palette import DIVERGING, PALETTES, SEQUENTIAL, colours
from nahraum_site.indicators.asked import COUNT, METHODS, OWN, Asked
from nahraum_site.indicators.queries import View

Limits = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a legend: a colour or a pattern, words, and from where to where it reaches."""

    colour: str
    pattern: str
    label: str
    reach: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """One map: class number, class words, state of each area; colours and words of the classes; ``note``: what to
    know about the classes.
    """

    numbers: Mapping[str, int]
    states: Mapping[str, State]
    palette: Sequence[str]
    labels: Sequence[str]
    reaches: Sequence[str]
    unit: str
    note: str = ""
    no_number: str = ""  # in place of the state's own word where something does not apply

    def colour(self, key: str) -> str:
        """Return an area's colour; empty for none."""
        n = self.numbers.get(key, 0)
        return self.palette[n - 1] if n else ""

    def pattern(self, key: str) -> str:
        """Return what is drawn where there is no colour."""
        if self.numbers.get(key, 0):
            return ""
        return "protected" if self.states.get(key) is State.PROTECTED else "missing"

    def words(self, key: str) -> str:
        """Return the words for an area's class; empty for none."""
        n = self.numbers.get(key, 0)
        return self.labels[n - 1] if n else ""

    def legend(self, keys: Iterable[str]) -> list[Entry]:
        """Return the classes, highest first, then what is no number among these areas."""
        found = [
            Entry(colour=colour, pattern="", label=label, reach=reach if reach != label else "")
            for colour, label, reach in zip(self.palette, self.labels, self.reaches, strict=True)
        ][::-1]
        for state in sorted({self.states.get(key, State.MISSING) for key in keys if not self.numbers.get(key, 0)}):
            pattern = "protected" if state is State.PROTECTED else "missing"
            label = self.no_number if self.no_number and state is State.NOT_APPLICABLE else state.label
            found.append(Entry(colour="", pattern=pattern, label=label))
        return found


def own_limits(asked: Asked, views: Sequence[View]) -> Limits | None:
    """Return the limits that a reader's choice gives over all values shown; None for the recipe's own classes.

    Raises WrongRequest where limits were typed that are none.
    """
    if asked.classes == OWN:
        return classes.read_limits(asked.limits)
    if asked.classes in METHODS:
        values = [cell.value for view in views for cell in view.cells]
        return classes.limits_of(values, METHODS[asked.classes], asked.count)
    return None


def paint(view: View, asked: Asked, limits: Limits | None) -> Painted:
    """Paint one layer in one period, by these limits or in the classes that were published."""
    layer = view.layer
    keys = [cell.area.key for cell in view.cells]
    states = {cell.area.key: State(cell.state) for cell in view.cells}
    note = ""
    if limits is None and view.level and all(limit is None for limit in view.period.limits):
        limits = classes.limits_of([cell.value for cell in view.cells], "jenks", COUNT)
        note = _("None of the finest areas shows a value here, so no classes are published: these are natural breaks.")
    if limits is None:
        labels = layer.labels
        return Painted(
            numbers={cell.area.key: cell.class_number for cell in view.cells},
            states=states,
            palette=colours(len(labels), asked.palette) if asked.palette else layer.colours,
            labels=labels,
            reaches=classes.reaches_of(view.period.limits, len(labels), layer.digits),
            unit=layer.unit,
            no_number=_without_score(view),
        )
    numbers = classes.numbers_of([cell.value for cell in view.cells], limits)
    count = len(limits) + 1 if any(numbers) else 0
    reaches = classes.reaches_of(limits, count, layer.digits) if count else ()
    if asked.classes in METHODS and 0 < count < asked.count:
        note = _("Many areas have the same value: there are only {count} classes.").format(count=count)
    return Painted(
        numbers=dict(zip(keys, numbers, strict=True)),
        states=states,
        palette=colours(count, asked.palette or SEQUENTIAL) if count else (),
        labels=reaches if count > 1 else (_("all areas alike"),) * count,
        reaches=reaches,
        unit=layer.unit,
        note=note,
        no_number=_without_score(view),
    )


def _without_score(view: View) -> str:
    """Return the words for areas to which a score does not apply; more than one reason where there are."""
    apart = [cell for cell in view.cells if cell.state == State.NOT_APPLICABLE]
    return ", ".join(sorted({view.edition.without_score(cell, view.layer) for cell in apart}))


def paint_change(changes: Mapping[str, Difference], asked: Asked, view: View, *, over_time: bool) -> Painted:
    """Paint differences in five classes around zero."""
    values = [each.value for each in changes.values()]
    limits = classes.change_limits(values)
    numbers = classes.numbers_of(values, limits)
    count = len(limits) + 1 if any(numbers) else 0
    palette = asked.palette if asked.palette and PALETTES[asked.palette].diverging else DIVERGING
    if over_time:
        words: tuple[str, ...] = (
            _("fell strongly"),
            _("fell"),
            _("about the same"),
            _("rose"),
            _("rose strongly"),
        )
    else:
        words = (_("much lower"), _("lower"), _("about the same"), _("higher"), _("much higher"))
    reaches = classes.reaches_of(limits, count, view.layer.digits, sign=True) if count else ()
    return Painted(
        numbers=dict(zip(changes, numbers, strict=True)),
        states={key: each.state for key, each in changes.items()},
        palette=colours(count, palette) if count else (),
        labels=words if count > 1 else (_("unchanged"),) * count,
        reaches=reaches,
        unit=unit_of_difference(view.layer.unit),
        note=_("Classes: half and one and a half times the usual size of the differences.") if count > 1 else "",
        no_number=_without_number(changes),
    )


def unit_of_difference(unit: str) -> str:
    """Return the unit of a difference: percentages differ by percentage points."""
    return _("percentage points") if unit == "%" else unit


def _without_number(changes: Mapping[str, Difference]) -> str:
    """Return the words for areas without a difference: a break, or nothing that could differ."""
    found = {bool(each.reason) for each in changes.values() if each.state is State.NOT_APPLICABLE}
    if found == {True, False}:
        return _("not comparable (break) or not applicable")
    return _("not comparable (break)") if True in found else ""
