"""What every output carries: source, date, licence and state of protection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from nahraum.base.language import gettext as _
from nahraum.base.language import language, number
from nahraum.evidence.indicators.edition import Edition, Imprint
from nahraum.reports.blocks import Front


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a report without an edition carries: its imprint, and its protection in two words and in a sentence."""

    imprint: Imprint
    short: str
    protection: str


Stamped = Edition | Stamp


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


def stamp_words(edition: Stamped) -> list[str]:
    """Return publisher, date, licence (where there is one) and protection in few words."""
    imprint = edition.imprint
    words = [
        imprint.publisher,
        day_words(imprint.date),
        *([_("Licence {licence}").format(licence=imprint.licence)] if imprint.licence else ()),
        short_protection(edition),
    ]
    if imprint.fictional:
        words.append(_("fictional"))
    return words


def short_protection(edition: Stamped) -> str:
    """Say in two words whether small counts are protected."""
    if isinstance(edition, Stamp):
        return edition.short
    if not edition.is_protected:
        return _("internal, not protected")
    return _("published values") if edition.protection.public else _("small counts protected")


def protection_words(edition: Stamped) -> str:
    """Say in a sentence how small counts are protected."""
    if isinstance(edition, Stamp):
        return edition.protection
    rule = edition.protection
    if not edition.is_protected:
        return _("Internal: small counts are not protected. Not to be passed on.")
    if rule.public:
        return _("No values are protected, because all of them are already published: {reason}").format(
            reason=rule.reason
        )
    words = [
        _(
            "Protected: counts from 1 to {cases}, shares of fewer than {people} people, and values from "
            "which these could be worked out."
        ).format(cases=rule.min_numerator - 1, people=rule.min_denominator)
    ]
    if rule.min_inhabitants:
        words.append(
            _("Of areas with fewer than {count} inhabitants nothing is shown.").format(
                count=number(rule.min_inhabitants, 0)
            )
        )
    return " ".join([*words, *_own_limits(edition)])


def _own_limits(edition: Edition) -> Iterator[str]:
    """Yield a sentence for every indicator and level with limits of its own, with the reason."""
    rule = edition.protection
    called = {
        **{each.id: each.name for each in edition.panel.indicators},
        **{each.id: each.name for each in edition.system.levels},
    }
    for name, own in (*rule.indicators.items(), *rule.levels.items()):
        parts = [
            (_("cases from {count}"), own.min_numerator),
            (_("people from {count}"), own.min_denominator),
            (_("inhabitants from {count}"), own.min_inhabitants),
        ]
        told = ", ".join(words.format(count=number(count, 0)) for words, count in parts if count is not None)
        reason = f" ({own.reason.strip()})" if own.reason.strip() else ""
        yield _("For “{name}” is shown: {limits}{reason}.").format(
            name=called.get(name, name), limits=told, reason=reason
        )
