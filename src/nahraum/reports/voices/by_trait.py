"""Categories by what is known of texts: attributes and the time of their collection; and what a limit says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop
from nahraum.evidence.voices import traits
from nahraum.evidence.voices.behind import METHOD, SPACE
from nahraum.evidence.voices.coded import Coded
from nahraum.reports.stamp import day_words
from nahraum.reports.voices.counted import Counted, by_category, row_name

NAMES = {
    METHOD: gettext_noop("Method"),
    SPACE: gettext_noop("Social space or area"),
    "year": gettext_noop("Year of the collection"),
    "month": gettext_noop("Month of the collection"),
    "day": gettext_noop("Day of the collection"),
}
TRAIT = "trait"  # the kind of these tables
MOST = 100  # values: more are no groups, and their table is as long as that of the texts


def offered(coded: Coded) -> Iterator[traits.Trait]:
    """Yield the traits that texts can be grouped by: those with at most `MOST` values."""
    for key in traits.keys(coded):
        found = traits.trait(coded, key)
        if len(found.values) <= MOST:
            yield found


def name(key: str) -> str:
    """Return what a trait is called: attributes as the team calls them."""
    return _(NAMES[key]) if key in NAMES else key.removeprefix(traits.ATTRIBUTE)


def value_name(coded: Coded, key: str, value: str) -> str:
    """Return what a value is called."""
    if value == traits.NOT_STATED:
        return _("not stated")
    if key in (METHOD, SPACE):
        return row_name(coded, key, value)
    try:
        return day_words(date.fromisoformat(value)) if key == "day" else value
    except ValueError:  # an address may say anything
        return value


def limit_words(coded: Coded, limit: traits.Limit) -> str:
    """Say a limit: one of the values of every trait."""
    either = _(" or ")
    return "; ".join(
        f"{name(key)}: {either.join(value_name(coded, key, value) for value in values)}"
        for key, values in limit.items()
    )


def trait_table(coded: Coded, key: str, measure: str, level: int | None = None) -> Counted:
    """Return categories by the values of a trait; how many texts have a value stands beside it."""
    of = traits.trait(coded, key)
    found = traits.trait_by_category(coded, of, level)
    keys = [row or traits.NOT_STATED for row in found.rows]
    columns = {
        value: f"{value_name(coded, key, value)} ({count})"
        for value, count in zip(keys, traits.texts_by_value(of), strict=True)
    }
    title = _("{attribute} by category").format(attribute=name(key))
    made = by_category(coded, found, TRAIT, title, measure, columns, getattr(found.counts, measure).T, level)
    notes = (_("In brackets: the number of texts."), _("For the team: insiders may know the few who share a value."))
    return replace(made, said=(*made.said, *notes), about=name(key))


def trait_tables(coded: Coded, measure: str, level: int | None = None) -> tuple[Counted, ...]:
    """Return the tables of all attributes and periods."""
    return tuple(
        trait_table(coded, each.key, measure, level) for each in offered(coded) if each.key not in (METHOD, SPACE)
    )
