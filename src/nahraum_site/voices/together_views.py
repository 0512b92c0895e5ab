"""What holds for several collections is noted for all of them at once: consent, day of deletion, work package."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from nahraum_site.accounts.permissions import may
from nahraum_site.voices import actions
from nahraum_site.voices.asked import found, sent_form
from nahraum_site.voices.collection_forms import CONSENTS
from nahraum_site.voices.forms import day_field
from nahraum_site.voices.models import Study


class TogetherForm(forms.Form):
    """Some collections of a study, and what is noted for each of them; what stays empty is not changed."""

    collections = forms.ModelMultipleChoiceField(
        None, to_field_name="uuid", label=_("Collections"), widget=forms.CheckboxSelectMultiple
    )
    consent = forms.ChoiceField(label=_("Consent"), required=False)
    delete_on = day_field(_("Texts are deleted on"), help_text=_("The study's page reminds you from 30 days before."))
    package = forms.ChoiceField(label=_("Work package"), required=False)

    def __init__(self, *arguments: Any, study: Study, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self.fields["collections"].queryset = study.collections.order_by("day", "pk")  # type: ignore[attr-defined]
        packages = [(each["id"], each["title"]) for each in study.packages]
        for name, choices in (("consent", CONSENTS[1:]), ("package", packages)):
            self.fields[name].choices = [("", _("– unchanged –")), *choices]  # type: ignore[attr-defined]

    @property
    def given(self) -> dict[str, Any]:
        """Return what is noted."""
        return {
            name: self.cleaned_data[name] for name in ("consent", "delete_on", "package") if self.cleaned_data[name]
        }

    def clean(self) -> Any:
        """Refuse to note nothing."""
        cleaned = super().clean()
        if not self.errors and not self.given:
            raise forms.ValidationError(gettext("Say what is to be noted: consent, a day or a work package."))
        return cleaned


@may("voices.collect")
@require_http_methods(["GET", "POST"])
def together(request: HttpRequest, study: str) -> HttpResponse:
    """Note the same for several collections, or show the form with what is wrong in it."""
    here = found(request, study, "voices.collect")
    form = TogetherForm(sent_form(request), study=here)
    if not form.is_bound or not form.is_valid():
        page = {"study": here, "form": form}
        return render(request, "voices/together.html", page, status=422 if form.is_bound else 200)
    count = actions.change_together(here, form.cleaned_data["collections"], form.given, request.user)
    words = ngettext("%(count)s collection was changed.", "%(count)s collections were changed.", count)
    messages.success(request, words % {"count": count})
    return redirect("study", here.uuid)
