"""Two results side by side: who moves, and by how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nahraum.base import Period, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.edition import Classes, IndexResult
from nahraum.evidence.indicators.methods.normalise import rankdata


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One area in both results; rank 0 and class "" where it has none.

    ``class_change``: in classes, None without both.
    """

    area: str
    rank_a: int
    rank_b: int
    rank_change: int
    class_a: str
    class_b: str
    class_change: int | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Rank and class changes from A to B in one period; ``spearman``: rank correlation over areas ranked in both."""

    period: Period
    changes: tuple[Change, ...]
    spearman: float

    def movers(self, count: int) -> tuple[Change, ...]:
        """Return the areas that move most, at most ``count``."""
        return tuple(sorted(self.changes, key=lambda each: (-abs(each.rank_change), each.area))[:count])

    def summary(self) -> tuple[str, ...]:
        """Say in sentences how much changes."""
        both = [each for each in self.changes if each.rank_a and each.rank_b]
        moved = sum(each.rank_change != 0 for each in both)
        other = sum(bool(each.class_change) for each in both)
        only = len(self.changes) - len(both)
        lines = [
            _("{moved} of {count} areas change their rank, at most by {most} places; rank correlation {rho}.").format(
                moved=moved,
                count=len(both),
                most=max((abs(each.rank_change) for each in both), default=0),
                rho=number(self.spearman, 3),
            ),
            _("{count} areas change their class.").format(count=other),
        ]
        if only:
            lines.append(_("{count} areas have a rank in only one of the two.").format(count=only))
        return tuple(lines)

    def plain(self) -> dict[str, Any]:
        """Return the comparison as plain data."""
        return {
            "period": str(self.period),
            "spearman": self.spearman,
            "areas": [{name: getattr(each, name) for name in Change.__slots__} for each in self.changes],
        }


def compare(a: IndexResult, b: IndexResult, period: Period | None = None) -> Comparison:
    """Compare two results in one period (default: the latest that both have).

    Raises WrongRequest if they have no period or level in common.
    """
    common = [each for each in a.periods if each in b.periods]
    if a.level != b.level or not common:
        raise WrongRequest(_("The two results have no level and period in common."))
    period = period or common[-1]
    p, q = a.periods.index(period), b.periods.index(period)
    place_b = {area: n for n, area in enumerate(b.areas)}
    changes = []
    for n, area in enumerate(a.areas):
        m = place_b.get(area)
        rank_a, rank_b = int(a.rank[p, n]), int(b.rank[q, m]) if m is not None else 0
        if not rank_a and not rank_b:
            continue
        class_a, label_a = _class(a, p, n)
        class_b, label_b = _class(b, q, m) if m is not None else (0, "")
        changes.append(
            Change(
                area=area,
                rank_a=rank_a,
                rank_b=rank_b,
                rank_change=rank_b - rank_a if rank_a and rank_b else 0,
                class_a=label_a,
                class_b=label_b,
                class_change=class_b - class_a if class_a and class_b else None,
            )
        )
    both = np.array([(each.rank_a, each.rank_b) for each in changes if each.rank_a and each.rank_b])
    rho = float(np.corrcoef(rankdata(both[:, 0]), rankdata(both[:, 1]))[0, 1]) if len(both) > 2 else float("nan")
    return Comparison(period=period, changes=tuple(changes), spearman=rho)


def _class(result: IndexResult, p: int, a: int) -> tuple[int, str]:
    if not result.classes:
        return 0, ""
    classes: Classes = result.classes[0]
    c = int(classes.number[p, a])
    return c, (_(classes.labels[c - 1]) if classes.labels else str(c)) if c else ""
