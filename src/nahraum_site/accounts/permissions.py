"""Who may do what: sentences over roles, one registry, and a gate that lets nothing pass that was not declared.

A slice names its actions in ``rules.py``::

    import_tables = action("sources.import_tables", _("Import tables"), is_planner)

and its views say which they need: ``@may("sources.import_tables")``, ``@signed_in`` or ``@public``. A view that says
nothing is answered to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import rules
from django.core.exceptions import PermissionDenied

from nahraum_site.accounts.roles import Role

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC, SIGNED_IN = "public", "signed-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that can be done: its key, the words for it, and who may (a predicate over user and object)."""

    key: str
    words: str  # English msgid
    rule: Any


_actions: dict[str, Action] = {}


def has_role(role: Role) -> Any:
    """Return the sentence *is a planner*, *is a leader* ..."""

    @rules.predicate(name=f"is_{role.value}")  # type: ignore[untyped-decorator]
    def holds(user: Any) -> bool:
        return bool(user and user.is_authenticated and user.is_active and role.value in user.roles)

    return holds


is_planner = has_role(Role.PLANNER)
is_researcher = has_role(Role.RESEARCHER)
is_releaser = has_role(Role.RELEASER)
is_leader = has_role(Role.LEADER)
is_contact = has_role(Role.CONTACT)
is_neighbourhood_manager = has_role(Role.NEIGHBOURHOOD_MANAGER)
is_partner = has_role(Role.PARTNER)
is_administrator = has_role(Role.ADMINISTRATOR)


def action(key: str, words: str, rule: Any) -> Action:
    """Declare an action; AssertionError if it is declared twice."""
    assert key not in _actions, f"{key} is declared twice"
    _actions[key] = Action(key=key, words=words, rule=rule)
    rules.add_perm(key, rule)
    return _actions[key]


def actions() -> Iterable[Action]:
    """Return every declared action, by key."""
    return [_actions[key] for key in sorted(_actions)]


def require(user: Any, key: str, thing: object = None) -> None:
    """Raise PermissionDenied unless this person may do it (with this thing)."""
    assert key in _actions, f"no action {key}"
    if not user.has_perm(key, thing):
        raise PermissionDenied(key)


def _marked(need: str) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.needs = need  # type: ignore[attr-defined]
        return view

    return mark


def may(key: str) -> Callable[[View], View]:
    """Mark a view: only who may do this is answered."""
    return _marked(key)


public = _marked(PUBLIC)
signed_in = _marked(SIGNED_IN)
