"""The index as a recipe: typed steps over area x period and a tree of any depth.

A recipe is frozen and serialisable; running it is ``nahraum.evidence.indicators.run``. Leaves of the tree are
indicators (level 0); a node's level is one more than its children's. All leaves lie equally deep: a Lebenslage with a
single indicator is a node with one child.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from nahraum.base.strict import within

Over = str  # "period": within each period; "all": over all periods together


class HighIs(StrEnum):
    """What a high index value means; stated on every output."""

    BAD = "bad"
    GOOD = "good"


class Centre(StrEnum):
    """What a value is compared with."""

    NONE = "none"
    MEAN = "mean"
    WEIGHTED_MEAN = "weighted_mean"
    CITY_RATE = "city_rate"
    OFFICIAL = "official"
    MEDIAN = "median"


class Scale(StrEnum):
    """What a distance is measured in."""

    NONE = "none"
    POPULATION_SD = "population_sd"
    SAMPLE_SD = "sample_sd"
    WEIGHTED_MAD = "weighted_mean_absolute_deviation"
    MAD = "mad"  # median absolute deviation
    IQR = "iqr"
    MIN_MAX = "min_max"
    RANK = "rank"
    PERCENTILE_RANK = "percentile_rank"
    EXPONENTIAL = "exponential"


class Method(StrEnum):
    """How children become their parent."""

    SUM = "sum"  # sum of weight x child, weights as given, not renormalised
    ARITHMETIC = "arithmetic"
    GEOMETRIC = "geometric"
    MINIMUM = "minimum"
    FIRST_COMPONENT = "first_component"


class Weights(StrEnum):
    """Where the weights of a level come from."""

    EQUAL = "equal"
    GIVEN = "given"
    PCA = "pca"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node of the tree; a leaf's id is its indicator's id."""

    id: str
    name: str = ""
    weight: float = 1.0
    children: tuple[Node, ...] = ()

    @property
    def level(self) -> int:
        """Return 0 for a leaf, otherwise one more than the children's level."""
        return 1 + self.children[0].level if self.children else 0

    def at(self, level: int) -> tuple[Node, ...]:
        """Return the nodes of one level below (or at) this node, left to right."""
        if self.level == level:
            return (self,)
        return tuple(node for child in self.children for node in child.at(level))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """An area left out of the index by name, with the reason that is printed."""

    area: str
    reason: str
    period: str = ""  # empty: every period


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """Choose the areas that take part. Those below ``flag_below`` inhabitants stay in and are flagged as small."""

    step: ClassVar[str] = "select"
    population: str = "inhabitants"
    min_inhabitants: float = within(0.0, 0, 1e9)
    flag_below: float = within(0.0, 0, 1e9)
    exclude: tuple[Exclusion, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Treat:
    """Treat outliers. ``winsorise``: the most extreme points are set to the next ones, one at a time, while
    ``|skewness| > skewness`` and ``kurtosis > kurtosis``, at most ``max_points``; where that does not suffice the
    indicator is left as it was and named. ``box_cox``: power transformation with the exponent of greatest likelihood.
    """

    step: ClassVar[str] = "treat"
    method: str = "none"  # none | winsorise | box_cox
    skewness: float = 2.0
    kurtosis: float = 3.5
    max_points: int = within(6, 0, 1000)
    over: Over = "period"


@dataclass(frozen=True, slots=True, kw_only=True)
class Impute:
    """Deal with missing values. ``omit``: means are taken over what is there, if at least ``min_share`` of a node's
    children are, and every gap is logged. ``domain_mean``: the mean of the area's other normalised indicators in the
    node. ``regression``: ordinary least squares of each incomplete indicator on ``terms``: ``1``, an indicator id,
    ``year``, ``area_mean`` (mean of the incomplete indicator over the area's periods), powers ``year^2`` and products
    ``year*area_mean``.
    """

    step: ClassVar[str] = "impute"
    method: str = "omit"  # omit | domain_mean | regression
    min_share: float = within(0.5, 0, 1)
    indicators: tuple[str, ...] = ()  # empty: all incomplete ones
    terms: tuple[str, ...] = ("1",)
    floor: float | None = None  # predictions below it are set to it


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalise:
    """Centre and scale the nodes of one level. At level 0 an indicator that points the other way than
    ``Recipe.high_is`` is turned round first. ``low`` and ``high`` stretch ``min_max`` (0 to 1 or 0 to 100). ``over``:
    within each period or over all. ``reference`` names one period whose centre and scale are used for all, so that
    change over time stays visible (empty: each its own).
    """

    step: ClassVar[str] = "normalise"
    level: int = 0
    centre: Centre = Centre.MEAN
    scale: Scale = Scale.POPULATION_SD
    weight: str = "inhabitants"  # for weighted centres and scales of ready-made values; rates use their denominator
    over: Over = "period"
    reference: str = ""
    low: float = 0.0
    high: float = 1.0
    nodes: tuple[str, ...] = ()  # empty: every node of the level
    centres: Mapping[str, Centre] = field(default_factory=dict)  # node id -> another centre than `centre`


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """Make the nodes of ``level`` from their children. ``anchor``: indicator with which a first component must
    correlate positively; ``scaling``: SD used to scale the children inside a principal component analysis.
    """

    step: ClassVar[str] = "aggregate"
    level: int = 1
    method: Method = Method.ARITHMETIC
    weights: Weights = Weights.GIVEN
    anchor: str = ""
    scaling: Scale = Scale.SAMPLE_SD
    over: Over = "period"


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUp:
    """Carry the root's scores to a higher level of the area system as a mean weighted by a population: the only way
    in which scores, which are not counts, may be rolled up.
    """

    step: ClassVar[str] = "roll_up"
    to: str
    weight: str = "inhabitants"


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Round the root's scores half to even, as published results are."""

    step: ClassVar[str] = "round"
    digits: int = within(6, 0, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classify:
    """Put the scores of a node into classes, 1 = lowest scores. ``cuts``: limits; ``closed`` says which side of each
    limit belongs to the lower class (``right``: the limit itself is in the lower class; one word for all, or one per
    cut). ``quantiles``: ``count`` classes by quantile ``type`` 7 or 9, ``fuzz`` as R does (4 eps). ``rank``:
    ``count`` equal groups by rank. ``jenks``, ``equal``: ``count`` classes.
    """

    step: ClassVar[str] = "classify"
    id: str = "class"
    name: str = ""
    node: str = ""  # empty: the root
    method: str = "quantiles"  # cuts | quantiles | rank | jenks | equal
    cuts: tuple[float, ...] = ()
    closed: tuple[str, ...] = ("right",)
    count: int = within(5, 2, 100)
    type: int = 7
    fuzz: bool = False
    over: Over = "period"
    labels: tuple[str, ...] = ()


Step = Select | Treat | Impute | Normalise | Aggregate | RollUp | Round | Classify


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How an index is made. ``preset`` names where it came from; ``steps`` are complete, whatever the preset said."""

    id: str = "index"
    name: str = ""
    preset: str = ""
    high_is: HighIs = HighIs.BAD
    tree: Node
    steps: tuple[Step, ...]

    @property
    def selecting(self) -> frozenset[str]:
        """Return the variables by which it chooses areas."""
        return frozenset(step.population for step in self.steps if isinstance(step, Select))
