"""Crosswalks: how the areas of one version of a system lie in those of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nahraum.base import Issue, Severity

SHARE_TOLERANCE = 0.01
NAMED = 20  # areas named in a sentence; the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswalk:
    """Pairs of old and new area keys with the share (0 to 1) of the old area that lies in the new one."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    share: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrosswalkSummary:
    """What became of the old areas: ``kept`` one to one, ``merged`` into one with others, ``split`` into several,
    ``absent`` from the crosswalk although they exist (nobody knows what became of them).
    """

    kept: tuple[str, ...]
    merged: tuple[str, ...]
    split: tuple[str, ...]
    absent: tuple[str, ...]


def summarise(crosswalk: Crosswalk, old_areas: Sequence[str]) -> CrosswalkSummary:
    """Sort the old areas by what became of them."""
    targets: dict[str, list[str]] = {}
    sources: dict[str, int] = {}
    for old, new in zip(crosswalk.old, crosswalk.new, strict=True):
        targets.setdefault(old, []).append(new)
        sources[new] = sources.get(new, 0) + 1
    kept, merged, split, absent = [], [], [], []
    for area in old_areas:
        into = targets.get(area, [])
        if not into:
            absent.append(area)
        elif len(into) > 1:
            split.append(area)
        elif sources[into[0]] > 1:
            merged.append(area)
        else:
            kept.append(area)
    return CrosswalkSummary(kept=tuple(kept), merged=tuple(merged), split=tuple(split), absent=tuple(absent))


def without_value(crosswalk: Crosswalk) -> tuple[str, ...]:
    """Return the new areas that get a part of an old one: before, they have no value, for nobody counted the parts."""
    parts = Counter(crosswalk.old)
    return tuple(dict.fromkeys(new for old, new in zip(crosswalk.old, crosswalk.new, strict=True) if parts[old] > 1))


def issues_of(
    crosswalk: Crosswalk, old_areas: Sequence[str], new_areas: Sequence[str], file: str = ""
) -> tuple[Issue, ...]:
    """Name old areas that the crosswalk does not know, those whose shares do not add up to 1, and new areas that are
    none.
    """
    absent = summarise(crosswalk, old_areas).absent
    known = set(new_areas)
    strange = [new for new in dict.fromkeys(crosswalk.new) if new not in known]
    issues = []
    if strange:
        issues.append(
            Issue(
                code="crosswalk-target-unknown",
                severity=Severity.ERROR,
                message="The crosswalk leads to {count} areas that do not exist today: {areas}.",
                remedy="Correct the keys in the crosswalk.",
                file=file,
                params={"count": len(strange), "areas": _listed(strange)},
            )
        )
    if absent:
        issues.append(
            Issue(
                code="crosswalk-incomplete",
                severity=Severity.ERROR,
                message="{count} of {expected} earlier areas are missing from the crosswalk: {areas}.",
                remedy="Complete the crosswalk; nobody knows what became of these areas.",
                file=file,
                params={
                    "count": len(absent),
                    "expected": len(old_areas),
                    "areas": _listed(absent),
                },
            )
        )
    sums: dict[str, float] = {}
    for old, share in zip(crosswalk.old, crosswalk.share, strict=True):
        sums[old] = sums.get(old, 0.0) + share
    issues += [
        Issue(
            code="crosswalk-shares",
            severity=Severity.ERROR,
            message="The shares of this earlier area add up to {sum}, not to 1.",
            remedy="Correct the shares.",
            file=file,
            value=old,
            params={"sum": f"{total:.3f}"},
        )
        for old, total in sums.items()
        if abs(total - 1) > SHARE_TOLERANCE
    ]
    return tuple(issues)


def _listed(areas: Sequence[str]) -> str:
    return ", ".join(areas[:NAMED]) + (" …" if len(areas) > NAMED else "")
