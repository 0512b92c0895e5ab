"""Words of the log about texts that are taken along; who may is said by studies and category systems."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from nahraum_site.records import words

words.tell(
    {
        "away.allowed": _("allowed coders to take texts along"),
        "away.forbidden": _("let no more texts be taken along"),
        "away.packed": _("took texts along on a device"),
    }
)
