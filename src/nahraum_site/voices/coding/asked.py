"""Which text a request is about, and what its visitor may see and do there."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from nahraum_site.voices.asked import found
from nahraum_site.voices.coding import queries
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.models import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A text on somebody's desk. ``sees_all``: all codings, not only the own ones."""

    study: Study
    text: Text
    is_open: bool
    may_code: bool
    sees_all: bool


def desk(request: HttpRequest, study: str, text: str, need: str = "voices.read_study") -> Desk:
    """Return the text of a study of one's team, or 404. Readers do not code: they see what everybody coded."""
    here = found(request, study, need)
    one = get_object_or_404(Text.objects.select_related("collection__study"), uuid=text, collection__study=here)
    is_open = queries.is_open(here)
    may_code = request.user.has_perm("voices.code", here)
    return Desk(study=here, text=one, is_open=is_open, may_code=may_code, sees_all=is_open or not may_code)
