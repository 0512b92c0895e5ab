"""Quotations as a report prints them: in quotation marks, with method, space and date, never with a person.

Those held back are not printed; it is said how many there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nahraum.base.language import gettext as _
from nahraum.base.language import ngettext
from nahraum.evidence.indicators.edition import Imprint
from nahraum.evidence.voices.coded import Coded
from nahraum.evidence.voices.evidence import Quotation
from nahraum.evidence.voices.studies.terms import INTERVIEWS
from nahraum.reports.blocks import Block, Paragraph, Quote, Run, Text
from nahraum.reports.stamp import Stamp, day_words
from nahraum.reports.voices.counted import space_name

PAIRS = ("„“", "„”", "“”", "»«", "«»", '""', "‚‘", "‘’")


def stamp(coded: Coded, imprint: Imprint) -> Stamp:
    """Return what every output of a study carries: imprint, and how quotations are protected."""
    sentence = _(
        "Quotations from collections in which fewer than {few} people could have said them are held back, and with "
        "them summaries that rest on such collections alone, until a releaser decides."
    ).format(few=coded.few)
    short = _("quotations of few people held back")
    if not imprint.licence:
        short = f"{_('for use in the office')} · {short}"
    return Stamp(imprint=imprint, short=short, protection=sentence)


def source(coded: Coded, quotation: Quotation) -> str:
    """Say where a quotation comes from: method, space and date. Titles, places and moderators could name a person, and
    so could the day of an interview: its speaker hides among all whom the method heard in the space, on whatever day.
    """
    collection = coded.material.collections[quotation.collection]
    day = _("without date") if collection.day is None else day_words(collection.day)
    if collection.day is not None and collection.method in INTERVIEWS:
        day = str(collection.day.year)
    words = f"{collection.method.label}, {space_name(coded, collection.space)}, {day}"
    return words if quotation.is_original else _("from the protocol: {source}").format(source=words)


def marked(quotation: Quotation) -> str:
    """Return words in the quotation marks of the language spoken here, unless they stand in such already. What the
    protocol says in words of its own is no quotation.
    """
    words = quotation.words.strip()
    if not quotation.is_original:
        return words
    inside = set(words[1:-1])
    if any(words[:1] + words[1:][-1:] == pair and not inside & set(pair) for pair in PAIRS):
        return words
    return _("“{name}”").format(name=words)


def quote_blocks(coded: Coded, quotations: Sequence[Quotation]) -> Iterator[Block]:
    """Yield the quotations that may be shown, and a sentence about those that may not."""
    for each in shown(quotations):
        lines = marked(each).split("\n")
        said = tuple(Text(runs=(Run(text=line),)) for line in lines if line.strip())
        yield Quote(blocks=(*said, Text(runs=(Run(text=f"({source(coded, each)})", italic=True),))))
    if words := held_back_words(quotations):
        yield Paragraph(text=words, note=True)


def shown(quotations: Sequence[Quotation]) -> tuple[Quotation, ...]:
    """Return those that may be shown."""
    return tuple(each for each in quotations if each.held_back is None)


def summary_held_back() -> str:
    """Say that the summary of a category is held back, and why."""
    return _("The summary is held back here, because insiders may know the speakers.")


def held_back_words(quotations: Sequence[Quotation]) -> str:
    """Say how many quotations are held back, and why; empty where none is."""
    count = len(quotations) - len(shown(quotations))
    if not count:
        return ""
    return ngettext(
        "{count} quotation is held back here, because insiders may know the speaker.",
        "{count} quotations are held back here, because insiders may know the speakers.",
        count,
    ).format(count=count)
