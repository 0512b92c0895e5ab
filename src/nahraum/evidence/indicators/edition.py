"""Results: what running recipes over a panel yields, and the edition that holds all of it together.

An *edition* is one round of monitoring: inputs, results and everything a report, an export or a page needs. Arrays
inside; ``nahraum.evidence.indicators.show`` turns them into rows, charts and maps as plain data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nahraum.base import AreaSystem, Issue, Period
from nahraum.base.strict import within
from nahraum.evidence.indicators.panel import Floats, Ints, Panel
from nahraum.evidence.indicators.recipe import Method, Recipe, Scale
from nahraum.evidence.indicators.terms import Domain
from nahraum.sources.terms import SourceFile

if TYPE_CHECKING:
    from nahraum.disclosure.rules import ProtectionRule
    from nahraum.places.boundaries import Boundaries
    from nahraum.places.crosswalk import Crosswalk


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One step as it was really done.

    ``message`` is an English msgid with ``{name}`` placeholders filled from ``params``.
    """

    step: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)
    areas: tuple[str, ...] = ()  # area keys concerned, where that matters


@dataclass(frozen=True, kw_only=True)
class Classes:
    """One classification: class numbers from 1 (lowest scores), 0 where there is none; limits by period."""

    id: str
    name: str
    node: str
    number: NDArray[np.int16]  # P x A
    limits: Floats  # P x (count - 1); NaN where a period has no limits
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class IndexResult:
    """What a recipe made of a panel. All arrays are over ``periods`` x ``areas`` of ``level`` (coarser after a
    roll-up).

    ``leaf``: normalised, oriented indicators, L x P x A of the panel's areas in the order of ``recipe.tree.at(0)``;
    ``score``: by node id above the leaves; after a roll-up only the root has scores of the coarser level. NaN: no
    score. ``rank``: 1 = highest score within the period, ties share the best place, 0 = none. ``included``: area took
    part. ``small``: below the recipe's ``flag_below`` or ``min_inhabitants``. ``left_out``: for each period, area
    key -> reason (English msgid or the project's own words).
    """

    recipe: Recipe
    level: str
    areas: tuple[str, ...]
    periods: tuple[Period, ...]
    latest: Period  # the latest period that is whole: the one that is opened first and printed
    leaf: Floats
    score: Mapping[str, Floats]
    rank: Ints
    included: NDArray[np.bool_]
    small: NDArray[np.bool_]
    left_out: tuple[Mapping[str, str], ...]
    classes: tuple[Classes, ...]
    log: tuple[LogEntry, ...]

    @property
    def root(self) -> Floats:
        """Return the scores of the whole index, P x A."""
        return self.score[self.recipe.tree.id]

    @property
    def excluded(self) -> Mapping[str, str]:
        """Return which areas the recipe leaves out of the latest whole period, with the reason."""
        return self.excluded_in(self.latest)

    @property
    def now(self) -> int:
        """Return the position of the latest whole period."""
        return self.periods.index(self.latest)

    def excluded_in(self, period: Period) -> Mapping[str, str]:
        """Return which areas the recipe leaves out of a period; none where the index does not have it."""
        return self.left_out[self.periods.index(period)] if period in self.periods else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRule:
    """When an area counts as deviating from the city value.

    *strong*: the mean deviation of at least one Lebenslage reaches ``strong`` SD; *frequent*: at least ``frequent``
    indicators lie beyond ``beyond`` SD. ``side``: ``unfavourable`` looks at burdens only, ``both`` at deviations
    either way (mean of |z|). ``limits`` are the SDs that are counted and shown. ``frequent`` 0: half of the indicators
    that count, rounded down, at most five, so that it can be reached.
    """

    limits: tuple[float, ...] = (1.0, 1.5, 2.0)
    strong: float = within(1.5, 0, 100)
    frequent: int = within(0, 0, 10_000)
    beyond: float = within(1.0, 0, 100)
    side: str = "unfavourable"  # unfavourable | both
    indicators: tuple[str, ...] = ()  # those that count for strong and frequent; empty: the first index's
    period: str = ""  # empty: the latest

    @property
    def is_either_way(self) -> bool:
        """Say whether an area deviates by being better off, too: then no sentence may call all of them burdened."""
        return self.side == "both"


