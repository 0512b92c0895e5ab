"""Which study a request is about, and what becomes of a form that was sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.permissions import require
from nahraum_site.voices import queries
from nahraum_site.voices.actions import Overtaken
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


def stored(
    request: HttpRequest,
    form: forms.Form,
    store: Callable[[], object],
    initial_of: Callable[[Any], Mapping[str, Any]],
    template: str,
    page: Mapping[str, Any],
    onwards: tuple[Any, ...],
) -> HttpResponse:
    """Store a form and go ``onwards``, or show it with what is wrong.

    Who was overtaken keeps what was typed and sees what is stored now; storing once more is a decision.
    """
    if not form.is_bound:
        return render(request, template, {**page, "form": form})
    status, theirs = 422, []
    if form.is_valid():
        try:
            store()
        except Overtaken as error:
            theirs, status = _renewed(form, initial_of(error.now)), 409
            form.add_error(None, str(error))
        except WrongRequest as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Stored."))
            return redirect(*onwards)
    return render(request, template, {**page, "form": form, "theirs": theirs}, status=status)


def _renewed(form: forms.Form, now: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Let a form count from the version that is stored now; return what is stored there and differs, in words."""
    form.data = form.data.copy()
    form.data["version"] = str(now["version"])
    names = [name for name in form.fields if name != "version"]
    typed = {name: form.cleaned_data.get(name) for name in names}
    return [
        (str(form[name].label), _words(form.fields[name], now.get(name)))
        for name in names
        if (typed[name] or None) != (now.get(name) or None) and (typed[name] != 0 or now.get(name) != 0)
    ]


def _words(field: forms.Field, value: Any) -> str:
    choices = {str(key): str(words) for key, words in getattr(field, "choices", ())}
    if isinstance(value, list):
        return ", ".join(choices.get(str(each), str(each)) for each in value) or "–"
    if hasattr(value, "isoformat"):
        return date_format(value)
    return choices.get(str(value), "–" if value is None else str(value)) or "–"
