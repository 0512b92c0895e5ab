"""A trial as plain data: rows for ranking, map and profile; words in the reader's language, numbers as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from nahraum.base import AreaSystem, Period, State
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.edition import Classes, IndexResult, LogEntry, Profile, Robustness
from nahraum.evidence.indicators.panel import Floats, Panel
from nahraum.evidence.indicators.workbench import explained
from nahraum.evidence.indicators.workbench.explained import VARIED

DIGITS = 6  # more would travel for nothing
CHOSEN = ("centre", "scale", "scales", "method", "methods", "weights")  # parameters that are choices of a recipe


def area_rows(
    panel: Panel, system: AreaSystem, result: IndexResult, profile: Profile, firm: Robustness | None
) -> list[dict[str, Any]]:
    """Return one row per area of the result (one period), in delivery order.

    ``score``: None with ``state`` saying why; ``rank`` 0 without; ``rank_low``/``rank_median``/``rank_high`` and
    ``class_probability`` (one number per class) None where robustness was not tested; ``parts``: scores of the groups
    under the root; ``z``: deviations of the indicators from the city in SD, ``mean`` the same by Lebenslage; both
    empty above the finest level.
    """
    names = {area.key: area.name for area in system.at(result.level)}
    parents = _parents(system, result.level)
    scores = _listed(result.root[0])
    states = _states(panel, result, system.finest.id)
    classes = result.classes[0] if result.classes else None
    numbers = classes.number[0].tolist() if classes else [0] * len(scores)
    labels = {number: class_label(classes, number) for number in set(numbers)}
    columns: dict[str, list[Any]] = {
        "key": list(result.areas),
        "name": [names.get(key, key) for key in result.areas],
        "parent": [parents.get(key, "") for key in result.areas],
        "score": scores,
        "state": ["number" if score is not None else state for score, state in zip(scores, states, strict=True)],
        "rank": result.rank[0].tolist(),
        "class_number": numbers,
        "class_label": [labels[number] for number in numbers],
        "small": result.small[0].tolist(),
        "excluded": [_(result.excluded.get(key, "")) for key in result.areas],
        **_firmness(result, firm),
        **_parts(result),
        **_profile(result, profile),
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def class_label(classes: Classes | None, number: int) -> str:
    """Return the words for a class; its number where the recipe gives no words; nothing for 0."""
    if classes is None or not number:
        return ""
    return _(classes.labels[number - 1]) if classes.labels else str(number)


def legend(result: IndexResult) -> list[dict[str, Any]]:
    """Return the first classification: number, words, limits (None: open) and how many areas lie in each class."""
    if not result.classes:
        return []
    classes = result.classes[0]
    limits = [None, *_listed(classes.limits[0]), None]
    return [
        {
            "number": c,
            "label": class_label(classes, c),
            "low": limits[c - 1],
            "high": limits[c],
            "areas": int((classes.number[0] == c).sum()),
        }
        for c in range(1, len(limits))
    ]


def choices(firm: Robustness | None) -> list[dict[str, Any]]:
    """Return how much each varied choice (``words``) moves the ranks: ``share`` alone, ``total`` with joint effects."""
    if firm is None:
        return []
    return [
        {"choice": name, "words": _(VARIED[name]), "share": share, "total": total}
        for name, share, total in zip(firm.choices, firm.share.tolist(), firm.total.tolist(), strict=True)
    ]


def log_rows(log: tuple[LogEntry, ...]) -> list[dict[str, Any]]:
    """Return the steps as sentences, with the areas that each concerns."""
    return [
        {"step": each.step, "sentence": _(each.message).format_map(_in_words(each.params)), "areas": list(each.areas)}
        for each in log
    ]


def _in_words(params: Mapping[str, object]) -> dict[str, object]:
    """Return what a sentence of the log is filled with: the choices of a recipe in words."""
    return {
        name: "; ".join(_(explained.CHOICES.get(word, word)) for word in str(value).split(", "))
        if name in CHOSEN
        else value.label
        if isinstance(value, Period)
        else value
        for name, value in params.items()
    }


def _parents(system: AreaSystem, level: str) -> dict[str, str]:
    ids = [each.id for each in system.levels]
    above = ids[ids.index(level) + 1 :][:1]
    if not above:
        return {}
    found = {area.key: system.ancestor(area, above[0]) for area in system.at(level)}
    return {key: area.name for key, area in found.items() if area}


def _states(panel: Panel, result: IndexResult, finest: str) -> list[str]:
    """Say for every area why it would have no score."""
    if result.level != finest:
        return [State.MISSING.name.lower()] * len(result.areas)
    p = panel.periods.index(result.periods[0])
    leaves = [panel.index_of(leaf.id) for leaf in result.recipe.tree.at(0)]
    states = panel.state[leaves, p]
    why = np.where(
        (states == State.PROTECTED).any(axis=0),
        State.PROTECTED,
        np.where((states == State.NOT_APPLICABLE).all(axis=0), State.NOT_APPLICABLE, State.MISSING),
    )
    return [State(int(each)).name.lower() for each in why]


def _firmness(result: IndexResult, firm: Robustness | None) -> dict[str, list[Any]]:
    nothing = [None] * len(result.areas)
    if firm is None or firm.areas != result.areas:
        return {"rank_low": nothing, "rank_median": nothing, "rank_high": nothing, "class_probability": nothing}
    there = result.rank[0] > 0
    probability = firm.class_probability.round(DIGITS).tolist()
    return {
        "rank_low": _listed(np.where(there, firm.rank_low, np.nan)),
        "rank_median": _listed(np.where(there, firm.rank_median, np.nan)),
        "rank_high": _listed(np.where(there, firm.rank_high, np.nan)),
        "class_probability": [row if ok and row else None for row, ok in zip(probability, there, strict=True)],
    }


def _parts(result: IndexResult) -> dict[str, list[Any]]:
    parts = [node.id for node in result.recipe.tree.children if node.id in result.score]
    if any(result.score[id].shape != result.root.shape for id in parts):
        parts = []  # rolled up: only the root has scores of the coarser level
    lists = [_listed(result.score[id][0]) for id in parts]
    return {"parts": [dict(zip(parts, row, strict=True)) for row in zip(*lists, strict=True)] or _empty(result)}


def _profile(result: IndexResult, profile: Profile) -> dict[str, list[Any]]:
    if profile.areas != result.areas:
        return {"z": _empty(result), "mean": _empty(result), "strong": _no(result), "frequent": _no(result)}
    return {
        "z": _by_area(profile.indicators, profile.z),
        "mean": _by_area(profile.domains, profile.mean),
        "strong": profile.strong.tolist(),
        "frequent": profile.frequent.tolist(),
    }


def _by_area(ids: tuple[str, ...], values: Floats) -> list[dict[str, float | None]]:
    columns = [_listed(row) for row in values]
    return [dict(zip(ids, row, strict=True)) for row in zip(*columns, strict=True)]


def _empty(result: IndexResult) -> list[Any]:
    return [{} for _area in result.areas]


def _no(result: IndexResult) -> list[Any]:
    return [False] * len(result.areas)


def _listed(values: Floats) -> list[float | None]:
    """Return numbers, None for NaN."""
    return [None if value != value else value for value in values.round(DIGITS).tolist()]
