"""Missing values by regression: a panel's gaps are predicted from what is known of the same area."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.panel import Floats


def design(terms: Sequence[str], factor: Callable[[str], Floats]) -> Floats:
    """Return the N x T design matrix of terms such as ``1``, ``year``, ``year^2*area_mean``; ``factor`` gives each
    factor (N).

    Raises WrongRequest for a power that is not a whole number.
    """
    columns = []
    for term in terms:
        column: Floats | float = 1.0
        for part in term.split("*"):
            name, _power, exponent = part.strip().partition("^")
            if exponent and not exponent.strip().isdigit():
                raise WrongRequest(_("“{term}” is not a term of a regression.").format(term=term))
            column = column * factor(name.strip()) ** int(exponent or 1)
        columns.append(column)
    return np.column_stack(columns)


def regress(target: Floats, matrix: Floats, floor: float | None) -> tuple[Floats, int]:
    """Return the target (N) with its gaps predicted by ordinary least squares on ``matrix`` (N x T), and how many
    were filled.

    A gap whose terms are not all known stays a gap. Predictions below ``floor`` are set to it. Columns are scaled
    before solving: a squared year beside a constant costs digits otherwise.
    """
    usable = np.isfinite(matrix).all(axis=1)
    known = np.isfinite(target) & usable
    gaps = ~np.isfinite(target) & usable
    if not gaps.any() or known.sum() <= matrix.shape[1]:
        return target, 0
    size = np.abs(matrix[known]).max(axis=0)
    scaled = matrix / np.where(size > 0, size, 1.0)
    beta, *_rest = np.linalg.lstsq(scaled[known], target[known], rcond=None)
    predicted = scaled[gaps] @ beta
    result = target.copy()
    result[gaps] = predicted if floor is None else np.maximum(predicted, floor)
    return result, int(gaps.sum())


def factors(known: Mapping[str, Floats]) -> Callable[[str], Floats]:
    """Return a look-up of factors by name; ``1`` is the constant. Raises WrongRequest for an unknown name."""
    size = next(iter(known.values())).size

    def factor(name: str) -> Floats:
        if name == "1":
            return np.ones(size)
        if name not in known:
            message = _("The regression term “{name}” is neither year, area_mean nor an indicator. Known: {known}.")
            raise WrongRequest(message.format(name=name, known=", ".join(known)))
        return known[name]

    return factor