@dataclass(frozen=True, kw_only=True)
class Profile:
    """How strongly and how often each area deviates from the *city value*, for one period.

    ``z``: L x A deviations from the city value over the population SD of the areas, turned so that positive is
    unfavourable (neutral indicators keep their sign), NaN where there is no value. D domains, T limits: ``strength``:
    D x A mean of |z|; ``mean``: D x A mean of z; ``above``: T x D x A number of indicators beyond each limit on the
    unfavourable side, ``below``: the same on the other side; ``available``: D x A number of indicators with a value.
    ``strong``, ``frequent``: A; ``selected`` names the areas to study, most deviating first.
    """

    rule: ProfileRule
    min_share: float  # of its indicators that a Lebenslage needs for a mean
    period: Period
    areas: tuple[str, ...]
    indicators: tuple[str, ...]
    domains: tuple[str, ...]
    z: Floats
    strength: Floats
    mean: Floats
    above: Ints
    below: Ints
    available: Ints
    strong: NDArray[np.bool_]
    frequent: NDArray[np.bool_]
    selected: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Dynamics:
    """Status crossed with dynamics, for one period. Class numbers P=1: A, 1 = lowest; 0 = none. ``group``: status *
    10 + dynamics.

    ``change``: A, what the dynamics classes were made from (NaN where a break forbids a difference; ``broken`` names
    those areas with the reason).
    """

    period: Period
    since: Period | None
    areas: tuple[str, ...]
    status: NDArray[np.int16]
    dynamics: NDArray[np.int16]
    status_labels: tuple[str, ...]
    dynamics_labels: tuple[str, ...]
    change: Floats
    broken: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustnessSpec:
    """What is varied to see how much the result hangs on it. ``weights``: each is drawn evenly from (1 - weights) to
    (1 + weights) times its value; ``scales``, ``methods``: alternatives beside the recipe's own; ``leave_out``: one
    indicator or one Lebenslage at a time; ``small_counts``: counts are drawn anew from their sampling distribution.
    """

    runs: int = within(1000, 1, 100_000)
    seed: int = within(1, 0, 2**63)
    weights: float = within(0.25, 0, 1)
    scales: tuple[Scale, ...] = (Scale.POPULATION_SD, Scale.MAD, Scale.PERCENTILE_RANK)
    methods: tuple[Method, ...] = (Method.ARITHMETIC,)
    leave_out: bool = True
    small_counts: bool = False
    period: str = ""  # empty: the latest


@dataclass(frozen=True, kw_only=True)
class Robustness:
    """How much the result hangs on choices. A areas, one period, ``runs`` runs.

    ``rank_low``, ``rank_high``: 5th and 95th percentile of the rank, ``rank_median``; ``reference_rank``: rank in the
    recipe itself; ``class_probability``: A x C for the recipe's first classification; ``share``: variance share of
    each choice in the mean rank shift (first-order), with ``total`` share including interactions; names in
    ``choices``.
    """

    runs: int
    seed: int
    period: Period
    areas: tuple[str, ...]
    reference_rank: Ints
    rank_low: Floats
    rank_median: Floats
    rank_high: Floats
    class_probability: Floats
    class_labels: tuple[str, ...]
    choices: tuple[str, ...]
    share: Floats
    total: Floats
    small_counts: bool
    description: tuple[LogEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Whether the areas add up, for one indicator and period.

    ``part`` is ``numerator``, ``denominator``, ``value`` or ``column`` (a variable by itself); ``areas_sum`` is over
    the areas that have this part (once protected: both parts); NaN official: none given. ``uncovered``: areas of the
    system without a value (keys); ``unknown``: keys delivered that the system does not know; ``one_sided``: areas with
    only one of numerator and denominator.
    """

    indicator: str
    period: Period
    part: str
    areas_sum: float
    official: float
    covered: int
    expected: int
    hidden: int = 0  # areas whose count is protected or cannot be known (parts of a split area)
    hidden_most: float = float("inf")  # what the counts of those can be together
    gaps: int = 0  # areas whose count lacks for another reason
    uncovered: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    one_sided: tuple[str, ...] = ()

    @property
    def difference(self) -> float:
        """Return sum of areas minus official total (NaN without one)."""
        return self.areas_sum - self.official


@dataclass(frozen=True, kw_only=True)
class LevelValues:
    """Indicators of a coarser level, from summed counts, never as means of rates. G areas of the level, arrays K x P
    x G.

    ``state``: as in a panel; ``complete``: every area below had a value (otherwise the sum is over those that had).
    """

    level: str
    areas: tuple[str, ...]
    value: Floats
    state: NDArray[np.int8]
    numerator: Floats
    denominator: Floats
    complete: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """Who publishes what and when; printed on every output. ``date`` is the only time stamp in any output."""

    id: str
    title: str
    city: str
    publisher: str
    date: date
    licence: str
    language: str = "de"
    fictional: bool = False
    contact: str = ""
    notes: str = ""


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One round of monitoring, whole."""

    imprint: Imprint
    system: AreaSystem
    boundaries: Boundaries | None
    domains: tuple[Domain, ...]
    panel: Panel
    indices: tuple[IndexResult, ...]  # the first is the main one
    profile: Profile
    dynamics: Dynamics | None
    robustness: Robustness | None
    reconciliation: tuple[Reconciliation, ...]
    issues: tuple[Issue, ...]
    protection: ProtectionRule
    sources: tuple[SourceFile, ...]
    recipe_toml: str  # canonical text of the project file's recipes: the one truth
    levels: tuple[LevelValues, ...] = ()  # the coarser levels, fine to coarse
    robustness_spec: RobustnessSpec | None = None
    dynamics_since: Period | None = None  # dynamics as change of the main index since then
    dynamics_index: str = ""  # or as a second index
    dynamics_cuts: tuple[float, ...] = (-1.0, 1.0)
    is_protected: bool = False
    hidden: int = 0  # values protected here
    city_sums: Floats | None = None  # 2 x K x P: cases and people behind the city's value, once protected
    release_issues: tuple[Issue, ...] = ()  # for the releaser only: what protection cannot keep beside what is known
    key_figures: tuple[str, ...] = ()  # variables or indicators shown as in a fact sheet
    variable_labels: Mapping[str, str] = field(default_factory=dict)  # variable -> words for readers
    intro: str = ""  # the publisher's own words at the beginning
    population: str = "inhabitants"  # the variable that counts inhabitants
    crosswalks: Mapping[str, Crosswalk] = field(default_factory=dict)  # from earlier area systems, by id
