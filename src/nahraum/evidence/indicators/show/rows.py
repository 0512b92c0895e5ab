"""Rows for readers: rankings, Lebenslagen, profiles, areas against the city, series, origins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nahraum.base import Period, State, Value
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.dynamics import Segment, series
from nahraum.evidence.indicators.edition import Classes, Edition, IndexResult, LevelValues, LogEntry
from nahraum.evidence.indicators.panel import Floats, Panel
from nahraum.evidence.indicators.recipe import Recipe
from nahraum.evidence.indicators.terms import AREA, Indicator


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One area in the ranking; where ``score`` is None, ``state`` and ``why`` (in words) say why there is none."""

    key: str
    name: str
    parent: str
    score: float | None
    state: State
    why: str
    rank: int
    rank_low: float | None
    rank_high: float | None
    class_number: int
    class_label: str
    small: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Spine:
    """One indicator of one area beside city and parent; ``low`` ..

    ``high``: range of all areas, with their quartiles.
    """

    indicator: Indicator
    value: Value
    city: float | None
    parent: float | None
    low: float | None
    quarter: float | None
    three_quarters: float | None
    high: float | None
    z: float | None


def main(edition: Edition) -> IndexResult:
    """Return the edition's main index."""
    return edition.indices[0]


def names(edition: Edition, level: str = "") -> Mapping[str, str]:
    """Return key -> name of the areas of a level (finest if empty)."""
    return {area.key: area.name for area in edition.system.at(level or edition.system.finest.id)}


def parent_names(edition: Edition) -> Mapping[str, str]:
    """Return key -> name of the next higher level's area for the finest areas; empty where the city is next."""
    levels = edition.system.levels
    if len(levels) < 3:
        return {}
    found = {}
    for area in edition.system.at(levels[0].id):
        above = edition.system.ancestor(area, levels[1].id)
        found[area.key] = above.name if above else ""
    return found


@dataclass(frozen=True, slots=True)
class Unscored:
    """Why an area has no score: ``state``, and the words for it."""

    state: State
    words: str


def unscored(edition: Edition, index: IndexResult, area: str, period: Period) -> Unscored:
    """Say why an area has no score in a period: the recipe leaves it out, a protected value is behind it, or it is
    missing or not applicable.
    """
    if area not in edition.panel.areas:
        return Unscored(State.MISSING, State.MISSING.label)
    if reason := left_out(edition, index, period).get(area):
        return Unscored(State.NOT_APPLICABLE, reason)
    states = edition.panel.state[:, edition.panel.periods.index(period), edition.panel.areas.index(area)]
    if (states == State.PROTECTED).any():
        return Unscored(State.PROTECTED, State.PROTECTED.label)
    state = State.NOT_APPLICABLE if (states == State.NOT_APPLICABLE).all() else State.MISSING
    return Unscored(state, state.label)


def left_out(edition: Edition, index: IndexResult, period: Period) -> dict[str, str]:
    """Return key -> words for the finest areas that a recipe leaves out of a period."""
    if index.level != edition.system.finest.id:
        return {}
    words = _("not in the index: {reason}")
    return {key: words.format(reason=_(reason)) for key, reason in index.excluded_in(period).items()}


def ranking(edition: Edition, index: IndexResult | None = None, period: Period | None = None) -> list[Ranked]:
    """Return the areas of an index in one period (default: main, latest), highest score first, without score last."""
    index = index or main(edition)
    p = index.periods.index(period) if period else index.now
    label_of, parents = names(edition, index.level), parent_names(edition)
    firm = edition.robustness
    firm = (
        firm
        if firm and firm.areas == index.areas and firm.period == index.periods[p] and index is main(edition)
        else None
    )
    classes = index.classes[0] if index.classes else None
    rows = []
    for a, key in enumerate(index.areas):
        score = number_or_none(index.root[p, a])
        none = unscored(edition, index, key, index.periods[p]) if score is None else Unscored(State.NUMBER, "")
        low, high = (firm.rank_low[a], firm.rank_high[a]) if firm and index.rank[p, a] else (np.nan, np.nan)
        rows.append(
            Ranked(
                key=key,
                name=label_of.get(key, key),
                parent=parents.get(key, ""),
                score=score,
                state=none.state,
                why=none.words,
                rank=int(index.rank[p, a]),
                rank_low=number_or_none(low),
                rank_high=number_or_none(high),
                class_number=int(classes.number[p, a]) if classes else 0,
                class_label=class_label(classes, int(classes.number[p, a])) if classes else "",
                small=bool(index.small[p, a]),
            )
        )
    return sorted(rows, key=lambda row: (row.rank == 0, row.rank, row.key))


