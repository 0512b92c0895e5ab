"""The own account: what I may do here, and where I am signed in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from nahraum_site.accounts import actions, queries
from nahraum_site.accounts.matrix import cells
from nahraum_site.accounts.permissions import actions as all_actions
from nahraum_site.accounts.permissions import signed_in
from nahraum_site.accounts.roles import PURPOSE, Role


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
    purposes = [(role.label, PURPOSE[role]) for role in Role]
    return render(request, "accounts/roles.html", {"purposes": purposes, "roles": list(Role), "rows": cells()})


@signed_in
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Show where I am signed in."""
    found = queries.sessions_of(request.user)
    rows = [(each, device(each.user_agent), each.session_key == request.session.session_key) for each in found]
    return render(request, "accounts/sessions.html", {"rows": rows})


@signed_in
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """End all my sessions but this one."""
    actions.close_sessions(request.user, request.user, but=request.session.session_key)
    messages.success(request, _("All other sessions have ended."))
    return redirect("sessions")


@signed_in
@require_POST
def end_one(request: HttpRequest, session: int) -> HttpResponse:
    """End one of my sessions."""
    found = get_object_or_404(request.user.usersession_set, pk=session)
    if found.session_key == request.session.session_key:
        return redirect("account_logout")
    actions.close_session(found, request.user)
    messages.success(request, _("The session has ended."))
    return redirect("sessions")


#: What browsers call themselves, in the order in which it tells them apart: Edge also says Chrome, Chrome also Safari.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"))
SYSTEMS += (("Mac OS", "macOS"), ("Linux", "Linux"))


def device(user_agent: str) -> str:
    """Return browser and system in words that help to recognise a device."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return ", ".join(filter(None, (browser, system))) or _("unknown device")
