"""Recipes as readable TOML: what a person writes becomes a recipe, a recipe becomes its one canonical text."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, replace
from enum import Enum
from typing import Any

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.strict import build, convert, refuse_unknown
from nahraum.evidence.indicators.presets import preset
from nahraum.evidence.indicators.recipe import (
    Aggregate,
    Classify,
    HighIs,
    Impute,
    Node,
    Normalise,
    Recipe,
    RollUp,
    Round,
    Select,
    Step,
    Treat,
)
from nahraum.evidence.indicators.terms import Direction, Domain, Indicator

STEPS: dict[str, type[Any]] = {
    kind.step: kind for kind in (Select, Treat, Impute, Normalise, Aggregate, RollUp, Round, Classify)
}
KEYS = ("id", "name", "preset", "high_is", "indicators", "weights", "tree", "steps", "replace")
DEFAULT_PRESET = "lebenslagen"
CUSTOMARY_POPULATION = "inhabitants"


def from_mapping(given: Mapping[str, Any], indicators: Sequence[Indicator], domains: Sequence[Domain]) -> Recipe:
    """Return the recipe that a table under ``[[indices]]`` describes (docs/reference/project-file.md).

    ``preset`` gives steps and sign convention; ``steps`` replace them all, ``replace`` single ones. Raises
    WrongRequest for unknown keys, steps, indicators or weights.
    """
    where = f"indices “{given.get('id', 'index')}”"
    refuse_unknown(given, KEYS, where)
    tree = _tree(given, indicators, domains, where)
    tree = _weighted(tree, convert(Mapping[str, float], given.get("weights", {}), f"{where}.weights"), where)
    name = str(given.get("preset", "" if "steps" in given else DEFAULT_PRESET))
    steps, high_is = preset(name, tree) if name else ((), HighIs.BAD)
    if "steps" in given:
        steps = tuple(
            _step(each, f"{where}.steps[{n}]") for n, each in enumerate(_list(given["steps"], where), start=1)
        )
    for n, each in enumerate(_list(given.get("replace", []), where), start=1):
        steps = replace_step(steps, each, f"{where}.replace[{n}]")
    return Recipe(
        id=convert(str, given.get("id", "index"), f"{where}.id"),
        name=convert(str, given.get("name", ""), f"{where}.name"),
        preset=name,
        high_is=convert(HighIs, given.get("high_is", high_is.value), f"{where}.high_is"),
        tree=tree,
        steps=steps,
    )


def counting(recipe: Recipe, population: str) -> Recipe:
    """Return the recipe with the project's variable of inhabitants wherever it names none of its own."""

    def step_of(step: Step) -> Step:
        for name in ("population", "weight"):
            if getattr(step, name, "") == CUSTOMARY_POPULATION:
                step = replace(step, **{name: population})  # type: ignore[arg-type]
        return step

    return replace(recipe, steps=tuple(map(step_of, recipe.steps)))


def _list(given: object, where: str) -> list[Any]:
    if not isinstance(given, list):
        raise WrongRequest(
            _("{where}: {expected} is expected, found “{value}”.").format(
                where=where, expected=_("a list"), value=given
            )
        )
    return given


def _step(given: object, where: str) -> Step:
    if not isinstance(given, Mapping) or "step" not in given:
        raise WrongRequest(_('{where}: every step says which it is, as step = "select".').format(where=where))
    if given["step"] not in STEPS:
        message = _("{where}: there is no step “{step}”. Steps: {known}.")
        raise WrongRequest(message.format(where=where, step=given["step"], known=", ".join(STEPS)))
    step: Step = build(STEPS[given["step"]], {key: value for key, value in given.items() if key != "step"}, where)
    return step


def replace_step(steps: tuple[Step, ...], given: Mapping[str, Any], where: str = "replace") -> tuple[Step, ...]:
    """Return the steps with one of them changed: the keys given replace its own, the others stay.

    It is found by kind and, where the recipe has several of the kind, by ``level`` or ``id``. Raises WrongRequest if
    none or more than one fits.
    """
    wanted = _step(given, where)
    fitting = [n for n, step in enumerate(steps) if type(step) is type(wanted)]
    for key in ("level", "id"):
        if len(fitting) > 1 and key in given:
            fitting = [n for n in fitting if getattr(steps[n], key) == given[key]]
    if len(fitting) != 1:
        message = _("{where}: {count} steps fit “{step}”; name one by level or id.")
        raise WrongRequest(message.format(where=where, count=len(fitting), step=given["step"]))
    changed = {key: getattr(wanted, key) for key in given if key != "step"}
    place = fitting[0]
    return (*steps[:place], replace(steps[place], **changed), *steps[place + 1 :])


