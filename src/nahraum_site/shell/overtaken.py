"""Two change the same thing: what a form was filled with, and what stands there now beside what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _


class Overtaken(WrongRequest):
    """Somebody else has changed it meanwhile, to ``now``; what was typed must not be lost."""

    def __init__(self, now: Any, message: str = "") -> None:
        super().__init__(
            message or _("Somebody else changed this meanwhile. Compare with what is stored now, then store once more.")
        )
        self.now = now


def sealed(about: str, state: Mapping[str, Any]) -> str:
    """Return what a form is filled with, signed for this thing only: for what has no version of its own."""
    return Signer(salt=about).sign_object(dict(state))


def unsealed(about: str, text: str) -> dict[str, Any]:
    """Return what the form was filled with; nothing where somebody tampered with it."""
    try:
        found: dict[str, Any] = Signer(salt=about).unsign_object(text)
    except BadSignature:
        return {}
    return found


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing was stored, as the status of the page; ``theirs``: what is stored now and differs, in words."""

    status: int
    theirs: list[tuple[str, str]]


def refused(
    form: forms.BaseForm, store: Callable[[], object], initial_of: Callable[[Any], Mapping[str, Any]]
) -> Refused | None:
    """Store a form that was sent and return None, or let it say what is wrong.

    Who was overtaken keeps what was typed and sees what is stored now; storing once more is a decision.
    """
    if not form.is_valid():
        return Refused(422, [])
    try:
        store()
    except Overtaken as error:
        theirs = _renewed(form, initial_of(error.now))
        form.add_error(None, str(error))
        return Refused(409, theirs)
    except WrongRequest as error:
        form.add_error(None, str(error))
        return Refused(422, [])
    return None


def stored(
    request: HttpRequest,
    form: forms.BaseForm,
    store: Callable[[], object],
    initial_of: Callable[[Any], Mapping[str, Any]],
    template: str,
    page: Mapping[str, Any],
    onwards: tuple[Any, ...],
) -> HttpResponse:
    """Store a form and go ``onwards``, or show it with what is wrong."""
    if not form.is_bound:
        return render(request, template, {**page, "form": form})
    if (no := refused(form, store, initial_of)) is None:
        messages.success(request, _("Stored."))
        return redirect(*onwards)
    return render(request, template, {**page, "form": form, "theirs": no.theirs}, status=no.status)


def _renewed(form: forms.BaseForm, now: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Let a form count from what is stored now; return what is stored there and differs, in words."""
    hidden = {field.name for field in form.hidden_fields()}
    form.data = form.data.copy()
    for name in hidden & now.keys():
        form.data[form.add_prefix(name)] = str(now[name])
    names = [name for name in form.fields if name not in hidden]
    typed = {name: form.cleaned_data.get(name) for name in names}
    return [
        (str(form[name].label), _words(form.fields[name], now.get(name)))
        for name in names
        if (typed[name] or None) != (now.get(name) or None) and (typed[name] != 0 or now.get(name) != 0)
    ]


def _words(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    choices = {str(key): str(words) for key, words in getattr(field, "choices", ())}
    if isinstance(value, list):
        return ", ".join(choices.get(str(each), str(each)) for each in value) or "–"
    if hasattr(value, "isoformat"):
        return date_format(value)
    return choices.get(str(value), "–" if value is None else str(value)) or "–"
