"""What every output carries: source, date, licence and state of protection."""

from __future__ import annotations

from datetime import date

from nahraum.base.language import gettext as _
from nahraum.base.language import language
from nahraum.evidence.indicators.edition import Edition
from nahraum.reports.blocks import Front


def day_words(day: date) -> str:
    """Return a day as readers write it."""
    return f"{day:%d.%m.%Y}" if language() == "de" else day.isoformat()


def front_words(front: Front) -> list[str]:
    """Return the lines of the first page about version and co-signatures."""
    lines = [_("Version {version}").format(version=front.version)] if front.version else []
    lines += [
        _("Co-signed: {office}, {day}").format(office=each.office, day=day_words(each.day)) for each in front.cosigned
    ]
    return lines


def stamp_words(edition: Edition) -> list[str]:
    """Return publisher, date, licence and protection in few words."""
    imprint = edition.imprint
    words = [
        imprint.publisher,
        day_words(imprint.date),
        _("Licence {licence}").format(licence=imprint.licence),
        short_protection(edition),
    ]
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
