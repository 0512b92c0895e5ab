"""The form of a recipe: its options as fields with their sentences, and what was posted as texts of the core's form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.recipe_toml import STEPS
from nahraum.evidence.indicators.workbench.form import mapping_of, section_of
from nahraum.evidence.indicators.workbench.options import Explained, Option, options

SECTIONS = ("profile", "robustness")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: the name it is posted under, its option and the text in it."""

    name: str
    option: Option
    text: str

    @property
    def is_set(self) -> bool:
        """Return whether it is a choice of several, each at most once, in any order."""
        return self.option.kind == "choice" and self.option.many and self.option.step in SECTIONS

    @property
    def lines(self) -> int:
        """Return how many lines a list needs."""
        return min(max(self.text.count("\n") + 1, 2), 8)

    @property
    def chosen(self) -> list[str]:
        """Return the values of a list."""
        return self.text.split("\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A step or section: its number in the recipe, what it is, its fields."""

    path: str
    explained: Explained
    fields: list[Field]
    records: list[tuple[str, list[list[tuple[str, str, str]]]]]  # sentence; rows of name, label, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A node of the tree with its depth; ``is_leaf``: an indicator."""

    path: str
    id: str
    name: str
    weight: str
    depth: int
    is_leaf: bool


def groups(texts: Mapping[str, str]) -> tuple[list[Group], list[Group]]:
    """Return the steps in their order, then the sections profile and robustness."""
    known = {each.step: each for each in options()}
    count = len({key.split(".")[1] for key in texts if key.startswith("steps.")})
    steps = [_group(f"steps.{n}", known[texts[f"steps.{n}.step"]], texts) for n in range(count)]
    return steps, [_group(section, known[section], texts) for section in SECTIONS]


def _group(path: str, explained: Explained, texts: Mapping[str, str]) -> Group:
    plain = [each for each in explained.options if each.kind not in ("records", "table")]
    fields = [
        Field(name=f"{path}.{each.name}", option=each, text=texts.get(f"{path}.{each.name}", "")) for each in plain
    ]
    records = [
        (each.sentence, _records(f"{path}.{each.name}", texts)) for each in explained.options if each.kind == "records"
    ]
    tables = [
        (each.sentence, _table(f"{path}.{each.name}", texts)) for each in explained.options if each.kind == "table"
    ]
    return Group(
        path=path, explained=explained, fields=fields, records=[*records, *(each for each in tables if each[1])]
    )


def _records(path: str, texts: Mapping[str, str]) -> list[list[tuple[str, str, str]]]:
    """Return the rows of a list of exclusions and an empty one below."""
    labels = {"area": _("Area"), "reason": _("Reason"), "period": _("Period")}
    count = len({key.removeprefix(f"{path}.").split(".")[0] for key in texts if key.startswith(f"{path}.")})
    return [
        [(f"{path}.{n}.{name}", label, texts.get(f"{path}.{n}.{name}", "")) for name, label in labels.items()]
        for n in range(count + 1)
    ]


def _table(path: str, texts: Mapping[str, str]) -> list[list[tuple[str, str, str]]]:
    return [[(key, key.removeprefix(f"{path}."), text)] for key, text in texts.items() if key.startswith(f"{path}.")]


def branches(texts: Mapping[str, str], names: Mapping[str, str]) -> list[Branch]:
    """Return the nodes below the root, depth first."""
    found: list[Branch] = []

    def walk(path: str, depth: int) -> None:
        n = 0
        while f"{path}.children.{n}.id" in texts:
            child = f"{path}.children.{n}"
            id = texts[f"{child}.id"]
            found.append(
                Branch(
                    path=child,
                    id=id,
                    name=texts.get(f"{child}.name") or names.get(id, id),
                    weight=texts.get(f"{child}.weight", "1.0"),
                    depth=depth,
                    is_leaf=f"{child}.children.0.id" not in texts,
                )
            )
            walk(child, depth + 1)
            n += 1

    walk("tree", 0)
    return found


def posted(given: Any) -> dict[str, str]:
    """Return the texts of a posted form: unticked nodes are gone, added indicators and steps are there."""
    texts = {
        key: "\n".join(each for each in given.getlist(key) if each or len(given.getlist(key)) == 1)
        for key in given
        if key in ("id", "name", "high_is", "preset")
        or key.startswith(("tree.", "steps.", *(f"{s}." for s in SECTIONS)))
    }
    kept = set(given.getlist("use"))
    tree = _pruned(_nested_tree(texts), kept, given)
    flat = {key: text for key, text in texts.items() if not key.startswith("tree.children.")}
    flat |= _flat_tree(tree, "tree")
    flat = _steps(flat, given.get("add-step", ""), given.get("remove-step", ""))
    return {key: text for key, text in _without_empty(flat).items() if not key.endswith(".add")}


def _without_empty(texts: Mapping[str, str]) -> dict[str, str]:
    """Leave out exclusions that name no area; those after them close up."""
    found: dict[str, str] = {}
    numbers: dict[str, dict[str, int]] = {}
    for key, text in texts.items():
        head, mark, tail = key.partition(".exclude.")
        if not mark:
            found[key] = text
            continue
        n, _dot, name = tail.partition(".")
        if texts.get(f"{head}.exclude.{n}.area", ""):
            place = numbers.setdefault(head, {}).setdefault(n, len(numbers[head]))
            found[f"{head}.exclude.{place}.{name}"] = text
    return found


def _nested_tree(texts: Mapping[str, str], path: str = "tree") -> list[dict[str, Any]]:
    children, n = [], 0
    while f"{path}.children.{n}.id" in texts:
        child = f"{path}.children.{n}"
        own = {key: texts[f"{child}.{key}"] for key in ("id", "name", "weight") if f"{child}.{key}" in texts}
        children.append({**own, "path": child, "children": _nested_tree(texts, child)})
        n += 1
    return children


def _pruned(nodes: Iterable[dict[str, Any]], kept: set[str], given: Any) -> list[dict[str, Any]]:
    """Leave out what is not ticked and groups that hold nothing; add what was chosen for a group."""
    found = []
    for node in nodes:
        was_group = bool(node["children"])
        children = _pruned(node["children"], kept, given)
        if added := given.get(f"{node['path']}.add", ""):
            children.append({"id": added, "children": []})
        if node["path"] in kept and (children or not was_group):
            found.append({**node, "children": children})
    return found


def _flat_tree(nodes: list[dict[str, Any]], path: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for n, node in enumerate(nodes):
        child = f"{path}.children.{n}"
        found |= {f"{child}.{key}": node[key] for key in ("id", "name", "weight") if key in node}
        found |= _flat_tree(node["children"], child)
    return found


def _steps(texts: dict[str, str], added: str, removed: str) -> dict[str, str]:
    """Return the texts with a step more before the last (classes) or a step less."""
    rest = {key: text for key, text in texts.items() if not key.startswith("steps.")}
    count = len({key.split(".")[1] for key in texts if key.startswith("steps.")})
    steps = [
        {key.removeprefix(f"steps.{n}."): text for key, text in texts.items() if key.startswith(f"steps.{n}.")}
        for n in range(count)
    ]
    if removed.isdecimal() and int(removed) < len(steps):
        del steps[int(removed)]
    if added in STEPS:
        steps.insert(_place(steps, added), {"step": added})
    return rest | {f"steps.{n}.{key}": text for n, step in enumerate(steps) for key, text in step.items()}


def _place(steps: list[dict[str, str]], added: str) -> int:
    """Return where a new step belongs: in the order in which the steps are listed in the reference."""
    order = list(STEPS)
    later = (n for n, step in enumerate(steps) if order.index(step["step"]) > order.index(added))
    return next(later, len(steps))


def parts_of(texts: Mapping[str, str], base: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sections of the recipe that a form describes; further indices and dynamics stay as in the base.

    Raises WrongRequest where a text does not fit, with the option named.
    """
    own = {key: text for key, text in texts.items() if not key.startswith(tuple(f"{s}." for s in SECTIONS))}
    first, *others = base.get("indices") or [{}]
    periods = {"periods": first["periods"]} if first.get("periods") else {}
    index = {**mapping_of(own), **periods}
    if not index.get("tree", {}).get("children"):
        raise WrongRequest(_("Choose at least one indicator."))
    return {**base, "indices": [index, *others], **{section: section_of(section, texts) for section in SECTIONS}}
