"""The register of those who are invited to a study: apart from collections and texts, for lead and coders only."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base.cells import csv_text
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.studies.terms import Method
from nahraum_site.accounts.permissions import may
from nahraum_site.records import log
from nahraum_site.records.downloads import sent
from nahraum_site.shell.overtaken import stored
from nahraum_site.voices import inviting, queries
from nahraum_site.voices.asked import found, sent_form
from nahraum_site.voices.models import Contact, Study
from nahraum_site.voices.register_forms import AttemptForm, ContactForm, RemoveForm, initial_of

KEEP = "voices.keep_register"


def _method(method: str) -> str:
    return Method(method).label if method else "–"


def _space(space: str, names: dict[str, str]) -> str:
    return names.get(space, space) or _("city-wide")


def _invited(study: Study, names: dict[str, str]) -> list[dict[str, object]]:
    return [
        {**each, "method": _method(each["method"]), "space": _space(each["space"], names)}
        for each in queries.invited(study)
    ]


@may(KEEP)
@require_safe
def register(request: HttpRequest, study: str) -> HttpResponse:
    """Show who is invited, and how many per space and method."""
    here, names = found(request, study, KEEP), queries.spaces()
    page = {
        "study": here,
        "contacts": [(each, _method(each.method), _space(each.space, names)) for each in queries.contacts(here)],
        "invited": _invited(here, names),
        "can_lead": request.user.has_perm("voices.lead_study", here),
    }
    return render(request, "voices/register.html", page)


@may(KEEP)
@require_http_methods(["GET", "POST"])
def new_contact(request: HttpRequest, study: str) -> HttpResponse:
    """Note somebody who is to be invited."""
    here = found(request, study, KEEP)
    initial = {"version": 0, "state": Contact.State.PLANNED}
    form = ContactForm(sent_form(request), study=here, spaces=queries.spaces(), initial=initial)

    def store() -> None:
        inviting.note_contact(here, form.given, request.user)

    return stored(request, form, store, initial_of, "voices/contact.html", {"study": here}, ("register", here.uuid))


@may(KEEP)
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, study: str, contact: str) -> HttpResponse:
    """Change a contact; beside it stand the attempts to reach the person."""
    here, one = _one(request, study, contact)
    form = ContactForm(sent_form(request), study=here, spaces=queries.spaces(), initial=initial_of(one))

    def store() -> None:
        inviting.change_contact(one, form.given, form.cleaned_data["version"], request.user)

    page = {
        "study": here,
        "contact": one,
        "attempts": list(one.attempts.all()),
        "attempt": AttemptForm(initial={"day": timezone.localdate()}, auto_id="versuch_%s"),
    }
    return stored(request, form, store, initial_of, "voices/contact.html", page, ("register", here.uuid))


def _one(request: HttpRequest, study: str, contact: str) -> tuple[Study, Contact]:
    here = found(request, study, KEEP)
    return here, get_object_or_404(here.contacts, uuid=contact)


@may(KEEP)
@require_POST
def attempt(request: HttpRequest, study: str, contact: str) -> HttpResponse:
    """Note one attempt to reach somebody."""
    here, one = _one(request, study, contact)
    form = AttemptForm(request.POST, auto_id="versuch_%s")
    if form.is_valid():
        inviting.note_attempt(one, form.cleaned_data["day"], form.cleaned_data["way"], request.user)
        messages.success(request, _("The attempt is noted."))
        return redirect("contact", here.uuid, one.uuid)
    page = {
        "study": here,
        "contact": one,
        "attempts": list(one.attempts.all()),
        "attempt": form,
        "form": ContactForm(study=here, spaces=queries.spaces(), initial=initial_of(one)),
    }
    return render(request, "voices/contact.html", page, status=422)


@may(KEEP)
@require_POST
def remove_contact(request: HttpRequest, study: str, contact: str) -> HttpResponse:
    """Remove one contact."""
    here, one = _one(request, study, contact)
    inviting.remove_contact(one, request.user)
    messages.success(request, _("The contact was removed."))
    return redirect("register", here.uuid)


@may(KEEP)
@require_safe
def letter(request: HttpRequest, study: str) -> HttpResponse:
    """Send the register as a table for a form letter."""
    here, names = found(request, study, KEEP), queries.spaces()
    rows = [
        (
            each.name,
            each.organisation,
            each.address.replace("\r\n", "\n").replace("\n", ", "),
            each.telephone,
            each.email,
            _method(each.method),
            _space(each.space, names),
            each.get_state_display(),
            each.invited_on.isoformat() if each.invited_on else "",
            len(each.attempts.all()),
        )
        for each in queries.contacts(here)
    ]
    head = (
        _("Name"),
        _("Organisation"),
        _("Address"),
        _("Telephone"),
        _("E-mail"),
        _("Invited to"),
        _("Social space or area"),
        _("State of the invitation"),
        _("Invited on"),
        _("Contact attempts"),
    )
    log.write(request.user, "register.taken", here, after={"count": len(rows)})
    return sent(("\ufeff" + csv_text([head, *rows])).encode(), "einladungen.csv")


@may("voices.lead_study")
@require_http_methods(["GET", "POST"])
def remove_register(request: HttpRequest, study: str) -> HttpResponse:
    """Remove the whole register, once somebody has said that the invitations are done."""
    here = found(request, study, "voices.lead_study")
    form = RemoveForm(sent_form(request))
    if request.method == "POST" and form.is_valid():
        count = inviting.remove_register(here, request.user)
        messages.success(request, _("The register is empty; {count} contacts were removed.").format(count=count))
        return redirect("study", here.uuid)
    invited = _invited(here, queries.spaces())
    page = {"study": here, "form": form, "count": here.contacts.count(), "invited": invited}
    return render(request, "voices/remove_register.html", page, status=422 if form.errors else 200)
