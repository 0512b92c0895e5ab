"""Which areas a recipe counts: those it names as left out, and those where too few people live, are not among them."""

from __future__ import annotations

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.evidence.indicators.panel import Floats
from nahraum.evidence.indicators.recipe import Select
from nahraum.evidence.indicators.work import Work

FEW = gettext_noop("fewer inhabitants than the recipe asks for")
UNKNOWN = gettext_noop("the number of inhabitants is not known")


def select(work: Work, step: Select) -> None:
    """Leave out what the step names, and areas with too few inhabitants; WrongRequest for what is not there."""
    population = work.panel.variables.get(step.population)
    if population is None and step.flag_below and not step.min_inhabitants:
        work.note("select", message="No table tells how many people live where; small areas are not flagged.")
    elif population is None and step.min_inhabitants:
        known = ", ".join(sorted(work.panel.variables))
        message = _("The selection needs the variable “{variable}”, which no table delivers. Delivered: {known}.")
        raise WrongRequest(message.format(variable=step.population, known=known))
    index = {area: a for a, area in enumerate(work.areas)}
    for exclusion in step.exclude:
        if exclusion.area not in index:
            raise WrongRequest(_("Excluded area “{area}” is not there.").format(area=exclusion.area))
        periods = [p for p, period in enumerate(work.panel.periods) if exclusion.period in ("", str(period))]
        work.included[periods, index[exclusion.area]] = False
        for p in periods:
            work.left_out[p][exclusion.area] = exclusion.reason
    if step.exclude:
        named = tuple(exclusion.area for exclusion in step.exclude)
        work.note("select", message="{count} areas are left out by name.", areas=named, count=len(named))
    if population is not None:
        _by_population(work, step, population)
    for leaf in work.leaves():
        work.nodes[leaf.id] = np.where(work.included, work.nodes[leaf.id], np.nan)


def _by_population(work: Work, step: Select, population: Floats) -> None:
    """Leave out areas in which too few people live, or nobody knows how many; flag small ones.

    A number that protection withholds is no reason to give: it is not unknown.
    """
    limit = step.min_inhabitants
    with np.errstate(invalid="ignore"):
        few = population < limit
        small = population < step.flag_below
    unknown = np.isnan(population) & (limit > 0)
    untold = unknown & ~work.panel.withheld.get(step.population, np.zeros_like(unknown))
    for cells, reason in ((few, FEW), (untold, UNKNOWN)):
        for p, a in np.argwhere(cells):
            work.left_out[p].setdefault(work.areas[a], reason)
    flagged = work.latest(small & work.included & ~few & ~unknown)
    work.small[:] = small | few
    work.included &= ~few & ~unknown
    if limit:
        out, gaps = work.latest(few), work.latest(unknown)
        message = "{count} areas with fewer than {limit} inhabitants are left out."
        work.note_of_period("select", message, out, limit=f"{limit:g}")
        if gaps:
            message = "{count} areas are left out because the number of their inhabitants is not known."
            work.note_of_period("select", message, gaps)
    if flagged:
        message = "{count} areas have fewer than {limit} inhabitants: they stay in and are flagged."
        work.note_of_period("select", message, flagged, limit=f"{step.flag_below:g}")
