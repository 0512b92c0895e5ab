"""What every output carries: source, date, licence and state of protection."""

from __future__ import annotations

from nahraum.base.language import gettext as _
from nahraum.base.language import language
from nahraum.evidence.indicators.edition import Edition


def stamp_words(edition: Edition) -> list[str]:
    """Return publisher, date, licence and protection in few words."""
    imprint = edition.imprint
    day = f"{imprint.date:%d.%m.%Y}" if language() == "de" else imprint.date.isoformat()
    words = [imprint.publisher, day, _("Licence {licence}").format(licence=imprint.licence), short_protection(edition)]
    if imprint.fictional:
        words.append(_("fictional"))
    return words


def short_protection(edition: Edition) -> str:
    """Say in two words whether small counts are protected."""
    if not edition.is_protected:
        return _("internal, not protected")
    return _("published values") if edition.protection.public else _("small counts protected")


def protection_words(edition: Edition) -> str:
    """Say in a sentence how small counts are protected."""
    rule = edition.protection
    if not edition.is_protected:
        return _("Internal: small counts are not protected. Not to be passed on.")
    if rule.public:
        return _("No values are protected, because all of them are already published: {reason}").format(
            reason=rule.reason
        )
    return _(
        "Protected: counts from 1 to {cases}, shares of fewer than {people} people, and values from "
        "which these could be worked out."
    ).format(cases=rule.min_numerator - 1, people=rule.min_denominator)
