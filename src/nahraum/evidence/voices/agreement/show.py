"""Agreement as rows of a table to take along: one row for each value, with all that is needed to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from nahraum.base.cells import Cell
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.agreement.terms import Agreement, Compared, Level

DIGITS = 6  # more would be noise


def head() -> tuple[str, ...]:
    """Return the names of the columns."""
    return (
        _("Category"),
        _("Measure"),
        _("Value"),
        _("95 % from"),
        _("95 % to"),
        _("not determinable, because"),
        _("Units"),
        _("Given"),
        _("Definition"),
        _("Level"),
        _("What a unit is"),
        _("Coders"),
        _("Texts"),
        _("As of"),
    )


def rows(found: Agreement, labels: Mapping[str, str], coders: Sequence[str], day: date) -> Iterator[tuple[Cell, ...]]:
    """Yield a row for each value, all categories together first; intervals stand where they were asked for."""
    level = found.level.label
    if found.level is Level.SEGMENT:
        level += f" (≥ {found.overlap:.0%})".replace("%", " %")
    about = (level, found.level.definition, ", ".join(coders), len(found.texts), day.isoformat())
    for row in (found.overall, *found.rows):
        shown = found.chosen if found.chosen.category == row.category else row
        name = _("all categories together") if row.category is None else labels.get(row.category, row.category)
        yield from ((name, *cells, *about) for cells in _values(shown, coders))


def _values(row: Compared, coders: Sequence[str]) -> Iterator[tuple[Cell, ...]]:
    given = ", ".join(f"{name}: {count}" for name, count in zip(coders, row.given, strict=True))
    for each in row.results:
        numbers = (None if value is None else round(value, DIGITS) for value in (each.value, each.low, each.high))
        why = each.why.sentence if each.why and each.value is None else ""
        yield each.measure.label, *numbers, why, row.units, given, each.measure.definition
