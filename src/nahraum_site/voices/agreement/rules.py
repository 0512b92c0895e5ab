"""Words of the log about agreement; who may is said by the studies and the category systems."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from nahraum_site.records import words

words.tell(
    {
        "agreement.downloaded": _("downloaded how far coders agree"),
        "consensus.agreed": _("wrote agreed codings down"),
        "consensus.removed": _("removed an agreed coding"),
        "consensus.uncoded": _("wrote down that a place stays uncoded"),
        "consensus.open_again": _("took back that a place stays uncoded"),
        "consensus.undone": _("took a step of the agreed codings back"),
    },
    {},
    {"codings": _("codings"), "places": _("places"), "overruled": _("decisions to code nothing, taken back by it")},
)
