"""What a page shows of a trial: ranking, map, the profile of one area, and another version beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from nahraum.evidence.indicators.show.palette import colours
from nahraum.evidence.indicators.terms import Indicator
from nahraum.evidence.indicators.workbench.differences import Differences, compare_trials
from nahraum.evidence.indicators.workbench.trial import Trial
from nahraum.places.outlines import Outlines

BAR = 24.0  # units of the drawing for one standard deviation
WITHOUT = "#c3cad0"
MOST = 3.0  # longer bars are cut; the number stands beside them


def shown(
    trial: Trial, drawn: Outlines | None, indicators: Sequence[Indicator], area: str, other: Trial | None
) -> dict[str, Any]:
    """Return the parts of a page for a trial; ``area``: key of the one whose profile is looked at (else the first)."""
    found = trial.plain()
    rows, legend = _coloured(found)
    ranked = sorted(rows, key=lambda row: (row["rank"] == 0, row["rank"], row["key"]))
    chosen = next((row for row in ranked if row["key"] == area), ranked[0] if ranked else None)
    for row in rows:
        row["probability"] = _likely(row)
    return {
        "trial": found | {"classes": legend},
        "ranked": ranked,
        "chosen": chosen,
        "bars": chosen and _bars(found, chosen, indicators),
        "map": drawn and _map(drawn, rows),
        "deviating": [row for row in ranked if row["key"] in found["selected"] and (row["strong"] or row["frequent"])],
        "incomplete": [each.sentence for each in trial.incomplete()],
        "compared": other and _compared(other, trial, drawn),
    }


def _coloured(found: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows with their colours, and the legend, the highest class first."""
    palette = colours(len(found["classes"]) or 1)
    for row in found["rows"]:
        row["colour"] = palette[row["class_number"] - 1] if row["class_number"] else WITHOUT
    legend = [{**each, "colour": palette[each["number"] - 1]} for each in reversed(found["classes"])]
    without = sum(row["colour"] == WITHOUT for row in found["rows"])
    rest = [{"label": _("without a class"), "areas": without, "colour": WITHOUT}] if without else []
    return found["rows"], legend + rest


def _likely(row: Mapping[str, Any]) -> int | None:
    """Return how often the area lies in its class, in per cent of the runs."""
    chances = row["class_probability"]
    return round(chances[row["class_number"] - 1] * 100) if chances and row["class_number"] else None


def _bars(found: Mapping[str, Any], row: Mapping[str, Any], indicators: Sequence[Indicator]) -> list[dict[str, Any]]:
    """Return the deviation profile: each Lebenslage with its mean, then its indicators; bars from the middle."""
    bars = []
    for domain in found["domains"]:
        inside = [each for each in indicators if each.domain == domain["id"] and each.id in row["z"]]
        if inside:
            bars.append(_bar(domain["name"], row["mean"].get(domain["id"])) | {"is_mean": True})
            bars += [_bar(each.name, row["z"][each.id]) for each in inside]
    return bars


def _bar(name: str, value: float | None) -> dict[str, Any]:
    reach = min(abs(value or 0.0), MOST) * BAR
    start = MOST * BAR + (-reach if (value or 0.0) < 0 else 0.0)
    return {"name": name, "value": value, "x": f"{start:.1f}", "width": f"{reach:.1f}", "above": (value or 0.0) > 0}


def _compared(old: Trial, new: Trial, drawn: Outlines | None) -> dict[str, Any]:
    found: Differences = compare_trials(old, new)
    rows, legend = _coloured(old.plain())
    changed = [each for each in found.plain()["moves"] if each["rank_change"] or each["class_change"]]
    changed.sort(key=lambda each: (-abs(each["rank_change"]), each["area"]))
    return {**found.plain(), "changed": changed, "map": drawn and _map(drawn, rows), "classes": legend}


def _told(row: Mapping[str, Any]) -> str:
    rank = f"{row['rank']}. " if row["rank"] else ""
    return f"{rank}{row['name']}: {row['class_label'] or row['excluded'] or '–'}"


def _map(drawn: Outlines, rows: list[dict[str, Any]]) -> dict[str, Any]:
    by_key = {row["key"]: row for row in rows}
    areas = [
        {"key": key, "path": path, "colour": row["colour"], "words": _told(row)}
        for key, path in drawn.paths.items()
        if (row := by_key.get(key))
    ]
    return {"width": drawn.width, "height": drawn.height, "areas": areas}
