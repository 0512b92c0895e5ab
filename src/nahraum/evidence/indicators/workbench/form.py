"""A recipe as the flat texts of a form, and back without loss.

Keys are paths: ``name``, ``tree.children.0.weight``, ``steps.2.min_share``, ``steps.0.exclude.1.reason``,
``steps.1.centres.<node>``. Lists of words and numbers are one text with a line for each; switches are ``true`` and
``false``; numbers may have a decimal comma. What is empty takes its default; a text that does not fit is refused with
its option named.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.strict import convert
from nahraum.evidence.indicators.recipe import Recipe
from nahraum.evidence.indicators.recipe_toml import STEPS, not_negative
from nahraum.evidence.indicators.workbench.options import Option, options

MAX_STEPS = 200  # items of one list; more is no form of ours


def form_of(recipe: Recipe) -> dict[str, str]:
    """Return the texts that fill a form with this recipe."""
    found = {"id": recipe.id, "name": recipe.name, "preset": recipe.preset, "high_is": recipe.high_is.value}
    found |= _flat(recipe.tree, "tree.")
    for n, step in enumerate(recipe.steps):
        found |= {f"steps.{n}.step": step.step} | _flat(step, f"steps.{n}.")
    return found


def mapping_of(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the table under ``[[indices]]`` that a form describes, ready for ``recipe_toml.from_mapping``.

    Raises WrongRequest for a key that no option has and for a text that is none of its option's values.
    """
    nested = _nested(form)
    known = {"id", "name", "preset", "high_is", "tree", "steps"}
    if strange := sorted(set(nested) - known):
        raise WrongRequest(_("The form has no field “{field}”.").format(field=strange[0]))
    table: dict[str, Any] = {key: nested[key] for key in ("id", "name", "preset", "high_is") if nested.get(key)}
    if "tree" in nested:
        table["tree"] = _node(nested["tree"], "tree")
        for key in ("id", "name"):
            table["tree"].setdefault(key, str(nested.get(key, "")))
    if "steps" in nested:
        table["steps"] = [_step(each, f"steps[{n}]") for n, each in enumerate(_items(nested["steps"], "steps"), 1)]
    return table


def section_form(section: str, thing: Any) -> dict[str, str]:
    """Return the texts that fill a form with ``profile`` or ``robustness``; keys begin with the section."""
    return _flat(thing, f"{section}.")


def section_of(section: str, form: Mapping[str, str]) -> dict[str, Any]:
    """Return the table ``profile`` or ``robustness`` that a form describes. Raises WrongRequest as ``mapping_of``."""
    start = f"{section}."
    given = {key.removeprefix(start): text for key, text in form.items() if key.startswith(start)}
    return {name: value for name, value in _values(given, section, section).items() if value not in ("", [])}


def _flat(thing: Any, path: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in dataclasses.fields(thing):
        value, key = getattr(thing, each.name), path + each.name
        if isinstance(value, Mapping):
            found |= {f"{key}.{name}": _text(item) for name, item in value.items()}
        elif isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
            for n, item in enumerate(value):
                found |= _flat(item, f"{key}.{n}.")
        elif isinstance(value, tuple):
            found[key] = "\n".join(map(_text, value))
        else:
            found[key] = _text(value)
    return found


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.value) if isinstance(value, Enum) else repr(value) if isinstance(value, float) else str(value)


def _nested(form: Mapping[str, str]) -> dict[str, Any]:
    """Return the form's paths as tables in tables; node ids under ``centres`` may hold dots themselves."""
    nested: dict[str, Any] = {}
    for key, text in form.items():
        head, centres, node = key.partition(".centres.")
        *path, last = [*head.split("."), "centres", node] if centres else key.split(".")
        place = nested
        for part in path:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                raise WrongRequest(_("The form has no field “{field}”.").format(field=key))
        place[last] = text
    return nested


def _items(given: object, where: str) -> list[Any]:
    """Return the numbered parts of a list in their order."""
    if not isinstance(given, dict) or not all(key.isdecimal() for key in given) or len(given) > MAX_STEPS:
        raise WrongRequest(
            _("{where}: {expected} is expected, found “{value}”.").format(
                where=where, expected=_("a list"), value=str(given)[:80]
            )
        )
    return [given[key] for key in sorted(given, key=int)]


def _step(given: object, where: str) -> dict[str, Any]:
    if not isinstance(given, dict) or given.get("step") not in STEPS:
        raise WrongRequest(_('{where}: every step says which it is, as step = "select".').format(where=where))
    step = str(given["step"])
    return {"step": step, **_values({key: text for key, text in given.items() if key != "step"}, step, where)}


def _node(given: object, where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise WrongRequest(_("{where}: a table of keys and values is expected.").format(where=where))
    inner = {key: text for key, text in given.items() if key != "children"}
    node = {key: value for key, value in _values(inner, "node", where).items() if value != ""}
    not_negative(node.get("weight", 1.0), f"{where}.weight")
    if "children" in given and given["children"] != "":
        node["children"] = [
            _node(child, f"{where}.children[{n}]") for n, child in enumerate(_items(given["children"], where), 1)
        ]
    return node


def _values(given: Mapping[str, Any], part: str, where: str) -> dict[str, Any]:
    """Return the texts of one step or part as the values that its options hold; empty ones are left out."""
    known = _known(part)
    found: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise WrongRequest(_("The form has no field “{field}”.").format(field=f"{where}.{name}"))
        if value != "":
            found[name] = _value(known[name], value, f"{where}.{name}")
        elif known[name].many:
            found[name] = []
        elif known[name].kind in ("text", "choice"):
            found[name] = ""
    return found


@cache
def _known(part: str) -> dict[str, Option]:
    """Return a part's options by name; of their sentences, which are in one language, nothing is used."""
    return {option.name: option for each in options() if each.step == part for option in each.options}


def _value(option: Option, value: Any, where: str) -> Any:
    if option.kind == "records":
        return [_values(each, "exclusion", f"{where}[{n}]") for n, each in enumerate(_items(value, where), 1)]
    if option.kind == "table":
        return dict(convert(Mapping[str, str], value, where))
    if not isinstance(value, str):
        raise WrongRequest(_("The form has no field “{field}”.").format(field=where))
    if option.many:
        return [_scalar(option, line, where) for line in value.replace("\r\n", "\n").split("\n")]
    return _scalar(option, value, where)


def _scalar(option: Option, text: str, where: str) -> Any:
    is_number = option.kind in ("number", "whole_number") or (option.step, option.name) == ("classify", "type")
    if not is_number and option.kind != "switch":
        return text
    if option.kind == "switch":
        return {"true": True, "on": True, "false": False}.get(text.strip().lower(), text)
    try:
        whole = option.kind == "whole_number" or option.name == "type"
        return int(text) if whole else float(text.strip().replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        raise WrongRequest(
            _("{where}: {expected} is expected, found “{value}”.").format(
                where=where, expected=_("a number"), value=text
            ),
            where,
        ) from None