def class_label(classes: Classes, number_: int) -> str:
    """Return the words for a class; its number where the recipe gives no words."""
    if not number_:
        return ""
    return _(classes.labels[number_ - 1]) if classes.labels else str(number_)


def number_or_none(value: float) -> float | None:
    """Return the number, or None for NaN."""
    return float(value) if np.isfinite(value) else None


def shown(value: Value, digits: int, unit: str = "") -> str:
    """Return a value as readers see it: the number with its unit, or the word for its state."""
    if value.state is not State.NUMBER:
        return value.state.label
    return f"{number(value.number, digits)}\u202f{unit}".strip()


def shown_number(value: float | None, digits: int, *, sign: bool = False) -> str:
    """Return a number, or an en dash where there is none."""
    return "–" if value is None or not np.isfinite(value) else number(value, digits, sign=sign)


def parent_value(edition: Edition, area: str, k: int, p: int) -> float | None:
    """Return the value of the next higher level's area; None without one, or where it is protected."""
    found = edition.system.find(area)
    if not edition.levels or found is None:
        return None
    level: LevelValues = edition.levels[0]
    above = edition.system.ancestor(found, level.level)
    if above is None or len(edition.system.levels) < 3:
        return None
    return number_or_none(level.value[k, p, level.areas.index(above.key)])


def spine(edition: Edition, area: str) -> list[Spine]:
    """Return every indicator of an area beside the city, in the period of the profile."""
    from nahraum.evidence.indicators.profile import city_values

    panel, profile = edition.panel, edition.profile
    a, p = panel.areas.index(area), panel.periods.index(profile.period)
    city: Floats = city_values(panel)[:, p]
    rows = []
    for k, indicator in enumerate(panel.indicators):
        known = panel.value[k, p][np.isfinite(panel.value[k, p])]
        low, quarter, three, high = np.quantile(known, (0, 0.25, 0.75, 1)) if known.size else [np.nan] * 4
        rows.append(
            Spine(
                indicator=indicator,
                value=panel.at(k, p, a),
                city=number_or_none(city[k]),
                parent=parent_value(edition, area, k, p),
                low=number_or_none(low),
                quarter=number_or_none(quarter),
                three_quarters=number_or_none(three),
                high=number_or_none(high),
                z=number_or_none(profile.z[k, a]),
            )
        )
    return rows


def series_of(edition: Edition, area: str, k: int) -> tuple[Segment, ...]:
    """Return an indicator's series in an area, cut at its breaks."""
    return series(edition.panel, k, edition.panel.areas.index(area))


def key_figures(edition: Edition, area: str) -> list[tuple[str, str]]:
    """Return the fact sheet of an area in the profile's period; counts with their share of the inhabitants."""
    panel, p = edition.panel, edition.panel.periods.index(edition.profile.period)
    a = panel.areas.index(area)
    people = panel.variables.get(edition.population)
    indicators = {each.id: k for k, each in enumerate(panel.indicators)}
    rows = []
    size = area_ha(edition, area)
    counts = [
        name for name in edition.key_figures if name in panel.variables and name not in (edition.population, AREA)
    ]
    # Counts of one fact sheet often add up: where one is protected, the others would tell it.
    secret = edition.is_protected and not edition.protection.public and _some_protected(panel, counts, p, a)
    if size is not None:
        rows.append((_("Area in hectares"), number(size, 1)))
    for name in edition.key_figures or (edition.population,):
        if name in indicators:
            k = indicators[name]
            rows.append(
                (
                    panel.indicators[k].name,
                    shown(panel.at(k, p, a), panel.indicators[k].digits, panel.indicators[k].unit),
                )
            )
            continue
        if name not in panel.variables or (name == AREA and size is not None):
            continue
        value = panel.variables[name][p, a]
        if (name in counts and secret) or (name == edition.population and _some_protected(panel, [name], p, a)):
            rows.append((variable_label(edition, name), State.PROTECTED.label))
            continue
        words = number(float(value), 0) if np.isfinite(value) else "–"
        if name not in (edition.population, AREA) and people is not None and np.isfinite(value) and people[p, a] > 0:
            words += f" ({number(float(value / people[p, a] * 100), 1)}\u202f%)"
        rows.append((variable_label(edition, name), words))
    return rows


