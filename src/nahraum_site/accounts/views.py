"""People, invitations, links that work once, and the own account."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import WrongRequest
from nahraum_site.accounts import actions, queries
from nahraum_site.accounts.forms import FirstForm, PasswordForm, PersonForm, shown
from nahraum_site.accounts.models import OneTimeLink, User
from nahraum_site.accounts.permissions import may, public
from nahraum_site.shell.overtaken import stored

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask for the first administrator; the link stands in the terminal that started the site."""
    link = queries.link_of(secret, OneTimeLink.Purpose.SETUP)
    if link is None or queries.somebody_is_here():
        return _link_is_over(request)
    form = FirstForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = actions.create_first_administrator(link, given["email"], given["name"], given["password"])
        except WrongRequest:
            return _link_is_over(request)
        login(request, user, backend=BACKEND)
        record_authentication(request, user, method="password")
        UserSession.objects.create_from_request(request)  # allauth does it only where it signs in itself
        messages.success(request, _("Welcome. You are administrator and planner of this site."))
        messages.info(request, _("Invite a second administrator soon, under People: alone, nobody checks your roles."))
        return redirect("start")
    return render(request, "accounts/begin.html", {"form": form})


@public
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def one_time(request: HttpRequest, secret: str) -> HttpResponse:
    """Set a password through an invitation or a reset link."""
    link = queries.link_of(secret, OneTimeLink.Purpose.INVITATION, OneTimeLink.Purpose.PASSWORD)
    if link is None:
        return _link_is_over(request)
    form = PasswordForm(request.POST or None, user=link.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_password(link, form.cleaned_data["password"])
        except WrongRequest:
            return _link_is_over(request)
        messages.success(request, _("Your password is set. Please sign in."))
        return redirect("account_login")
    return render(request, "accounts/one_time.html", {"form": form, "link": link})


def _link_is_over(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/link_over.html", status=410)


@may("accounts.manage_people")
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List everybody with roles and access."""
    return render(
        request,
        "accounts/people.html",
        {"people": queries.people(), "alone": not actions.has_other_administrators(request.user)},
    )


@may("accounts.manage_people")
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody: a link to hand over, shown once."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user, secret = actions.invite(
                given["email"], given["name"], given["roles"], given["organisation"], request.user
            )
        except WrongRequest as error:
            form.add_error("email", str(error))
        else:
            return _show_link(request, user, secret)
    return render(request, "accounts/person.html", {"form": form})


@may("accounts.manage_people")
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, user: str) -> HttpResponse:
    """Change name, roles, organisation and access of one person."""
    found = get_object_or_404(queries.people(), uuid=user, removed_at=None)
    form = PersonForm(request.POST or None, user=found)

    def store() -> None:
        given = form.cleaned_data
        actions.change_person(
            found,
            name=given["name"],
            roles=given["roles"],
            organisation=given["organisation"],
            is_active=given["is_active"],
            seen=form.seen(),
            actor=request.user,
        )

    page = {
        "person": found,
        "own": found == request.user,
        "alone": not actions.has_other_administrators(request.user),
        "second_factor": queries.has_second_factor(found),
        "sessions": queries.open_sessions(found),
    }
    return stored(request, form, store, shown, "accounts/person.html", page, ("people",))


@may("accounts.manage_people")
@require_POST
def password_link(request: HttpRequest, user: str) -> HttpResponse:
    """Make a link by which this person sets a new password, or is invited again; no mail server is needed."""
    found = get_object_or_404(User, uuid=user, is_active=True)
    purpose = OneTimeLink.Purpose.INVITATION if found.is_awaited else OneTimeLink.Purpose.PASSWORD
    return _show_link(request, found, actions.make_link(purpose, found, request.user))


@may("accounts.manage_people")
@require_POST
def end_sessions(request: HttpRequest, user: str) -> HttpResponse:
    """End every session of one person: a device was lost."""
    found = get_object_or_404(User, uuid=user)
    actions.close_sessions(found, request.user)
    messages.success(request, _("All sessions of {name} have ended.").format(name=found.name))
    return redirect("people" if found == request.user else reverse("person", args=[found.uuid]))


@may("accounts.manage_people")
@require_POST
def remove_second_factor(request: HttpRequest, user: str) -> HttpResponse:
    """Take code app, passkeys and recovery codes away from somebody who lost them."""
    found = get_object_or_404(User, uuid=user)
    actions.remove_second_factor(found, request.user)
    messages.success(request, _("{name} now signs in without a second factor.").format(name=found.name))
    return redirect("person", found.uuid)


@may("accounts.manage_people")
@require_http_methods(["GET", "POST"])
def anonymise(request: HttpRequest, user: str) -> HttpResponse:
    """Ask once more, then replace name and e-mail address of somebody whose access has ended."""
    found = get_object_or_404(User, uuid=user, is_active=False, removed_at=None)
    if request.method == "POST":
        actions.anonymise(found, request.user)
        messages.success(request, _("Name and e-mail address have been removed."))
        return redirect("people")
    return render(request, "accounts/remove.html", {"person": found})


def _show_link(request: HttpRequest, user: User, secret: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("one-time", args=[secret]))
    link = queries.link_of(secret, *OneTimeLink.Purpose)
    return render(request, "accounts/link.html", {"person": user, "address": address, "link": link})
