"""Recipes that others have published, and our own: a name stands for complete steps."""

from __future__ import annotations

from collections.abc import Callable

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.evidence.indicators.recipe import (
    Aggregate,
    Centre,
    Classify,
    HighIs,
    Impute,
    Method,
    Node,
    Normalise,
    Scale,
    Select,
    Step,
    Treat,
)

SMALL = 300.0  # inhabitants; below it Berlin leaves an area out, we keep and flag it

#: Neutral words: where an area lies, not what its people are.
CITY_CLASSES = (
    gettext_noop("far below the city value"),
    gettext_noop("below the city value"),
    gettext_noop("near the city value"),
    gettext_noop("above the city value"),
    gettext_noop("far above the city value"),
)
STATUS_CLASSES = (
    gettext_noop("high status"),
    gettext_noop("medium status"),
    gettext_noop("low status"),
    gettext_noop("very low status"),
)


def lebenslagen(tree: Node) -> tuple[Step, ...]:
    """Return our default: deviation from the city value over the population SD of the areas; means of means.

    Nobody is dropped for being small: small areas are flagged. A high value means that burdens accumulate. Classes lie
    half and one and a half standard deviations of the index from the city.
    """
    levels = [Aggregate(level=level, method=Method.ARITHMETIC) for level in range(1, tree.level + 1)]
    return (
        Select(flag_below=SMALL),
        Impute(method="omit", min_share=0.5),
        Normalise(centre=Centre.CITY_RATE, scale=Scale.POPULATION_SD),
        *levels,
        Classify(
            id="class",
            name="Sozialindex",
            method="cuts",
            cuts=(-1.0, -0.5, 0.5, 1.0),
            closed=("left", "left", "right", "right"),
            labels=CITY_CLASSES,
        ),
    )


def berlin(tree: Node) -> tuple[Step, ...]:
    """Return the status of the Monitoring Soziale Stadtentwicklung: z, sum, z again, cuts at -1, 1 and 1.5.

    Areas under 300 inhabitants are left out. A high value means a low status. Checked against the published classes of
    434, 435 and 436 planning areas (2013, 2015, 2019).
    """
    return (
        Select(min_inhabitants=SMALL),
        Normalise(centre=Centre.MEAN, scale=Scale.POPULATION_SD),
        *_sums(tree),
        Normalise(level=tree.level, centre=Centre.MEAN, scale=Scale.POPULATION_SD),
        Classify(
            id="status",
            name="Status",
            method="cuts",
            cuts=(-1.0, 1.0, 1.5),
            closed=("left", "right", "right"),
            labels=STATUS_CLASSES,
        ),
    )


def _sums(tree: Node) -> list[Step]:
    return [
        Aggregate(level=level, method=Method.ARITHMETIC if level < tree.level else Method.SUM)
        for level in range(1, tree.level + 1)
    ]


def darmstadt(tree: Node) -> tuple[Step, ...]:
    """Return the Darmstadt poverty index: distance from the city rate over the weighted mean absolute deviation; mean.

    Weights are the denominators. A high value means more poverty. Checked against the 36 districts of 2025.
    """
    return (
        Normalise(centre=Centre.CITY_RATE, scale=Scale.WEIGHTED_MAD),
        *[Aggregate(level=level) for level in range(1, tree.level + 1)],
        Classify(id="quintile", name="Fünftel", method="quantiles", count=5),
    )


def gisd(tree: Node) -> tuple[Step, ...]:
    """Return the core of the German Index of Socioeconomic Deprivation (revision 2019), before a roll-up.

    First principal components of three dimensions, each stretched to 0 .. 1 over all years, summed, stretched again. A
    high value means deprivation. The anchor is the tree's first indicator, which must be the unemployment.
    """
    anchor = tree.at(0)[0].id
    return (
        Impute(method="omit", min_share=1.0),
        Aggregate(level=1, method=Method.FIRST_COMPONENT, anchor=anchor, over="all"),
        Normalise(level=1, scale=Scale.MIN_MAX, over="all"),
        Aggregate(level=2, method=Method.SUM),
        Normalise(level=2, scale=Scale.MIN_MAX, over="all"),
        Classify(id="quintile", name="Fünftel", count=5, type=9, fuzz=True, closed=("left",)),
    )


def imd(tree: Node) -> tuple[Step, ...]:
    """Return the English Index of Multiple Deprivation: exponential ranks of each level, weighted sum, deciles by rank.

    A high value means deprivation; the weights are summed as given, not renormalised. Checked against 33,755 areas of
    2025.
    """
    steps: list[Step] = []
    for level in range(tree.level):
        steps += [Normalise(level=level, scale=Scale.EXPONENTIAL), Aggregate(level=level + 1, method=Method.SUM)]
    return (*steps, Classify(id="decile", name="Zehntel", method="rank", count=10))


def coinr(tree: Node) -> tuple[Step, ...]:
    """Return COINr's customary steps: winsorise, stretch to 0 .. 100, weighted means level by level. A high value is
    good.

    Checked against the ASEM index of 51 countries and 49 indicators, every stage.
    """
    return (
        Treat(method="winsorise", skewness=2.0, kurtosis=3.5, max_points=6),
        Normalise(scale=Scale.MIN_MAX, low=0.0, high=100.0),
        *[Aggregate(level=level) for level in range(1, tree.level + 1)],
        Classify(id="quintile", name="Fünftel", method="quantiles", count=5),
    )


PRESETS: dict[str, tuple[Callable[[Node], tuple[Step, ...]], HighIs]] = {
    "lebenslagen": (lebenslagen, HighIs.BAD),
    "berlin": (berlin, HighIs.BAD),
    "darmstadt": (darmstadt, HighIs.BAD),
    "gisd": (gisd, HighIs.BAD),
    "imd": (imd, HighIs.BAD),
    "coinr": (coinr, HighIs.GOOD),
}


def preset(name: str, tree: Node) -> tuple[tuple[Step, ...], HighIs]:
    """Return a preset's steps for this tree and its sign convention; raises WrongRequest for an unknown name."""
    if name not in PRESETS:
        message = _("There is no preset “{name}”. Presets: {known}.")
        raise WrongRequest(message.format(name=name, known=", ".join(PRESETS)))
    steps, high_is = PRESETS[name]
    return steps(tree), high_is
