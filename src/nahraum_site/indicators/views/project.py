"""The project itself: title, publisher, areas in use, protection."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.permissions import may
from nahraum_site.indicators.actions import stock
from nahraum_site.indicators.models import Project
from nahraum_site.places.models import AreaSystem

LICENCES = ("CC-BY-4.0", "CC0-1.0", "dl-de/by-2-0", "dl-de/zero-2-0")
OWN = ("title", "city", "publisher", "date", "licence", "contact", "notes")
LIMITS = ("min_numerator", "min_denominator", "min_inhabitants")


class ProjectForm(forms.Form):
    """The sections [project], [protection] and the introduction of [report]."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    city = forms.CharField(label=gettext_lazy("Municipality"), max_length=200)
    publisher = forms.CharField(label=gettext_lazy("Published by"), max_length=300)
    date = forms.DateField(
        label=gettext_lazy("As of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Printed on every output."),
    )
    licence = forms.CharField(label=gettext_lazy("Licence"), max_length=100, initial=LICENCES[0])
    contact = forms.CharField(label=gettext_lazy("Contact"), max_length=300, required=False)
    notes = forms.CharField(
        label=gettext_lazy("Notes"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    intro = forms.CharField(
        label=gettext_lazy("Introduction for readers"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    system = forms.ModelChoiceField(
        label=gettext_lazy("Areas"), queryset=AreaSystem.objects.order_by("-pk"), empty_label=None
    )
    min_numerator = forms.IntegerField(
        label=gettext_lazy("Counts below this are protected"), min_value=1, max_value=1000, initial=3
    )
    min_denominator = forms.IntegerField(
        label=gettext_lazy("Shares of fewer people than this are protected"), min_value=1, max_value=10000, initial=10
    )
    min_inhabitants = forms.IntegerField(
        label=gettext_lazy("Areas with fewer inhabitants are protected as a whole"),
        min_value=0,
        max_value=100000,
        initial=0,
    )

    def sections(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Return the sections with what was typed; what the form does not show stays."""
        given = self.cleaned_data
        own = {**parts.get("project", {}), **{name: given[name] for name in OWN}, "date": given["date"].isoformat()}
        own.setdefault("id", re.sub(r"[^a-z0-9]+", "-", given["title"].lower()).strip("-") or "monitoring")
        protection = {**parts.get("protection", {}), **{name: given[name] for name in LIMITS}}
        return {
            **parts,
            "project": own,
            "protection": protection,
            "report": {**parts.get("report", {}), "intro": given["intro"]},
        }


def _shown(project: Project) -> dict[str, Any]:
    parts = project.parts
    intro = parts.get("report", {}).get("intro", "")
    return {**parts["project"], **parts.get("protection", {}), "intro": intro, "system": project.system_id}


@may("indicators.keep_project")
@require_http_methods(["GET", "POST"])
def project(request: HttpRequest) -> HttpResponse:
    """Show and change what the monitoring is called, whose it is, which areas it uses and how it protects."""
    if not AreaSystem.objects.exists():
        messages.info(request, _("Everything begins with the areas. Please upload their boundaries first."))
        return redirect("systems")
    found = Project.objects.select_related("system").first()
    form = ProjectForm(request.POST or None, initial=_shown(found) if found else None)
    if request.method == "POST" and form.is_valid():
        try:
            stock.keep_project(
                form.sections(found.parts if found else {}),
                form.cleaned_data["system"],
                request.user,
                version=int(given) if (given := request.POST.get("version", "")).isdecimal() and len(given) < 9 else 0,
            )
        except WrongRequest as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("project")
    return render(
        request, "indicators/project.html", {"form": form, "project": found}, status=422 if form.errors else 200
    )
