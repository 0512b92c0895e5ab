"""Deleting a whole study: what goes and what stays is said before, and its title is typed."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.permissions import may
from nahraum_site.voices import removal
from nahraum_site.voices.asked import found, sent_form

DELETE = "voices.delete_study"
GOING = {
    "collections": gettext_lazy("Collections, with all that was noted about them"),
    "texts": gettext_lazy("Texts, with their pseudonyms"),
    "sources": gettext_lazy("Original files, photographs and recordings"),
    "codings": gettext_lazy("Codings, also the agreed ones"),
    "memos": gettext_lazy("Memos"),
    "summaries": gettext_lazy("Steps of condensing and summaries"),
    "chapters": gettext_lazy("Chapters of the report"),
    "contacts": gettext_lazy("Contacts in the register of the invited"),
}


class DeleteStudyForm(forms.Form):
    """The title of the study, typed, and a tick: asked twice."""

    typed = forms.CharField(label=gettext_lazy("Type the title of the study"), max_length=300)
    sure = forms.BooleanField(label=gettext_lazy("I know that nobody can take this back."))


@may(DELETE)
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, study: str) -> HttpResponse:
    """Say what goes, ask twice, delete the study."""
    here = found(request, study, DELETE)
    form = DeleteStudyForm(sent_form(request))
    if form.is_valid():
        try:
            removal.delete_study(here, form.cleaned_data["typed"], request.user)
        except WrongRequest as error:
            form.add_error("typed", str(error))
        else:
            messages.success(request, _("The study was deleted for good."))
            return redirect("studies")
    counts = [(GOING[name], count) for name, count in removal.going(here).items()]
    page = {"study": here, "form": form, "counts": counts}
    return render(request, "voices/delete_study.html", page, status=422 if form.errors else 200)
