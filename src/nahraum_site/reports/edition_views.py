"""Editions on their way to the public: drafted, submitted, reviewed by a second person, published, withdrawn."""

from __future__ import annotations

import tempfile
import zipfile

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.projects.work import versions_differ
from nahraum_site.accounts.permissions import may, require
from nahraum_site.indicators.actions import editions as steps
from nahraum_site.indicators.assembly import folder_of, ready, stock, stock_of
from nahraum_site.indicators.changes import changes
from nahraum_site.indicators.models import Edition, Project, Recipe
from nahraum_site.indicators.people import refuse_lost
from nahraum_site.indicators.queries import latest_edition, visible_editions
from nahraum_site.records import jobs, log
from nahraum_site.reports import overview
from nahraum_site.reports.views import described


class DraftForm(forms.Form):
    """Which version of the index, and why there is a new edition."""

    recipe = forms.ModelChoiceField(
        label=gettext_lazy("Version of the index"), queryset=Recipe.objects.all(), empty_label=None
    )
    reason = forms.CharField(
        label=gettext_lazy("Why is there a new edition?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("For example: figures of 2025; correction of the counts of inhabitants."),
    )


class WordsForm(forms.Form):
    """What somebody says about a step."""

    words = forms.CharField(
        label=gettext_lazy("Your words"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Required; one sentence is enough."),
    )


@may("indicators.see_drafts")
@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """List every edition with where it stands."""
    found = visible_editions(request.user).select_related("author", "reviewer", "recipe_version")
    return render(request, "reports/editions.html", {"editions": found, "current": latest_edition()})


@may("indicators.draft")
@require_http_methods(["GET", "POST"])
def new_edition(request: HttpRequest) -> HttpResponse:
    """Compute an edition from what is here now; the worker does it."""
    form = DraftForm(request.POST or None)
    project = Project.objects.first()
    about = project.parts.get("project", {}) if project else {}
    page = {"form": form, "title": about.get("title"), "date": parse_date(about.get("date", ""))}
    if request.method == "POST" and form.is_valid():
        recipe = form.cleaned_data["recipe"]
        try:
            refuse_lost(stock().parts)
        except WrongRequest as error:
            form.add_error(None, format_html('{} <a href="{}">{}</a>', str(error), reverse("project"), _("Project")))
            return render(request, "reports/new_edition.html", page, status=422)
        params = {
            "recipe": str(recipe.uuid),
            "reason": form.cleaned_data["reason"],
            "author": str(request.user.uuid),
            "language": request.LANGUAGE_CODE,
        }
        job = jobs.ask("editions.draft", params, key=f"draft-{recipe.uuid}-{request.user.pk}", owner=request.user)
        return redirect("job", job.uuid)
    return render(request, "reports/new_edition.html", page)


@may("indicators.see_drafts")
@require_safe
def edition(request: HttpRequest, edition: str) -> HttpResponse:
    """Show one edition: where it stands, what it is made from, its files, and the next step."""
    found = get_object_or_404(
        visible_editions(request.user).select_related("author", "reviewer", "recipe_version", "system"), uuid=edition
    )
    current = latest_edition()
    page = {
        "edition": found,
        "files": described(found),
        "current": current,
        "must_confirm": _warned(found),
        **_beside(current, found),
        "may_review": request.user.has_perm("indicators.review", found),
        "form": WordsForm(),
    }
    return render(request, "reports/edition.html", page)


def _warned(edition: Edition) -> bool:
    return _lacks(edition) or any(each["grave"] for each in edition.spoken.get("release", ()))


def _lacks(edition: Edition) -> bool:
    """Say whether an index of the edition has a period that is not whole."""
    return bool(edition.spoken.get("incomplete"))


def _beside(current: Edition | None, found: Edition) -> dict[str, object]:
    """Return what a draft changes beside the current edition, and what differs in the recipe where both are kept."""
    if current is None or current.pk == found.pk or found.stage == Edition.Stage.PUBLISHED:
        return {}
    page: dict[str, object] = {"changes": changes(current, found)}
    old, new = current.recipe_version, found.recipe_version
    if old and new and old != new:
        try:
            page["differences"] = versions_differ(ready(stock()).inputs, old.parts, new.parts)
        except (BadInput, WrongRequest):
            page["differences"] = ()  # the project has moved on: the ranks beside each other still tell
    return page


@may("indicators.see_values")
@require_safe
def export(request: HttpRequest, edition: str) -> HttpResponse:
    """Send the project folder of an edition: the command line computes the same bytes from it."""
    found = get_object_or_404(visible_editions(request.user), uuid=edition)
    try:
        folder = folder_of(stock_of(found))
    except WrongRequest as error:
        messages.error(request, str(error))
        return redirect("edition", found.uuid)
    log.write(request.user, "edition.exported", found)
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    stream.seek(0)
    return FileResponse(stream, as_attachment=True, filename=f"{found.key}.zip")


@may("indicators.draft")
@require_POST
def submit(request: HttpRequest, edition: str) -> HttpResponse:
    """Ask for review."""
    confirmed = "confirmed" in request.POST

    def take(edition: Edition, _words: str) -> None:
        if _lacks(edition) and not confirmed:
            raise WrongRequest(_("Please read the warnings and confirm that you have."))
        steps.submit(edition, request.user)

    return _step(request, edition, take, _("Submitted for review."))


@may("indicators.draft")
@require_POST
def take_back(request: HttpRequest, edition: str) -> HttpResponse:
    """Take it out of review."""
    return _step(request, edition, lambda found, _words: steps.take_back(found, request.user), _("Taken back."))


@may("indicators.review")
@require_POST
def give_back(request: HttpRequest, edition: str) -> HttpResponse:
    """Return it with words."""
    found = get_object_or_404(Edition, uuid=edition)
    require(request.user, "indicators.review", found)
    return _step(
        request, edition, lambda e, words: steps.give_back(e, request.user, words), _("Returned to its author.")
    )


@may("indicators.review")
@require_POST
def publish(request: HttpRequest, edition: str) -> HttpResponse:
    """Publish what somebody else made."""
    found = get_object_or_404(Edition, uuid=edition)
    require(request.user, "indicators.review", found)
    confirmed = "confirmed" in request.POST

    def take(edition: Edition, words: str) -> None:
        if _warned(edition) and not confirmed:
            raise WrongRequest(_("Please read the warnings and confirm that you have."))
        steps.publish(edition, request.user, words)
        overview.ask(request.user)  # the leaders' page is ready before they ask for it

    return _step(request, edition, take, _("Published."))


@may("indicators.withdraw")
@require_POST
def withdraw(request: HttpRequest, edition: str) -> HttpResponse:
    """Take a published edition from the public pages."""

    def take(edition: Edition, words: str) -> None:
        steps.withdraw_edition(edition, request.user, words)
        if overview.editions():
            overview.ask(request.user)

    return _step(request, edition, take, _("Withdrawn."))


def _step(request: HttpRequest, edition: str, take: object, done: str) -> HttpResponse:
    """Take a step and go back to the edition, with what stood in the way if anything did."""
    found = get_object_or_404(Edition, uuid=edition)
    words = request.POST.get("words", "").strip()
    try:
        if "words" in request.POST and not words:
            raise WrongRequest(_("Please say in a few words why."))
        take(found, words)  # type: ignore[operator]
    except WrongRequest as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    still_seen = visible_editions(request.user).filter(pk=found.pk).exists()
    return redirect("edition", found.uuid) if still_seen else redirect("editions")
