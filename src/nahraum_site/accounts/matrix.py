"""The matrix role x action, read from the rules; docs/reference/permissions.md shows the same (a test compares)."""

from __future__ import annotations

from types import SimpleNamespace

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from nahraum_site.accounts.permissions import Action, actions
from nahraum_site.accounts.roles import Role


def allowed(action: Action, role: Role | None) -> bool:
    """Return whether somebody with this one role (None: the public) may do it with what is theirs or anybody's."""
    roles = frozenset([role.value] if role else [])
    someone = SimpleNamespace(is_authenticated=True, is_active=True, roles=roles) if role else AnonymousUser()
    return bool(action.rule.test(someone))


def cells() -> list[tuple[str, list[bool]]]:
    """Return a row per action: its words, and for the public and then every role whether it is allowed."""
    return [(_(each.words), [allowed(each, role) for role in (None, *Role)]) for each in actions()]
