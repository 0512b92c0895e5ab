"""Words of the log about condensing; who may is said by the studies and the category systems."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from nahraum_site.records import words

words.tell(
    {
        "condensed.written": _("wrote a step of Mayring's table"),
        "condensed.left_out": _("left a step of Mayring's table out, or took it in again"),
        "condensed.confirmed": _("confirmed a step of Mayring's table"),
        "condensed.removed": _("removed a step of Mayring's table"),
        "condensed.taken": _("downloaded a table of Mayring's of a study"),
        "summary.written": _("summarised a cell of the grid"),
        "summary.removed": _("removed the summary of a cell of the grid"),
        "grid.taken": _("downloaded the summary grid of a study"),
        "coding.suggested": _("coded suggestions"),
        "suggestions.learned": _("had suggestions of categories learned from codings"),
    },
    {"voices_condensing.condensed": _("step of Mayring's table"), "voices_condensing.cellsummary": _("summary")},
    {"stage": _("stage"), "space": _("space"), "category": _("category")},
)
