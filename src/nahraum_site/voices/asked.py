"""Which study a request is about, and what becomes of a form that was sent."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.permissions import require
from nahraum_site.voices import queries
from nahraum_site.voices.models import Study


def found(request: HttpRequest, study: str, need: str = "voices.read_study") -> Study:
    """Return a study of this visitor's team, or 404; refuse what their part in it does not include."""
    here = get_object_or_404(queries.visible_to(request.user).select_related("selection"), uuid=study)
    require(request.user, need, here)
    return here


def sent_form(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, be it nothing at all; None where a form is only to be shown."""
    return request.POST if request.method == "POST" else None


def sent_uuid(text: str) -> UUID:
    """Return what a form sent to name a request or a thing. Raises WrongRequest for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise WrongRequest(_("This request cannot be read.")) from None


def sent_json(raw: bytes) -> dict[str, Any]:
    """Return what a script sent. Raises WrongRequest for what is no object."""
    try:
        given = json.loads(raw)
    except (ValueError, RecursionError):  # RecursionError: lists in lists in lists
        given = None
    if not isinstance(given, dict):
        raise WrongRequest(_("This request cannot be read."))
    return given