def _tree(given: Mapping[str, Any], indicators: Sequence[Indicator], domains: Sequence[Domain], where: str) -> Node:
    names = {indicator.id: indicator.name for indicator in indicators}
    root = str(given.get("id", "index"))
    if "tree" in given:
        if not isinstance(given["tree"], Mapping):
            raise WrongRequest(_("{where}: a table of keys and values is expected.").format(where=f"{where}.tree"))
        return _node({"id": root, "name": str(given.get("name", "")), **given["tree"]}, names, f"{where}.tree")
    chosen = convert(tuple[str, ...], given.get("indicators", []), f"{where}.indicators") or _judged(indicators)
    for id in chosen:
        if id not in names:
            message = _("{where}: there is no indicator “{id}”. Indicators: {known}.")
            raise WrongRequest(message.format(where=where, id=id, known=", ".join(names)))
    domain_of = {indicator.id: indicator.domain for indicator in indicators}
    groups = [
        Node(
            id=domain.id,
            name=domain.name,
            children=tuple(Node(id=id, name=names[id]) for id in chosen if domain_of[id] == domain.id),
        )
        for domain in domains
    ]
    return Node(id=root, name=str(given.get("name", "")), children=tuple(g for g in groups if g.children))


def _judged(indicators: Sequence[Indicator]) -> tuple[str, ...]:
    """Return the indicators of which somebody said what a high value means; all, where nobody has said it of any."""
    judged = tuple(each.id for each in indicators if each.direction is not Direction.NEUTRAL)
    return judged or tuple(each.id for each in indicators)


def _node(given: object, names: Mapping[str, str], where: str) -> Node:
    if isinstance(given, str):
        given = {"id": given}
    if not isinstance(given, Mapping):
        raise WrongRequest(_("{where}: a table of keys and values is expected.").format(where=where))
    refuse_unknown(given, ("id", "name", "weight", "children"), where)
    id = convert(str, given.get("id", ""), f"{where}.id")
    children = tuple(_node(child, names, f"{where}.{id}") for child in _list(given.get("children", []), where))
    if not children and id not in names:
        message = _("{where}: there is no indicator “{id}”. Indicators: {known}.")
        raise WrongRequest(message.format(where=where, id=id, known=", ".join(names)))
    return Node(
        id=id,
        name=convert(str, given.get("name", names.get(id, "")), f"{where}.name"),
        weight=not_negative(convert(float, given.get("weight", 1.0), f"{where}.weight"), f"{where}.weight"),
        children=children,
    )


def not_negative(weight: float, where: str) -> float:
    """Return a weight. Raises WrongRequest for one below 0: it would turn round what an indicator says."""
    if weight < 0:
        message = _(
            "{where}: a weight is 0 or more, found “{value}”. Set the direction of an indicator in the catalogue."
        )
        raise WrongRequest(message.format(where=where, value=f"{weight:g}"), where)
    return weight


def _weighted(tree: Node, weights: Mapping[str, float], where: str) -> Node:
    known = {node.id for level in range(tree.level + 1) for node in tree.at(level)}
    for id, weight in weights.items():
        if id not in known:
            raise WrongRequest(
                _("{where}: the weight names “{id}”, which is not in the index.").format(where=where, id=id)
            )
        not_negative(weight, f"{where}.weights.{id}")

    def give(node: Node) -> Node:
        return replace(node, weight=weights.get(node.id, node.weight), children=tuple(map(give, node.children)))

    return give(tree)


def to_toml(recipe: Recipe) -> str:
    """Return the canonical text of a recipe: complete steps and tree, defaults left out, ends with a line break."""
    lines = ["[[indices]]", f"id = {_text(recipe.id)}"]
    if recipe.name:
        lines.append(f"name = {_text(recipe.name)}")
    if recipe.preset:
        lines.append(f"preset = {_text(recipe.preset)}")
    lines += [f"high_is = {_text(recipe.high_is.value)}", f"tree = {_tree_text(recipe.tree)}"]
    for step in recipe.steps:
        lines += ["", "[[indices.steps]]", f"step = {_text(step.step)}", *_step_lines(step)]
    return "\n".join(lines) + "\n"


def leaves_of(text: str) -> frozenset[str]:
    """Return the indicators of the first recipe in a canonical text; none where there is no recipe."""
    found: set[str] = set()

    def walk(node: Mapping[str, Any]) -> None:
        children = node.get("children", ())
        if not children:
            found.add(node["id"])
        for child in children:
            walk(child)

    for index in tomllib.loads(text).get("indices", ())[:1]:
        walk(index["tree"])
    return frozenset(found)


def _step_lines(step: Step) -> Iterable[str]:
    for each in fields(step):
        value = getattr(step, each.name)
        default = each.default if each.default is not MISSING else None
        if each.default_factory is not MISSING:
            default = each.default_factory()
        if value != default or isinstance(value, bool) != isinstance(default, bool):
            yield f"{each.name} = {_value(value)}"


def _tree_text(node: Node) -> str:
    parts = [f"id = {_text(node.id)}"]
    if node.name:
        parts.append(f"name = {_text(node.name)}")
    if node.weight != 1.0:
        parts.append(f"weight = {node.weight!r}")
    if node.children:
        parts.append(f"children = [{', '.join(_tree_text(child) for child in node.children)}]")
    return "{ " + ", ".join(parts) + " }"


def _value(value: object) -> str:
    if isinstance(value, Enum):
        return _text(str(value.value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_text(key)} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return "{ " + ", ".join(f"{f.name} = {_value(getattr(value, f.name))}" for f in fields(value)) + " }"  # type: ignore[arg-type]


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
