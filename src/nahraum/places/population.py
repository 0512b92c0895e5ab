"""Where people live, from a file of finer areas or points with a column of inhabitants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.places.boundaries import Boundaries


def people_of(
    geometry: Any, attributes: Mapping[str, Sequence[str]], column: str, crs: str
) -> tuple[Boundaries, tuple[float, ...]]:
    """Return the finer areas and how many people live in each; an empty cell is nobody known and is refused.

    Raises WrongRequest for a column that is not there and for a cell that is no number.
    """
    if column not in attributes:
        raise WrongRequest(
            _("The file has no column “{column}”. Found: {found}.").format(column=column, found=", ".join(attributes))
        )
    people = []
    for row, text in enumerate(attributes[column], start=1):
        try:
            people.append(float(text.replace(",", ".")))
        except ValueError:
            raise WrongRequest(
                _("Row {row}: “{text}” is no number of inhabitants.").format(row=row, text=text)
            ) from None
    keys = tuple(str(n) for n in range(len(people)))
    return Boundaries(keys=keys, geometry=np.asarray(geometry), crs=crs), tuple(people)
