"""The categories as a coding page knows them, and new ones that the material asks for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.permissions import may, require
from nahraum_site.voices.asked import found, sent_json
from nahraum_site.voices.categories import actions, kept
from nahraum_site.voices.categories import queries as systems
from nahraum_site.voices.coding import queries
from nahraum_site.voices.models import Study


@may("voices.read_study")
@require_http_methods(["GET", "POST"])
def categories(request: HttpRequest, study: str) -> JsonResponse:
    """Tell which categories are in force; add one first where one is sent."""
    here = found(request, study)
    if request.method == "GET":
        return JsonResponse(_in_force(here))
    require(request.user, "voices.code", here)
    try:
        given = sent_json(request.body)
        name, parent = given.get("name"), given.get("parent") or None
        if not isinstance(name, str) or not isinstance(parent, str | None):
            raise WrongRequest(_("This request cannot be read."))
        made, is_new = actions.find_or_add(here, name, parent, request.user)
    except WrongRequest as error:
        return JsonResponse({"error": str(error)}, status=422)
    return JsonResponse({**_in_force(here), "id": made.id, "isNew": is_new})


def _in_force(study: Study) -> dict[str, Any]:
    row = systems.row_of(study)
    system, version = (kept.system_of(row.current), row.version) if row else (systems.first_of(study), 1)
    return {
        "version": version,
        "categories": queries.choices(system, {}),
        "colours": reverse("category-colours", args=[study.uuid, version]),
    }
