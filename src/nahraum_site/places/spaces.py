"""Whose space it is: neighbourhood managers look after areas of their own."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from nahraum.base.areas import named
from nahraum_site.accounts.models import User
from nahraum_site.accounts.permissions import may
from nahraum_site.places import actions, queries


class SpacesForm(forms.Form):
    """The areas that somebody looks after, by the level above; a whole space stands for all its areas."""

    spaces = forms.MultipleChoiceField(
        label=gettext_lazy("Add whole social spaces"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Saving adds all their areas to those ticked below."),
    )
    areas = forms.MultipleChoiceField(label=gettext_lazy("Areas"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *arguments: Any, user: User, **keywords: Any) -> None:
        keywords["initial"] = {"areas": queries.spaces_of(user)}
        super().__init__(*arguments, **keywords)
        areas = sorted(queries.areas_in_use(), key=lambda area: area.parent)
        self.within = {above: list(group) for above, group in groupby(areas, key=lambda area: area.parent)}
        self.fields["areas"].choices = [  # type: ignore[attr-defined]
            (above or _("Areas"), [(area.key, named(area.key, {area.key: area.name})) for area in group])
            for above, group in self.within.items()
        ]
        self.fields["spaces"].choices = [(above, above) for above in self.within if above]  # type: ignore[attr-defined]
        if not any(self.within):  # one level only
            del self.fields["spaces"]

    def keys(self) -> set[str]:
        """Return the keys of all areas chosen, one by one or with their space."""
        spaces = self.cleaned_data.get("spaces", ())
        return {*self.cleaned_data["areas"], *(area.key for above in spaces for area in self.within[above])}


@may("places.give_spaces")
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, user: str) -> HttpResponse:
    """Say which areas somebody looks after."""
    found = get_object_or_404(User, uuid=user, is_active=True)
    form = SpacesForm(request.POST or None, user=found)
    if request.method == "POST" and form.is_valid():
        actions.give_spaces(found, form.keys(), request.user)
        messages.success(request, _("Saved."))
        return redirect("person", found.uuid)
    return render(request, "places/spaces.html", {"form": form, "person": found})
