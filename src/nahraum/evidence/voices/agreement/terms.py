"""What can be asked when coders are compared, and the definition of everything that answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop


class Level(StrEnum):
    """What counts as one unit."""

    TEXT = "text"
    LINE = "line"
    SEGMENT = "segment"
    CHARACTER = "character"
    STRETCH = "stretch"

    @property
    def label(self) -> str:
        """Return the level in the reader's words."""
        return _(LEVELS[self][0])

    @property
    def definition(self) -> str:
        """Say what one unit is, in a sentence."""
        return _(LEVELS[self][1])

    @property
    def limit(self) -> str:
        """Say what this level cannot tell."""
        return _(LEVELS[self][2])

    @property
    def units(self) -> str:
        """Return the word for its units."""
        return _(UNITS.get(self, gettext_noop("characters")))

    @property
    def given(self) -> str:
        """Return the word for what is counted where somebody gave a category."""
        return _(gettext_noop("stretches")) if self is Level.STRETCH else self.units


LEVELS = {
    Level.TEXT: (
        gettext_noop("text: does a category occur in it?"),
        gettext_noop("A unit is a text: who gave the category anywhere in it?"),
        gettext_noop(
            "Where in the text the category stands does not matter here; in long texts most categories occur."
        ),
    ),
    Level.LINE: (
        gettext_noop("line of a protocol"),
        gettext_noop("A unit is a line that is not empty: who gave the category to it, be it to one word of it?"),
        gettext_noop("A transcript whose paragraphs are long has few and coarse lines."),
    ),
    Level.SEGMENT: (
        gettext_noop("stretches that overlap enough"),
        gettext_noop(
            "A unit is a stretch that one of two people marked: did the other mark the same? Their common characters "
            "are divided by all characters that either covers."
        ),
        gettext_noop(
            "There is no unit that both left out. So only percent agreement makes sense and, over all categories, "
            "Brennan and Prediger; Cohen, Fleiss, Gwet and alpha would not. Only two people can be compared."
        ),
    ),
    Level.CHARACTER: (
        gettext_noop("single character"),
        gettext_noop("A unit is a character: who gave the category to it?"),
        gettext_noop("Long stretches weigh more than short ones, however much they say."),
    ),
    Level.STRETCH: (
        gettext_noop("stretches with their boundaries (u-alpha)"),
        gettext_noop("Compared are the stretches themselves and what lies between them: are begin and end the same?"),
        gettext_noop(
            "Only u-alpha is made for this. Overlapping stretches of one person with one category count as one."
        ),
    ),
}


UNITS = {
    Level.TEXT: gettext_noop("texts"),
    Level.LINE: gettext_noop("lines"),
    Level.SEGMENT: gettext_noop("stretches"),
}


class Measure(StrEnum):
    """A measure of agreement."""

    PERCENT = "percent"
    COHEN = "cohen"
    CONGER = "conger"
    FLEISS = "fleiss"
    BRENNAN_PREDIGER = "brennan_prediger"
    GWET_AC1 = "gwet_ac1"
    ALPHA = "alpha"
    U_ALPHA = "u_alpha"

    @property
    def label(self) -> str:
        """Return its name."""
        return _(MEASURES[self][0])

    @property
    def definition(self) -> str:
        """Say in a sentence what it is."""
        return _(MEASURES[self][1])


MEASURES = {
    Measure.PERCENT: (
        gettext_noop("Percent agreement"),
        gettext_noop("The share of judgements that agree, without asking what chance would bring."),
    ),
    Measure.COHEN: (
        gettext_noop("Cohen's kappa"),
        gettext_noop("Agreement beyond chance, if chance lets each of the two give the category as often as they did."),
    ),
    Measure.CONGER: (
        gettext_noop("Conger's kappa"),
        gettext_noop("Cohen's kappa for more than two people: chance is averaged over all pairs of them."),
    ),
    Measure.FLEISS: (
        gettext_noop("Fleiss' kappa"),
        gettext_noop("Agreement beyond chance, if chance draws from what all people gave together."),
    ),
    Measure.BRENNAN_PREDIGER: (
        gettext_noop("Brennan and Prediger"),
        gettext_noop("Agreement beyond chance, if chance gives all possible values alike often: 1 by their number."),
    ),
    Measure.GWET_AC1: (
        gettext_noop("Gwet's AC1"),
        gettext_noop("Agreement beyond chance, which counts only where judging is hard; steady for rare categories."),
    ),
    Measure.ALPHA: (
        gettext_noop("Krippendorff's alpha"),
        gettext_noop(
            "1 minus observed by expected disagreement, if chance draws from all judgements without putting back; the "
            "values are only the same or not (nominal)."
        ),
    ),
    Measure.U_ALPHA: (
        gettext_noop("Krippendorff's u-alpha"),
        gettext_noop(
            "Alpha for the stretches themselves: expected is how often any two characters differ, pairs inside one "
            "stretch left out."
        ),
    ),
}  # fmt: skip


class Why(StrEnum):
    """Why a measure has no value, or no interval."""

    NOT_JUDGED = "not_judged"
    ONE_VALUE = "one_value"
    ONE_CATEGORY = "one_category"
    ALL_ONLY = "all_only"
    FEW_TEXTS = "few_texts"

    @property
    def sentence(self) -> str:
        """Say why, in the reader's words."""
        return _(WHYS[self])


WHYS = {
    Why.NOT_JUDGED: gettext_noop("nothing was judged by two people"),
    Why.ONE_VALUE: gettext_noop("everybody said the same everywhere, so chance alone would always agree"),
    Why.ONE_CATEGORY: gettext_noop("with a single category chance alone would always agree"),
    Why.ALL_ONLY: gettext_noop("makes sense over all categories only"),
    Why.FEW_TEXTS: gettext_noop("too few texts for an interval: five are needed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A measure with its value, or None and ``why`` (of an interval, too, that was asked for and has none).

    ``low``, ``high``: between them lie 95 % of the samples; None where not asked for.
    """

    measure: Measure
    value: float | None
    why: Why | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How far coders agree on a category (None: on all). ``given``: how often each coder gave it, in units."""

    category: str | None
    units: int
    given: tuple[int, ...]
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far coders agree, in all and for each category that one of them gave. ``coders``, ``texts``: numbers.

    ``overlap``: from which share on two stretches are the same, at the level of segments. ``draws_texts``: whether the
    samples drew whole texts, not units. ``chosen``: the row of a category, or ``overall``, with intervals.
    """

    level: Level
    overlap: float
    coders: tuple[int, ...]
    texts: tuple[int, ...]
    draws_texts: bool
    overall: Compared
    chosen: Compared
    rows: tuple[Compared, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Return what was measured, in order."""
        return tuple(each.measure for each in self.overall.results)
