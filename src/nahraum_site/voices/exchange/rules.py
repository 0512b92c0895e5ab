"""Words of the log about exchange; only who leads a study exchanges it, which the studies say."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from nahraum_site.records import words

words.tell(
    {
        "exchange.taken": _("downloaded a whole study for other programs"),
        "exchange.arrived": _("uploaded a project of another program"),
        "exchange.discarded": _("discarded a project of another program; its file is destroyed"),
        "exchange.imported": _("imported a project of another program"),
        "exchange.swept": _("removed an uploaded project that nobody decided about"),
    },
    {"voices_exchange.arrival": _("project of another program")},
    {
        "memos": _("memos"),
        "collections": _("collections"),
        "photos": _("photographs"),
        "recordings": _("recordings"),
        "media_left_out": _("photographs and recordings left out"),
        "size": _("size"),
        "all": _("of all coders"),
        "left_out": _("left out"),
        "doubles": _("there already"),
    },
)
