"""Words of the log about coding; who may is said by the studies and the category systems."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from nahraum_site.records import words

words.tell(
    {
        "coding.opened": _("let coders see each other's codings"),
        "coding.closed": _("made coders blind to each other"),
        "coding.recoded": _("recoded codings of a replaced system"),
        "coding.stepped": _("coded in a text"),
        "coding.through": _("coded a text through"),
        "coding.not_through": _("took back that a text is coded through"),
        "coding.searched": _("coded hits of a search"),
        "memo.written": _("wrote a memo"),
        "memo.removed": _("removed a memo"),
    },
    {"voices_coding.memo": _("memo")},
    {"text": _("text"), "codings": _("codings"), "undone": _("undone")},
)
