"""Search the texts of a study, look at the hits, and code those that are ticked."""

from __future__ import annotations

from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.categories import System
from nahraum.evidence.voices.search import Stretch
from nahraum_site.accounts.permissions import may
from nahraum_site.voices.asked import found, sent_uuid
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.coding import finding
from nahraum_site.voices.models import Study


class SearchForm(forms.Form):
    """What to look for, and what is to be coded with it."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        max_length=300,
        help_text=gettext_lazy("A word, a beginning (rent*), a phrase (“short ways”), or two words near each other."),
    )
    category = forms.ChoiceField(label=gettext_lazy("Category"))
    stretch = forms.ChoiceField(
        label=gettext_lazy("What is coded"),
        choices=(
            (Stretch.SENTENCE, gettext_lazy("the sentence")),
            (Stretch.HIT, gettext_lazy("the words found")),
            (Stretch.PARAGRAPH, gettext_lazy("the paragraph")),
        ),
    )

    def __init__(self, *arguments: object, system: System, **keywords: object) -> None:
        super().__init__(*arguments, **keywords)  # type: ignore[arg-type]
        codable = [(each.id, system.label(each.id)) for each in system.categories if each.codable]
        self.fields["category"].choices = codable  # type: ignore[attr-defined]


@may("voices.code")
@require_http_methods(["GET", "POST"])
def search(request: HttpRequest, study: str) -> HttpResponse:
    """Propose stretches for a category, and code those that were confirmed."""
    here = found(request, study, "voices.code")
    if request.method == "POST":
        _confirmed(request, here)
        return redirect(request.get_full_path())
    form = SearchForm(request.GET or None, system=categories.system_of(here))
    page = {"study": here, "form": form, "key": uuid4()}
    if form.is_valid():
        given = form.cleaned_data
        try:
            shown, count = finding.proposed(
                here, given["q"], Stretch(given["stretch"]), given["category"], request.user
            )
            page |= {"proposals": shown, "count": count, "asked": True}
        except WrongRequest as error:
            form.add_error("q", str(error))
    return render(request, "voices_coding/search.html", page, status=422 if form.errors else 200)


def _confirmed(request: HttpRequest, here: Study) -> None:
    try:
        key = sent_uuid(request.POST.get("key", ""))
        chosen = finding.places(request.POST.getlist("place"))
        count = finding.code(here, chosen, request.GET.get("category", ""), key, request.user)
    except WrongRequest as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Coded: %(count)d.") % {"count": count})
