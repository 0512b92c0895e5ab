"""Themes that are named in many spaces: the rule, how firm it is, and which single segments decide it.

A theme is cross-space when it is named in at least N of the M spaces; what was said city-wide counts apart, for it
belongs to no space.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.codings import Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far one theme reaches. ``spaces``: in how many it is named; ``decided_by``: spaces in which a single segment
    decides whether it is cross-space: without that segment the answer would be another.
    """

    theme: int
    spaces: int
    is_cross_space: bool
    one_less: bool
    one_more: bool
    decided_by: tuple[int, ...]


def cross_space(segments: Ints, least: int = 4) -> tuple[Reach, ...]:
    """Apply the rule to segments per space and theme (M x themes), without what was said city-wide.

    ``one_less`` and ``one_more``: the answer for N - 1 and for N + 1. Raises WrongRequest for an N beyond the spaces.
    """
    if not 1 <= least <= len(segments):
        raise WrongRequest(
            _("A theme can be asked for in 1 to {count} spaces, not in {least}.").format(
                count=len(segments), least=least
            )
        )
    named = (segments > 0).sum(axis=0)
    return tuple(
        Reach(
            theme=theme,
            spaces=int(count),
            is_cross_space=bool(count >= least),
            one_less=bool(count >= least - 1),
            one_more=bool(count > least),
            decided_by=tuple(np.flatnonzero(segments[:, theme] == 1).tolist()) if count == least else (),
        )
        for theme, count in enumerate(named)
    )
