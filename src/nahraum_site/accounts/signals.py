"""What happened, told to whoever keeps the log (``records`` listens; this slice does not know it)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import Signal
from django.utils import timezone

if TYPE_CHECKING:
    from nahraum_site.accounts.models import User

#: Sent inside the transaction of the write. Arguments: ``actor`` (User or None), ``action`` (key), ``thing`` (model
#: instance), ``before`` and ``after`` (mappings without secrets).
written = Signal()


def listen() -> None:
    """Pass on what allauth tells about passwords and second factors."""
    from allauth.account import signals as account
    from allauth.mfa import signals as second

    told = {
        account.password_changed: "password.changed",
        account.password_set: "password.changed",
        account.password_reset: "password.reset",
        second.authenticator_added: "second_factor.added",
        second.authenticator_removed: "second_factor.removed",
        second.authenticator_reset: "second_factor.renewed",
    }
    for signal, action in told.items():
        signal.connect(_teller(action), weak=False, dispatch_uid=f"accounts.{action}.{id(signal)}")


def _teller(action: str) -> Any:
    def tell(sender: object, user: User, authenticator: Any = None, **_more: object) -> None:
        if action.startswith("password."):
            user.links.filter(used_at=None).update(used_at=timezone.now())  # a new password ends every link to set one
        after = {"kind": authenticator.type} if authenticator else {}
        written.send(sender=type(user), actor=user, action=action, thing=user, before={}, after=after)

    return tell
