"""How the operation is doing, and the pages that the law asks for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from nahraum.base import WrongRequest
from nahraum_site.accounts.permissions import may, public
from nahraum_site.records import health as reading
from nahraum_site.records import pages
from nahraum_site.records.forms import PageForm


@public
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Say ok (200) or not ok (503), and nothing else; show the administration what is how."""
    if request.user.is_authenticated and request.user.has_perm("records.see_health"):
        return render(request, "records/health.html", {"findings": reading.findings()})
    well = reading.is_well()
    answer = HttpResponse("ok" if well else "not ok", status=200 if well else 503, content_type="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@public
@require_safe
def page(request: HttpRequest, key: str) -> HttpResponse:
    """Show one of the pages that the administration writes."""
    found = pages.page(key)
    shown = {"page": found, "html": pages.rendered(found.text), "edit": f"edit-{key}"}
    return render(request, "records/page.html", shown)


@may("records.edit_pages")
@require_http_methods(["GET", "POST"])
def edit_page(request: HttpRequest, key: str) -> HttpResponse:
    """Edit a page; what somebody else saved meanwhile is shown, not overwritten."""
    found = pages.page(key)
    theirs = None
    first = {"german": found.german, "english": found.english, "version": found.version}
    form = PageForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            pages.change_page(key, given["german"], given["english"], given["version"], request.user)
        except WrongRequest as error:
            form.add_error(None, str(error))
            theirs = found
            form.data = {**form.data.dict(), "version": found.version}
        else:
            messages.success(request, _("Saved."))
            return redirect(key)
    return render(request, "records/edit_page.html", {"form": form, "page": found, "theirs": theirs, "back": key})
