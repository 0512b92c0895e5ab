"""The dashboard on one page: the areas that stand out, as PDF/UA, for a meeting or a wall."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nahraum.base.language import gettext as _
from nahraum.base.language import ngettext, speaking
from nahraum.evidence.indicators.edition import Edition
from nahraum.reports.deviations import limits_words
from nahraum.reports.legible import legible, letters_of
from nahraum.reports.outstanding import Row, Standing, in_common, order_words, remark_words, summary_of
from nahraum.reports.pdf import HERE, LETTERS, imprint_words, page_count, typeset
from nahraum.reports.stamp import day_words
from nahraum.reports.write import write_whole

TEMPLATE = HERE / "templates" / "dashboard.typ"
MOST = 12  # rows on the page; fewer where the sentences are long


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """What one column tells of a row; ``width`` beside the others."""

    part: str
    head: str
    words: Callable[[Row], str]
    width: float


def write_dashboard(edition: Edition, rows: Sequence[Row], out: Path) -> None:
    """Write the dashboard as one page PDF (A4 landscape) in the edition's language; what does not fit is counted."""
    assert edition.is_protected, "leaders see what may be published"
    letters = letters_of(LETTERS)
    printed = replace(edition, imprint=legible(edition.imprint, letters))
    with speaking(edition.imprint.language):
        for count in range(min(MOST, len(rows)), -1, -1):
            words = legible(_words(printed, rows, count), letters)
            content = typeset(printed, TEMPLATE, words)
            if page_count(TEMPLATE, words) == 1:
                break
    write_whole(out, content)


def _words(edition: Edition, rows: Sequence[Row], count: int) -> dict[str, Any]:
    common = in_common(rows)
    columns = [each for each in _columns(planned=any(row.planned for row in rows)) if each.part not in common]
    nobody = _("No area reaches these limits.")
    return {
        **imprint_words(edition),
        "heading": _("Which quarters stand out, {period}").format(period=edition.profile.period.label),
        "day": day_words(edition.imprint.date),
        "summary": summary_of(rows) if rows else f"{nobody} {limits_words(edition.profile.rule)}",
        "common": tuple(common.values()),
        "head": tuple(each.head for each in columns),
        "widths": tuple(each.width for each in columns),
        "rows": tuple(tuple(each.words(row) for each in columns) for row in rows[:count]),
        "more": _more(rows[count:]),
        "caption": _("Areas that stand out beside the city value"),
        "remark": (f"{order_words()} " if rows else "")
        + remark_words(is_either_way=edition.profile.rule.is_either_way),
    }


def _columns(*, planned: bool) -> list[_Column]:
    found = [
        _Column(part="area", head=_("Area"), words=_name, width=2.0),
        _Column(part="why", head=_("What stands out"), words=lambda row: f"{row.why} {row.where}".strip(), width=3.6),
        _Column(part="since", head=_("Since when"), words=lambda row: row.since_words, width=2.4),
        _Column(part="changed", head=_("Since the last edition"), words=lambda row: " ".join(row.changed), width=3.4),
    ]
    if planned:
        nothing = _("nothing known yet")
        words = _("What is planned there")
        found.append(_Column(part="planned", head=words, words=lambda row: row.planned or nothing, width=2.4))
    return found


def _name(row: Row) -> str:
    return f"{row.name} ({row.key})" + (f"\n{row.parent}" if row.parent else "")


def _more(rows: Sequence[Row]) -> str:
    standing = [row for row in rows if row.standing is not Standing.NO_LONGER]
    gone = len(rows) - len(standing)
    words = []
    if standing:
        words.append(
            ngettext(
                "{count} more area stands out; it stands in the report.",
                "{count} more areas stand out; they stand in the report.",
                len(standing),
            ).format(count=len(standing))
        )
    if gone:
        words.append(
            ngettext("{count} more area no longer stands out.", "{count} more areas no longer stand out.", gone).format(
                count=gone
            )
        )
    return " ".join(words)
