"""Tables without numbers to be understood: keys and names of areas, crosswalks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nahraum.base import Issue
from nahraum.sources.grid import without_controls
from nahraum.sources.table import read_grid
from nahraum.sources.terms import SourceFile, TableSpec


@dataclass(frozen=True, kw_only=True)
class AttributeTable:
    """Columns of texts by header, in delivery order; empty cells are empty texts."""

    attributes: Mapping[str, tuple[str, ...]]
    source: SourceFile
    issues: tuple[Issue, ...] = ()


def read_attributes(path: Path, sheet: str = "", header_row: int = 1) -> AttributeTable:
    """Read a table as texts; raises BadInput where it cannot be read."""
    grid = read_grid(TableSpec(id="", file=path.name, sheet=sheet, header_row=header_row), path.parent)
    columns = {
        name: tuple("" if text is None else without_controls(text) for text in grid.cells[f"c{n}"])
        for n, name in enumerate(grid.header)
        if name
    }
    return AttributeTable(attributes=columns, source=grid.source, issues=grid.issues)
