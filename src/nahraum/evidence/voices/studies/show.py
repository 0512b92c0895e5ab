"""The sample table as rows: for the page, and as a file to take along."""

from __future__ import annotations

from nahraum.base import State, Value
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.studies.sample import Reached, Sample

Cell = str | float | None


def sample_head(sample: Sample) -> tuple[str, ...]:
    """Return the names of the columns: space, one for each method, all methods."""
    return (_("Space"), *(method.label for method in sample.methods), _("all methods"))


def sample_rows(sample: Sample) -> list[tuple[str, list[Value]]]:
    """Return one row for each space, then city-wide, then the sum."""
    columns = range(len(sample.methods))

    def row(counts: Reached, n: int) -> list[Value]:
        return [*(counts.cell(n, column) for column in columns), counts.row(n)]

    rows = [(space, row(sample.in_spaces, n)) for n, space in enumerate(sample.spaces)]
    rows.append((_("city-wide"), row(sample.city_wide, 0)))
    rows.append((_("all together"), [*(sample.method_total(column) for column in columns), sample.total]))
    return rows


def sample_cells(sample: Sample) -> list[tuple[Cell, ...]]:
    """Return the same rows for a file: a number, or the sign of official tables for what is none."""
    return [
        (name, *(value.number if value.state is State.NUMBER else value.state.symbol for value in values))
        for name, values in sample_rows(sample)
    ]
