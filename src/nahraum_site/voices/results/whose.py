"""Whose codings a page shows and why, in a sentence, and where the other choice is: the usual one changes by itself."""

from __future__ import annotations

from dataclasses import dataclass

from nahraum.base.language import gettext as _
from nahraum_site.voices.coding.counting import AGREED, ALL, Table, standing
from nahraum_site.voices.models import Study
from nahraum_site.voices.results.asked import query
from nahraum_site.voices.results.forms import AskForm


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """``said``: whose and why; ``covered``: how far the agreed ones reach; ``address``: of the ``other`` choice."""

    said: str
    covered: str = ""
    other: str = ""
    address: str = ""


def told(study: Study, form: AskForm, found: Table) -> Whose | None:
    """Tell whose codings answer; nothing of a question that is not valid. One question where the agreed ones count."""
    if not form.is_valid():
        return None
    whose, words = form.asked.whose, form.asked.words
    if whose == AGREED:
        said = _(
            "Shown are the codings that the team agreed on: as soon as there are any, they count unless you choose "
            "others."
        )
        return Whose(
            said=said,
            covered=_covered(study, found),
            other=_("Show the codings of all coders"),
            address=query(form, wessen=ALL),
        )
    if ALL not in form.whose:
        return Whose(said=_("Shown are your own codings only, because coders do not see each other's yet."))
    if whose == ALL and AGREED not in form.whose:
        return Whose(said=_("Shown are the codings of all coders, because the team has not agreed on any yet."))
    agreed = AGREED in form.whose
    return Whose(
        said=_("Shown are {whose}, because they were chosen.").format(whose=words),
        other=_("Show the codings that the team agreed on") if agreed else _("Show the codings of all coders"),
        address=query(form, wessen=AGREED if agreed else ALL),
    )


def _covered(study: Study, found: Table) -> str:
    """Say in how many of the coded texts there are agreed codings; nothing where that is all of them."""
    coded = {*standing(study).order_by().values_list("text", flat=True).distinct()} & {each.pk for each in found.texts}
    agreed = {each.text for each in found.codings}
    if agreed == coded:
        return ""
    return _("They stand in {agreed} of {coded} coded texts; what was coded in the others does not count here.").format(
        agreed=len(agreed), coded=len(coded)
    )
