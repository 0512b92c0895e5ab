"""Every option of every step of a recipe, explained: what a form is built from.

Made from the recipe's own dataclasses, so that none can be forgotten; only the sentences stand apart (``explained``).
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from nahraum.base.language import gettext as _
from nahraum.base.strict import LIMITS
from nahraum.evidence.indicators.edition import ProfileRule, RobustnessSpec
from nahraum.evidence.indicators.presets import PRESETS
from nahraum.evidence.indicators.recipe import Exclusion, Node, Recipe
from nahraum.evidence.indicators.recipe_toml import STEPS
from nahraum.evidence.indicators.workbench import explained

#: Every dataclass that a recipe is written with.
KINDS: tuple[type[Any], ...] = (Recipe, Node, *STEPS.values(), Exclusion, ProfileRule, RobustnessSpec)

#: Texts of which only some are possible; the type says no more than "text".
WORDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Recipe", "preset"): ("", *PRESETS),
    ("Treat", "method"): ("none", "winsorise", "box_cox"),
    ("Impute", "method"): ("omit", "domain_mean", "regression"),
    ("Classify", "method"): ("quantiles", "cuts", "rank", "jenks", "equal"),
    ("Classify", "closed"): ("right", "left"),
    ("Classify", "type"): ("7", "9"),
    ("ProfileRule", "side"): ("unfavourable", "both"),
    **{(step, "over"): ("period", "all") for step in ("Treat", "Normalise", "Aggregate", "Classify")},
}

#: Texts that name something of the project: what the choices are, the caller knows.
NAMES: Mapping[tuple[str, str], str] = {
    ("Select", "population"): "variable",
    ("Normalise", "weight"): "variable",
    ("RollUp", "weight"): "variable",
    ("RollUp", "to"): "level",
    ("Exclusion", "area"): "area",
    ("Exclusion", "period"): "period",
    ("Normalise", "reference"): "period",
    ("ProfileRule", "period"): "period",
    ("RobustnessSpec", "period"): "period",
    ("Impute", "indicators"): "indicator",
    ("Aggregate", "anchor"): "indicator",
    ("ProfileRule", "indicators"): "indicator",
    ("Normalise", "nodes"): "node",
    ("Normalise", "centres"): "node",
    ("Classify", "node"): "node",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One possible value and the words for it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One field of a step.

    ``kind``: choice, text, number, whole_number, switch, records (a list of tables) or table (name -> value);
    ``many``: a list of them. ``of``: what of the project a text names (variable, indicator, node, level, area,
    period); ``low``, ``high``: bounds of a number; ``may_be_empty``: None is possible.
    """

    step: str
    name: str
    kind: str
    sentence: str
    default: Any = None
    required: bool = False
    many: bool = False
    of: str = ""
    low: float | None = None
    high: float | None = None
    may_be_empty: bool = False
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One step (or part) of a recipe with all its options; ``step`` as TOML names it, ``title`` in words."""

    step: str
    title: str
    sentence: str
    options: tuple[Option, ...]


def options() -> tuple[Explained, ...]:
    """Return every step and part of a recipe with its options, in the reader's language.

    Parts: ``recipe``, ``node``, the steps by their names in TOML, ``exclusion``, ``profile``, ``robustness``.
    """
    return tuple(
        Explained(
            step=_name(kind),
            title=_(explained.TITLES[kind.__name__]),
            sentence=_(explained.STEPS[kind.__name__]),
            options=_options(kind),
        )
        for kind in KINDS
    )


def _name(kind: type[Any]) -> str:
    named = {Recipe: "recipe", Node: "node", Exclusion: "exclusion", ProfileRule: "profile"}
    return str(getattr(kind, "step", "") or named.get(kind, "robustness"))


def _options(kind: type[Any]) -> tuple[Option, ...]:
    hints = typing.get_type_hints(kind)
    return tuple(_option(kind, each, hints[each.name]) for each in dataclasses.fields(kind))


def _option(kind: type[Any], field: dataclasses.Field[Any], hint: Any) -> Option:
    place = (kind.__name__, field.name)
    inner, many, may_be_empty = _unwrapped(hint)
    words = WORDS.get(place, ())
    if isinstance(inner, type) and issubclass(inner, Enum):
        words = tuple(str(member.value) for member in inner)
    low, high = field.metadata.get(LIMITS, (None, None))
    return Option(
        step=_name(kind),
        name=field.name,
        kind="choice" if words and not _is_table(hint) else _kind(hint, inner),
        sentence=_(explained.FIELDS[kind.__name__][field.name]),
        default=_default(field),
        required=field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
        many=many,
        of=NAMES.get(place, ""),
        low=low,
        high=high,
        may_be_empty=may_be_empty,
        choices=tuple(Choice(value=word, label=_label(place, word)) for word in words),
    )


def _unwrapped(hint: Any) -> tuple[Any, bool, bool]:
    """Return what a hint holds, whether it holds many, and whether it may hold nothing."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union) and type(None) in arguments:
        return arguments[0], False, True
    if origin is tuple:
        return arguments[0], True, False
    return (arguments[1], False, False) if _is_table(hint) else (hint, False, False)


def _is_table(hint: Any) -> bool:
    origin = typing.get_origin(hint)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _kind(hint: Any, inner: Any) -> str:
    if _is_table(hint):
        return "table"
    scalars = {bool: "switch", int: "whole_number", float: "number", str: "text"}
    return scalars.get(inner, "records")


def _default(field: dataclasses.Field[Any]) -> Any:
    """Return the default as TOML would hold it; None where there is none."""
    value = field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
    if value is dataclasses.MISSING:
        return None
    if isinstance(value, tuple):
        return [str(each.value) if isinstance(each, Enum) else each for each in value]
    return str(value.value) if isinstance(value, Enum) else value


def _label(place: tuple[str, str], word: str) -> str:
    if place == ("Recipe", "preset"):
        return word or _("own steps")
    return _(explained.OTHER_CHOICES.get((*place, word), explained.CHOICES[word]))
