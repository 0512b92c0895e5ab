"""The variable that counts inhabitants: the project says it, whatever version of the areas it uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.recipe_toml import CUSTOMARY_POPULATION
from nahraum_site.indicators.stock import Project

LIKELY = r"(einwohner|einw|ew|bevoelkerung|inhabitants|population)(_?innen|_?zahl|_?gesamt|_?insgesamt|_?total)*"


def areas_part(project: Project) -> dict[str, Any]:
    """Return the section [areas]: the version in use, with the inhabitants as the project names them."""
    own = project.parts.get("areas", {})
    if "population" not in own:
        return dict(project.system.part)
    part = {name: value for name, value in project.system.part.items() if name != "population"}
    return {**part, **{name: value for name, value in own.items() if value}}


def variables_of(tables: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the variables that these tables deliver."""
    return {name for table in tables for name in table.get("variables", {})}


def likely(variables: Iterable[str]) -> str:
    """Return the only variable whose name says that it counts inhabitants; empty for none or several."""
    found = [name for name in variables if re.fullmatch(LIKELY, name)]
    return found[0] if len(found) == 1 else ""


def refuse_lost(parts: Mapping[str, Any]) -> None:
    """Raise WrongRequest where the project counts on inhabitants that no table delivers, in the words of the pages."""
    named = parts["areas"].get("population", CUSTOMARY_POPULATION)
    if named in variables_of(parts.get("tables", ())):
        return
    rule = parts.get("protection", {})
    own = [each for key in ("indicators", "levels") for each in rule.get(key, {}).values()]
    is_needed = any(each.get("min_inhabitants") for each in (rule, *own)) and not rule.get("public")
    if named != CUSTOMARY_POPULATION:
        words = _(
            "The project names “{name}” as the number of inhabitants, but no table delivers it. Choose another one "
            "on the page “Project”, or none."
        )
        raise WrongRequest(words.format(name=named))
    if is_needed:
        raise WrongRequest(
            _(
                "Areas with few inhabitants are to be protected, but nobody said which variable counts the "
                "inhabitants. Choose it on the page “Project”."
            )
        )
