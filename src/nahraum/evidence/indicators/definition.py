"""An indicator's sheet as somebody fills it in: what every field means, and what does not fit, said at its field."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from nahraum.base import Period, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import gettext_noop, quoted
from nahraum.base.strict import build
from nahraum.evidence.indicators.terms import BreakKind, Direction, Indicator, unsigned

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
TAKEN = re.compile(r"index|domain-.*")  # as the layers of index and Lebenslagen are called (show.store)
FIGURES = ("official", "numerator_total", "denominator_total")  # fields that hold a number for each period

#: field -> its name and what it means, in a sentence (msgids); in the order of the sheet.
WORDS: dict[str, tuple[str, str]] = {
    "id": (
        gettext_noop("Short name"),
        gettext_noop("Letters, digits, _ . and -. Recipes and addresses use it, so it stays as it is."),
    ),
    "name": (gettext_noop("Name"), gettext_noop("As readers see it on maps, in tables and in the report.")),
    "domain": (gettext_noop("Lebenslage"), gettext_noop("The group in which it counts.")),
    "unit": (gettext_noop("Unit"), gettext_noop("What stands behind the number: %, per 1,000, euros.")),
    "per": (gettext_noop("Per"), gettext_noop("What the quotient is multiplied by: 100 for %, 1000 for “per 1,000”.")),
    "direction": (
        gettext_noop("Direction"),
        gettext_noop("Which way it points for the living conditions; an open direction does not count in an index."),
    ),
    "value": (
        gettext_noop("Ready-made value"),
        gettext_noop("The variable, if the rate is delivered ready made; then numerator and denominator stay empty."),
    ),
    "numerator": (
        gettext_noop("Numerator"),
        gettext_noop("Variables that are counted, one per line; they are added up, a leading - subtracts."),
    ),
    "denominator": (
        gettext_noop("Denominator"),
        gettext_noop("Variables that hold everybody who could be counted, one per line; a leading - subtracts."),
    ),
    "weight": (
        gettext_noop("Weight"),
        gettext_noop("For a ready-made value: the variable that weights it when a mean over areas is needed."),
    ),
    "official": (
        gettext_noop("Official value of the city"),
        gettext_noop("As it was published, by period, in the indicator's unit; the areas are compared with it."),
    ),
    "numerator_total": (
        gettext_noop("Official total of the numerator"),
        gettext_noop("Number of cases in the whole city, by period."),
    ),
    "denominator_total": (
        gettext_noop("Official total of the denominator"),
        gettext_noop("Number of people who could be, in the whole city, by period."),
    ),
    "breaks": (
        gettext_noop("Breaks"),
        gettext_noop("From this period on, values cannot be compared with those before; nothing is subtracted across."),
    ),
    "digits": (gettext_noop("Decimal places"), gettext_noop("How many are shown, from 0 to 6.")),
    "definition": (
        gettext_noop("Definition"),
        gettext_noop("Who is counted, out of whom, on which day: so exact that another office would count the same."),
    ),
    "source": (gettext_noop("Source"), gettext_noop("The statistics it comes from.")),
    "holder": (gettext_noop("Holder"), gettext_noop("The office that keeps the data and answers questions.")),
    "licence": (gettext_noop("Licence"), gettext_noop("Under which others may use the values, or who must be asked.")),
    "comment": (gettext_noop("Comment"), gettext_noop("What one must know to read the values rightly.")),
    "may_exceed_100": (
        gettext_noop("May exceed 100 %"),
        gettext_noop("More cases than people who could be are possible here and are no error."),
    ),
}
DIRECTIONS = {
    Direction.HIGHER_IS_WORSE: gettext_noop("high values are less favourable"),
    Direction.HIGHER_IS_BETTER: gettext_noop("high values are more favourable"),
    Direction.NEUTRAL: gettext_noop("open"),
}
BREAK_KINDS = {
    BreakKind.REDEFINITION: gettext_noop("new definition"),
    BreakKind.BOUNDARY: gettext_noop("new boundaries"),
}

FORMULA = {"value", "numerator", "denominator"}

Faults = dict[str, list[str]]


def trimmed(part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a sheet as a project file holds it: in its order, without what is as it is by default.

    Whole numbers lose their decimal point, so that a sheet that nobody changed stays byte for byte the same.
    """
    found = {}
    for field in dataclasses.fields(Indicator):
        value = _plain(part.get(field.name, ""))
        if field.name == "breaks":
            value = [{name: each for name, each in one.items() if name != "areas" or each} for one in value or ()]
        default = field.default_factory() if callable(field.default_factory) else field.default
        if value in ("", [], {}, default) and field.name not in ("id", "name", "domain"):
            continue
        found[field.name] = value
    return found


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the fields in which two sheets differ, in the order of the sheet."""
    one, other = trimmed(before), trimmed(after)
    return [name for name in WORDS if one.get(name) != other.get(name)]


def faults_of(
    part: Mapping[str, Any],
    *,
    domains: Container[str],
    variables: Iterable[str],
    areas: Container[str],
    unread: Iterable[str] = (),
) -> Faults:
    """Return what does not fit, as sentences by field; empty if the sheet can be used.

    ``variables``: what the tables deliver; ``areas``: keys of the finest areas, which breaks may name; ``unread``:
    fields in which something stands that is known to be wrong. The fields are first built one by one, and what a wrong
    one would entail is left aside, so that everything is said at once.
    """
    faults: Faults = {}
    for name, value in part.items():
        try:
            build(Indicator, {"id": "x", "name": "x", "domain": "x", name: value}, "x")
        except WrongRequest as error:
            faults.setdefault(name, []).append(re.sub(r"^x(\.\w+(\[\d+\])?)+: ", "", str(error)))
    wrong = {*faults, *unread}
    sound = {name: value for name, value in part.items() if name not in wrong}
    stand_in = dict.fromkeys({"id", "name", "domain"} & wrong, "x")
    indicator = build(Indicator, {**stand_in, **sound}, "indicators")
    more: Faults = {}
    _head(indicator, domains, more)
    _formula(indicator, sorted(variables), more, is_whole=not wrong & FORMULA)
    for name in FIGURES:
        _figures(name, getattr(indicator, name), more, is_rate=indicator.is_rate or bool(wrong & FORMULA))
    _breaks(indicator, areas, more)
    return faults | {name: sentences for name, sentences in more.items() if name not in wrong}


def _say(faults: Faults, field: str, sentence: str) -> None:
    faults.setdefault(field, []).append(sentence)


def _head(indicator: Indicator, domains: Container[str], faults: Faults) -> None:
    if not ID.fullmatch(indicator.id):
        _say(faults, "id", _("Letters, digits, _ . and - only, up to 80, beginning with a letter or digit."))
    if fault := id_fault(indicator.id):
        _say(faults, "id", fault)
    if not indicator.name.strip():
        _say(faults, "name", _("Readers need a name."))
    if indicator.domain not in domains:
        _say(faults, "domain", _("There is no such Lebenslage."))


def id_fault(id: str) -> str:
    """Return why an indicator cannot be called so beside index and Lebenslagen; empty if it can."""
    if not TAKEN.fullmatch(id):
        return ""
    return _("“{id}” is what index and Lebenslagen are called in addresses. Choose another short name.").format(id=id)


def formula_fault(indicator: Indicator) -> tuple[str, str] | None:
    """Return field and sentence where it is neither a ready-made value nor numerator and denominator; else None."""
    if indicator.value and (indicator.numerator or indicator.denominator):
        return "value", _("Either a ready-made value, or numerator and denominator: not both.")
    if indicator.numerator and not indicator.denominator:
        return "denominator", _("The numerator needs a denominator: out of whom are these?")
    if indicator.denominator and not indicator.numerator:
        return "numerator", _("The denominator needs a numerator: who is counted?")
    if not indicator.value and not indicator.numerator:
        return "numerator", _("Give numerator and denominator, or a ready-made value.")
    return None


def _formula(indicator: Indicator, variables: Sequence[str], faults: Faults, *, is_whole: bool) -> None:
    if is_whole and (fault := formula_fault(indicator)):
        _say(faults, *fault)
    if is_whole and indicator.weight and not indicator.value:
        _say(faults, "weight", _("Only a ready-made value takes a weight; a rate is weighted by its denominator."))
    named: dict[str, tuple[str, ...]] = {"value": (indicator.value,), "weight": (indicator.weight,)}
    named |= {"numerator": unsigned(indicator.numerator), "denominator": unsigned(indicator.denominator)}
    for field, names in named.items():
        for name in dict.fromkeys(filter(None, names)):
            if name not in variables:
                _say(faults, field, _("No table delivers “{name}”.").format(name=name) + _near(name, variables))
            if names.count(name) > 1:
                _say(faults, field, _("“{name}” stands here twice.").format(name=name))


def _near(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=3)
    return " " + _("Did you mean {near}?").format(near=quoted(near)) if near else ""


def _figures(field: str, figures: Mapping[str, float], faults: Faults, *, is_rate: bool) -> None:
    if figures and field != "official" and not is_rate:
        _say(faults, field, _("A ready-made value has no numerator and denominator."))
    for text, value in figures.items():
        try:
            Period.parse(text)
        except WrongRequest as error:
            _say(faults, field, str(error))
        if field != "official" and value < 0:
            _say(faults, field, _("{period}: a number of people cannot be negative.").format(period=text))


def _breaks(indicator: Indicator, areas: Container[str], faults: Faults) -> None:
    for each in indicator.breaks:
        if not each.reason.strip():
            _say(faults, "breaks", _("{period}: give the reason; readers see it.").format(period=each.period.label))
        unknown = [key for key in each.areas if key not in areas]
        if unknown:
            sentence = _("{period}: there is no area {keys}.")
            _say(faults, "breaks", sentence.format(period=each.period.label, keys=", ".join(unknown)))
