"""The form of a recipe: its options as fields with their sentences, and what was posted as texts of the core's form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import language
from nahraum.evidence.indicators.presets import CITY_CLASSES, STATUS_CLASSES
from nahraum.evidence.indicators.recipe_toml import STEPS
from nahraum.evidence.indicators.terms import Direction, Indicator
from nahraum.evidence.indicators.workbench.form import mapping_of, section_of
from nahraum.evidence.indicators.workbench.options import Explained, Option, options
from nahraum_site.records.sent import is_whole

SECTIONS = ("profile", "robustness")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: the name it is posted under, its option and the text in it."""

    name: str
    option: Option
    text: str
    error: str = ""

    @property
    def shown(self) -> str:
        """Return the text as it is read here: numbers with this language's decimal mark, preset words translated."""
        if self.option.kind == "number":
            return "\n".join(map(spelled, self.text.split("\n")))
        return "\n".join(map(_, self.text.split("\n"))) if self.option.name == "labels" and self.text else self.text

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
    tables: list[tuple[Option, list[tuple[str, str, str]]]]  # for each node of the level: name, label, text

    @property
    def level(self) -> str:
        """Return the level of the index that the step works on, if it is one of several."""
        return next((field.text for field in self.fields if field.option.name == "level"), "")

    @property
    def error(self) -> str:
        """Return what one of its fields refuses."""
        return next((field.error for field in self.fields if field.error), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A node of the tree with its depth; ``is_leaf``: an indicator."""

    path: str
    id: str
    name: str
    weight: str
    depth: int
    is_leaf: bool
    error: str = ""
    is_open: bool = False  # nobody said what a high value means


def spelled(text: str) -> str:
    """Return a number as it is written in this language, without an empty decimal place; other texts as they are."""
    if not re.fullmatch(r"-?\d+\.\d+", text):
        return text
    text = text.removesuffix(".0")
    return text.replace(".", ",") if language() == "de" else text


PLACE = re.compile(
    r"^(?:indices “[^”]*”\.|indices\[1\]\.)?"
    r"(?P<path>(?:steps\[\d+\]|profile|robustness|tree(?:\.children\[\d+\])*)\.\w+)"
)


def refused(error: WrongRequest) -> tuple[str, str]:
    """Return the name of the field that a refusal is about and what it says there; no field where it is about more."""
    found = PLACE.match(error.where)
    if not found:
        return "", str(error)
    name = re.sub(r"\[(\d+)\]", lambda number: f".{int(number[1]) - 1}", found["path"])
    return name, str(error).removeprefix(f"{error.where}: ")


def label_of(field: str, texts: Mapping[str, str]) -> str:
    """Return what the page calls the field of this name; empty where it has no words of its own."""
    path, _dot, name = field.rpartition(".")
    if name == "weight" and path.startswith("tree."):
        return _("Weight of “{node}”").format(node=texts.get(f"{path}.name") or texts.get(f"{path}.id", ""))
    step = texts.get(f"{path}.step", path)
    found = (each for group in options() if group.step == step for each in group.options if each.name == name)
    return next((each.sentence.rstrip(".") for each in found), "")


def groups(
    texts: Mapping[str, str], branches: Iterable[Branch], wrong: Mapping[str, str]
) -> tuple[list[Group], list[Group]]:
    """Return the steps in their order, then the sections profile and robustness; ``wrong``: what fields refuse."""
    nodes = list(branches)
    known = {each.step: each for each in options()}
    count = len({key.split(".")[1] for key in texts if key.startswith("steps.")})
    steps = [_group(f"steps.{n}", known[texts[f"steps.{n}.step"]], texts, nodes, wrong) for n in range(count)]
    return steps, [_group(section, known[section], texts, nodes, wrong) for section in SECTIONS]


def step_choices() -> list[tuple[str, str, str]]:
    """Return every step that can be added: its name, its title and what it does."""
    return [(each.step, each.title, each.sentence) for each in options() if each.step in STEPS]


def _group(
    path: str, explained: Explained, texts: Mapping[str, str], nodes: list[Branch], wrong: Mapping[str, str]
) -> Group:
    plain = [each for each in explained.options if each.kind not in ("records", "table")]
    fields = [
        Field(name=name, option=each, text=texts.get(name, ""), error=wrong.get(name, ""))
        for each in plain
        for name in [f"{path}.{each.name}"]
    ]
    records = [
        (each.sentence, _records(f"{path}.{each.name}", texts)) for each in explained.options if each.kind == "records"
    ]
    leaves = texts.get(f"{path}.level", "0") == "0"
    tables = [
        (each, _table(f"{path}.{each.name}", [node for node in nodes if node.is_leaf is leaves], texts))
        for each in explained.options
        if each.kind == "table"
    ]
    return Group(path=path, explained=explained, fields=fields, records=records, tables=tables)


def _records(path: str, texts: Mapping[str, str]) -> list[list[tuple[str, str, str]]]:
    """Return the rows of a list of exclusions and an empty one below."""
    labels = {"area": _("Area"), "reason": _("Reason"), "period": _("Period")}
    count = len({key.removeprefix(f"{path}.").split(".")[0] for key in texts if key.startswith(f"{path}.")})
    return [
        [(f"{path}.{n}.{name}", label, texts.get(f"{path}.{n}.{name}", "")) for name, label in labels.items()]
        for n in range(count + 1)
    ]


def _table(path: str, nodes: list[Branch], texts: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return a field for each node, and for nodes that are only named here."""
    names = {node.id: node.name for node in nodes}
    names |= {id: id for key in texts if key.startswith(f"{path}.") and (id := key[len(path) + 1 :]) not in names}
    return [(f"{path}.{id}", name, texts.get(f"{path}.{id}", "")) for id, name in names.items()]


def branches(texts: Mapping[str, str], known: Iterable[Indicator], wrong: Mapping[str, str]) -> list[Branch]:
    """Return the nodes below the root, depth first; ``wrong``: what fields refuse."""
    indicators = {each.id: each for each in known}
    names = {id: each.name for id, each in indicators.items()}
    found: list[Branch] = []

    def walk(path: str, depth: int) -> None:
        n = 0
        while f"{path}.children.{n}.id" in texts:
            child = f"{path}.children.{n}"
            id = texts[f"{child}.id"]
            is_leaf = f"{child}.children.0.id" not in texts
            found.append(
                Branch(
                    path=child,
                    id=id,
                    name=texts.get(f"{child}.name") or names.get(id, id),
                    weight=spelled(texts.get(f"{child}.weight", "1.0")),
                    depth=depth,
                    is_leaf=is_leaf,
                    is_open=is_leaf and id in indicators and indicators[id].direction is Direction.NEUTRAL,
                    error=wrong.get(f"{child}.weight", ""),
                )
            )
            walk(child, depth + 1)
            n += 1

    walk("tree", 0)
    return found


def still_there(index: Mapping[str, Any], known: set[str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return an index without the indicators that are not known (retired since), and those."""
    gone: list[str] = []

    def there(id: str) -> bool:
        if id not in known and id not in gone:
            gone.append(id)
        return id in known

    def kept(nodes: Iterable[Any]) -> list[Any]:
        found = []
        for node in nodes:
            if isinstance(node, Mapping) and node.get("children"):
                children = kept(node["children"])
                found += [{**node, "children": children}] if children else []
            elif there(node["id"] if isinstance(node, Mapping) else node):
                found.append(node)
        return found

    found = dict(index)
    if "tree" in found:
        found["tree"] = {**found["tree"], "children": kept(found["tree"].get("children", ()))}
    if "indicators" in found:
        found["indicators"] = kept(found["indicators"])
    if "weights" in found:
        found["weights"] = {id: weight for id, weight in found["weights"].items() if id not in gone}
    return found, tuple(gone)


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
    flat |= {key: _unspoken(text) for key, text in flat.items() if key.startswith("steps.") and key.endswith(".labels")}
    flat = _steps(flat, given.get("add-step", ""), given.get("remove-step", ""))
    return {key: text for key, text in _without_empty(flat).items() if not key.endswith(".add")}


def _unspoken(text: str) -> str:
    """Return labels with those of a preset as the recipe has them: they are translated where they are read."""
    known = {_(label): label for label in (*CITY_CLASSES, *STATUS_CLASSES)}
    return "\n".join(known.get(line, line) for line in text.replace("\r\n", "\n").split("\n"))


def _without_empty(texts: Mapping[str, str]) -> dict[str, str]:
    """Leave out exclusions that name no area, those after them close up, and centres that are none of their own."""
    found: dict[str, str] = {}
    numbers: dict[str, dict[str, int]] = {}
    for key, text in texts.items():
        head, mark, tail = key.partition(".exclude.")
        if ".centres." in key and not text:
            continue
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
    steps = [step for step in steps if step.get("step") in STEPS]
    if is_whole(removed) and int(removed) < len(steps):
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
