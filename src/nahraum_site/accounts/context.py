"""What every template may ask about the visitor."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


class Rights:
    """``{% if may.sources.import_tables %}``: whether this visitor may do it."""

    def __init__(self, user: object, area: str = "") -> None:
        self.user, self.area = user, area

    def __getitem__(self, name: str) -> object:
        """Return the rights of a slice, or whether one of its actions is allowed."""
        return self.user.has_perm(f"{self.area}.{name}") if self.area else Rights(self.user, name)  # type: ignore[attr-defined]

    def __iter__(self) -> object:
        """Refuse to be walked: templates ask by name."""
        raise TypeError("ask for an action by name")


def visitor(request: HttpRequest) -> dict[str, object]:
    """Give templates the visitor's rights, whether mail can be sent, and which form was stored just now (once)."""
    saved = SimpleLazyObject(lambda: request.session.pop("saved", "") if "saved" in request.session else "")
    return {"may": Rights(request.user), "mail": bool(settings.EMAIL_HOST), "oidc": settings.OIDC_NAME, "saved": saved}
