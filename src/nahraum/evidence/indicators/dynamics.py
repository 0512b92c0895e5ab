"""Status and dynamics, and series whose breaks stay visible: across a break nothing is subtracted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nahraum.base import Period, State, Value, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.evidence.indicators.edition import Dynamics, IndexResult
from nahraum.evidence.indicators.methods.classify import by_cuts
from nahraum.evidence.indicators.panel import Panel
from nahraum.evidence.indicators.terms import Break

CHANGE_LABELS = (gettext_noop("improving"), gettext_noop("stable"), gettext_noop("worsening"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Neighbouring values of a series that may be compared; ``broken_by``: the break before it, None for the first."""

    values: tuple[tuple[Period, Value], ...]
    broken_by: Break | None


def breaks_between(panel: Panel, k: int, a: int, since: Period, until: Period) -> tuple[Break, ...]:
    """Return the breaks of an indicator in an area that lie after ``since`` and up to ``until``."""
    return tuple(
        each
        for each in panel.indicators[k].breaks
        if since < each.period <= until and (not each.areas or panel.areas[a] in each.areas)
    )


def difference(panel: Panel, k: int, a: int, since: Period, until: Period) -> Value:
    """Return value at ``until`` minus value at ``since``, in the indicator's unit.

    Not applicable across a break (its provenance says why); otherwise the graver state of the two values if one has
    no number.
    """
    before, after = (panel.at(k, panel.periods.index(each), a) for each in (since, until))
    broken = breaks_between(panel, k, a, *sorted((since, until)))
    origin = after.provenance
    if broken:
        return Value(state=State.NOT_APPLICABLE, provenance=origin and origin.then(broken[-1].reason))
    state = max(before.state, after.state)
    if state is not State.NUMBER:
        return Value(state=State(state), provenance=origin)
    return Value(state=State.NUMBER, number=after.number - before.number, provenance=origin)


def series(panel: Panel, k: int, a: int) -> tuple[Segment, ...]:
    """Return the series of an indicator in an area, cut at its breaks."""
    segments: list[Segment] = []
    run: list[tuple[Period, Value]] = []
    before: Break | None = None
    for p, period in enumerate(panel.periods):
        broken = breaks_between(panel, k, a, panel.periods[p - 1], period) if p else ()
        if broken:
            segments.append(Segment(values=tuple(run), broken_by=before))
            run, before = [], broken[-1]
        run.append((period, panel.at(k, p, a)))
    segments.append(Segment(values=tuple(run), broken_by=before))
    return tuple(segments)


def cross(status: IndexResult, dynamics: IndexResult, period: Period) -> Dynamics:
    """Cross the classes of a status index with those of a dynamics index, as Berlin does (4 x 3).

    Raises WrongRequest if one of them has no classes, or other areas.
    """
    if status.areas != dynamics.areas or not status.classes or not dynamics.classes:
        raise WrongRequest(_("Status and dynamics need classes over the same areas."))
    p, q = status.periods.index(period), dynamics.periods.index(period)
    return Dynamics(
        period=period,
        since=None,
        areas=status.areas,
        status=status.classes[0].number[p],
        dynamics=dynamics.classes[0].number[q],
        status_labels=status.classes[0].labels,
        dynamics_labels=dynamics.classes[0].labels,
        change=dynamics.root[q],
        broken={},
    )


def change(
    index: IndexResult,
    panel: Panel,
    since: Period,
    until: Period,
    cuts: Sequence[float] = (-1.0, 1.0),
    labels: Sequence[str] = (),
) -> Dynamics:
    """Class the change of an index between two periods, in population SD of the changes of all areas.

    Only indicators without a break between the periods count: their oriented deviations are averaged in both periods
    and subtracted. An area with a break in every indicator has no change; ``broken`` says why.
    """
    for each in (since, until):
        if each not in index.periods:
            known = ", ".join(map(str, index.periods))
            raise WrongRequest(_("The index has no period {period}. It has: {known}.").format(period=each, known=known))
    p, q = index.periods.index(since), index.periods.index(until)
    leaves = index.recipe.tree.at(0)
    sound = np.ones((len(leaves), len(index.areas)), dtype=np.bool_)
    reasons: dict[str, str] = {}
    for n, leaf in enumerate(leaves):
        k = panel.index_of(leaf.id)
        for a, area in enumerate(index.areas):
            broken = breaks_between(panel, k, a, since, until)
            if broken:
                sound[n, a] = False
                reasons[area] = broken[-1].reason
    moved = index.leaf[:, q] - index.leaf[:, p]
    usable = sound & np.isfinite(moved)
    count = usable.sum(axis=0)
    mean = np.where(count > 0, np.where(usable, moved, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
    moves = mean[np.isfinite(mean)]
    spread = moves.std() if moves.size else 0.0
    z = (mean - moves.mean()) / spread if spread > 0 else np.where(np.isfinite(mean), 0.0, np.nan)
    shown = index.classes[0] if index.classes else None
    return Dynamics(
        period=until,
        since=since,
        areas=index.areas,
        status=shown.number[q] if shown else np.zeros(len(index.areas), dtype=np.int16),
        dynamics=by_cuts(z, cuts, ("left", *["right"] * (len(cuts) - 1)) if len(cuts) > 1 else ("right",)),
        status_labels=shown.labels if shown else (),
        dynamics_labels=tuple(labels) or CHANGE_LABELS,
        change=mean,
        broken={area: reason for area, reason in reasons.items() if not np.isfinite(mean[index.areas.index(area)])},
    )
