"""People, invitations, links that work once, and the own account."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
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
from nahraum_site.accounts.forms import FirstForm, PasswordForm, PersonForm
from nahraum_site.accounts.models import OneTimeLink, User
from nahraum_site.accounts.permissions import actions as all_actions
from nahraum_site.accounts.permissions import may, public, signed_in
from nahraum_site.accounts.roles import PURPOSE, Role

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
        user = actions.create_first_administrator(link, given["email"], given["name"], given["password"])
        login(request, user, backend=BACKEND)
        record_authentication(request, user, method="password")
        messages.success(request, _("Welcome. You are administrator and planner of this site."))
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
    return render(request, "accounts/people.html", {"people": queries.people()})


@may("accounts.manage_people")
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody: a link to hand over, shown once."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user, secret = actions.invite(
                given["email"], given["name"], given["roles"], form.organisation_named(), request.user
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
    found = get_object_or_404(queries.people(), uuid=user)
    form = PersonForm(request.POST or None, user=found)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.change_person(
                found,
                name=given["name"],
                roles=given["roles"],
                organisation=form.organisation_named(),
                is_active=given["is_active"],
                actor=request.user,
            )
        except WrongRequest as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("people")
    return render(request, "accounts/person.html", {"form": form, "person": found})


@may("accounts.manage_people")
@require_POST
def password_link(request: HttpRequest, user: str) -> HttpResponse:
    """Make a link by which this person sets a new password; no mail server is needed."""
    found = get_object_or_404(User, uuid=user)
    return _show_link(request, found, actions.make_link(OneTimeLink.Purpose.PASSWORD, found, request.user))


def _show_link(request: HttpRequest, user: User, secret: str) -> HttpResponse:
    address = request.build_absolute_uri(reverse("one-time", args=[secret]))
    return render(request, "accounts/link.html", {"person": user, "address": address})


@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """Show the own account: roles, what they allow, password, second factor, sessions."""
    allowed = [_(each.words) for each in all_actions() if request.user.has_perm(each.key)]
    return render(request, "accounts/account.html", {"allowed": allowed})


@signed_in
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Show who may do what: the matrix, as the program applies it."""
    from nahraum_site.accounts.matrix import cells

    purposes = [(role.label, PURPOSE[role]) for role in Role]
    return render(request, "accounts/roles.html", {"purposes": purposes, "roles": list(Role), "rows": cells()})
