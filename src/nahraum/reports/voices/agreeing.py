"""How far coders agree, as a report says it: coefficient, level, value, interval, texts and day; never with a name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from nahraum.base.language import gettext as _
from nahraum.base.language import ngettext, number
from nahraum.evidence.voices.agreement.terms import Agreement, Measure, Result
from nahraum.reports.stamp import day_words

STATED = Measure.ALPHA  # for any number of coders, and texts that only some of them coded


def agreement_words(found: Agreement | None, coders: int, day: date) -> tuple[str, ...]:
    """Return how far coders agree on all categories together, or the sentence why that was not computed.

    ``coders``: how many coded. They are compared by their own codings, whatever the team agreed on later.
    """
    if not coders:
        return (_("Agreement of the coders: not computed, because nobody has coded yet."),)
    if coders == 1:
        return (_("Agreement of the coders: not computed, because one person coded."),)
    if found is None or not found.texts:
        return (_("Agreement of the coders: not computed, because no text was coded by two people."),)
    return tuple(_told(found, day))


def _told(found: Agreement, day: date) -> Iterator[str]:
    result = next(each for each in found.chosen.results if each.measure is STATED)
    texts = ngettext(
        "{count} text that two of them coded", "{count} texts that at least two of them coded", len(found.texts)
    ).format(count=len(found.texts))
    yield _("Agreement of the coders: {value}. Level: {level}. {coders} coders; {texts}. Computed on {day}.").format(
        value=_value(result),
        level=found.level.label,
        coders=len(found.coders),
        texts=texts,
        day=day_words(day),
    )
    yield _(
        "Compared are the codings that each of them made, all categories together, not what the team agreed on later."
    )
    yield f"{STATED.label}: {STATED.definition} {found.level.definition}"
    if result.low is not None and not found.draws_texts:
        yield _(
            "For the intervals, single units were drawn, since there are fewer than five texts. Units of one text hang "
            "together, so that the interval is too narrow."
        )


def _value(result: Result) -> str:
    name = result.measure.label
    if result.value is None:
        why = result.why.sentence if result.why else ""
        return _("{measure} cannot be determined: {why}").format(measure=name, why=why)
    words = f"{name} {number(result.value, 2)}"
    if result.low is None or result.high is None:
        return words
    low, high = number(result.low, 2), number(result.high, 2)
    return _("{value} (95 % of 1,000 samples: {low} to {high})").format(value=words, low=low, high=high)