def _some_protected(panel: Panel, counts: Sequence[str], p: int, a: int) -> bool:
    """Say whether one of the counts is delivered and not shown; a published panel knows both."""
    return any(name in panel.withheld and bool(panel.withheld[name][p, a]) for name in counts)


def variable_label(edition: Edition, name: str) -> str:
    """Return the words for a variable of this edition."""
    return variable_words(name, edition.variable_labels, edition.population)


def variable_words(name: str, labels: Mapping[str, str], population: str) -> str:
    """Return the words for a variable: the customary ones are known, others are named by their id, made readable."""
    known = {
        "inhabitants": _("Inhabitants"),
        "under_18": _("Under 18 years"),
        "over_65": _("65 years and older"),
        "age_65_plus": _("65 years and older"),
        "foreign": _("Foreign nationals"),
        "foreign_or_dual": _("Foreign or dual nationals"),
    }
    if label := known.get(name) or labels.get(name):
        return label
    if name == population:
        return known["inhabitants"]
    return name[:1].upper() + name[1:].replace("_", " ")


def area_ha(edition: Edition, area: str) -> float | None:
    """Return the size of an area in hectares, if there are boundaries."""
    bounds = edition.boundaries
    if bounds is None or area not in bounds.keys:
        return None
    return float(bounds.geometry[bounds.keys.index(area)].area / 10_000)


def method_sentences(edition: Edition) -> list[str]:
    """Tell the main index's recipe in plain words, as it was really done."""
    index = main(edition)
    high = {
        "bad": _("A high value means that burdens accumulate."),
        "good": _("A high value means favourable living conditions."),
    }[index.recipe.high_is.value]
    return [high, *(step_sentence(entry, index.recipe) for entry in index.log)]


def step_sentence(entry: LogEntry, recipe: Recipe) -> str:
    """Return what one step did, in words for readers; levels of the tree are called by what they hold."""
    told = {key: value.label if isinstance(value, Period) else _word(value) for key, value in entry.params.items()}
    if "level" in entry.params:
        told["level"] = _level_word(int(str(entry.params["level"])), recipe.tree.level)
    return _(entry.message).format_map(told)


def _level_word(level: int, depth: int) -> str:
    if level in (0, depth):
        return _("Index") if level else _("Indicators")
    return _("Lebenslagen") if depth == 2 else _("Level {level}").format(level=level)


def _word(value: object) -> object:
    """Return a word of the recipe, or a list of them, as readers say it."""
    words = {
        "city_rate": _("the value of the whole city"),
        "mean": _("the mean of the areas"),
        "median": _("the median of the areas"),
        "official": _("the official value"),
        "weighted_mean": _("the weighted mean of the areas"),
        "population_sd": _("standard deviations of the areas"),
        "sample_sd": _("sample standard deviations"),
        "weighted_mean_absolute_deviation": _("weighted mean absolute deviations"),
        "mad": _("median absolute deviations"),
        "iqr": _("interquartile ranges"),
        "min_max": _("the range from lowest to highest"),
        "rank": _("ranks"),
        "percentile_rank": _("percentile ranks"),
        "exponential": _("exponential ranks"),
        "arithmetic": _("mean"),
        "sum": _("sum"),
        "geometric": _("geometric mean"),
        "minimum": _("minimum"),
        "first_component": _("first principal component"),
        "given": _("given"),
        "equal": _("equal"),
        "pca": _("computed"),
        "cuts": _("fixed limits"),
        "quantiles": _("groups of equal size"),
        "jenks": _("natural breaks"),
    }
    if isinstance(value, str):
        return ", ".join(words.get(part, part) for part in value.split(", "))
    return value
