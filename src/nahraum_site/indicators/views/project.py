"""The project itself: title, publisher, areas in use, protection."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum.evidence.indicators.recipe_toml import CUSTOMARY_POPULATION
from nahraum_site.accounts.permissions import may
from nahraum_site.indicators.actions import stock
from nahraum_site.indicators.deliveries.queries import no_count, words_of_variables
from nahraum_site.indicators.models import Batch, Project
from nahraum_site.indicators.people import areas_part, likely, variables_of
from nahraum_site.places.models import AreaSystem
from nahraum_site.shell.overtaken import stored

LICENCES = ("CC-BY-4.0", "CC0-1.0", "dl-de/by-2-0", "dl-de/zero-2-0")
OWN = ("title", "city", "publisher", "date", "licence", "contact", "notes")
LIMITS = ("min_numerator", "min_denominator", "min_inhabitants")


class ProjectForm(forms.Form):
    """The sections [project], [protection] and the introduction of [report]."""

    version = forms.IntegerField(widget=forms.HiddenInput, initial=0, required=False)
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
    population = forms.ChoiceField(
        label=gettext_lazy("Variable that counts inhabitants"),
        required=False,
        help_text=gettext_lazy("Needed to protect areas with few inhabitants and to compare counts with inhabitants."),
    )
    min_numerator = forms.IntegerField(
        label=gettext_lazy("Counts below this are protected"), min_value=2, max_value=1000, initial=3
    )
    min_denominator = forms.IntegerField(
        label=gettext_lazy("Shares of fewer people than this are protected"), min_value=2, max_value=10000, initial=10
    )
    min_inhabitants = forms.IntegerField(
        label=gettext_lazy("Areas with fewer inhabitants are protected as a whole"),
        min_value=0,
        max_value=100000,
        initial=0,
    )

    def __init__(self, *arguments: Any, variables: dict[str, str], **keywords: Any) -> None:
        """``variables``: those that tables deliver, with words for readers."""
        super().__init__(*arguments, **keywords)
        self.variables = variables
        named = self.initial.get("population", "")
        known = dict(variables)
        if named and not variables:
            known[named] = _("{name} (not delivered yet)").format(name=named)
        self.fields["population"].choices = [("", _("not known")), *known.items()]

    def clean_population(self) -> str:
        """Inhabitants are whole numbers, none of them below zero."""
        named: str = self.cleaned_data["population"]
        wrong = no_count(named) if named else None
        if wrong is not None:
            words = _(
                "“{name}” does not count people: {value} for the area {area}, {period} ({file}, row {row}). Choose "
                "another variable, or deliver a correction."
            )
            about = {"area": wrong.area, "period": wrong.period, "file": wrong.batch.file.name, "row": wrong.row}
            shown = number(wrong.value or 0, 0 if float(wrong.value or 0).is_integer() else 1)
            raise forms.ValidationError(words.format(name=named, value=shown, **about))
        return named

    def clean(self) -> dict[str, Any]:
        """Areas can be protected by their inhabitants only where these are known."""
        given = super().clean() or {}
        if given.get("min_inhabitants") and self.variables and not given.get("population"):
            self.add_error("population", _("Choose it: areas with few inhabitants are to be protected."))
        return given

    def sections(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Return the sections with what was typed; what the form does not show stays."""
        given = self.cleaned_data
        own = {**parts.get("project", {}), **{name: given[name] for name in OWN}, "date": given["date"].isoformat()}
        own.setdefault("id", re.sub(r"[^a-z0-9]+", "-", given["title"].lower()).strip("-") or "monitoring")
        protection = {**parts.get("protection", {}), **{name: given[name] for name in LIMITS}}
        return {
            **parts,
            "project": own,
            **({"areas": {"population": given["population"]}} if parts or given["population"] else {}),
            "protection": protection,
            "report": {**parts.get("report", {}), "intro": given["intro"]},
        }


def _shown(project: Project) -> dict[str, Any]:
    parts = project.parts
    own = parts["project"]
    day = date.fromisoformat(own["date"]) if own.get("date") else None
    about = {"date": day, "intro": parts.get("report", {}).get("intro", "")}
    population = areas_part(project).get("population", "")
    kept = {"system": project.system, "population": population, "version": project.version}
    return {**own, **parts.get("protection", {}), **about, **kept}


def _people(given: dict[str, Any], variables: dict[str, str]) -> str:
    """Fill in the variable that counts inhabitants; return what is to be said about it."""
    named = given.get("population", "")
    if not variables or named in variables:
        return ""
    customary = CUSTOMARY_POPULATION if CUSTOMARY_POPULATION in variables else ""
    proposed = given["population"] = customary or likely(variables)
    if named not in ("", CUSTOMARY_POPULATION):
        words = _("No table delivers “{name}”, which counts the inhabitants so far. Choose another one, or none.")
        return words.format(name=named)
    if proposed and not customary:
        return _("“{name}” looks like the number of inhabitants. Save if that is so.").format(name=proposed)
    return ""


@may("indicators.keep_project")
@require_http_methods(["GET", "POST"])
def project(request: HttpRequest) -> HttpResponse:
    """Show and change what the monitoring is called, whose it is, which areas it uses and how it protects."""
    if not AreaSystem.objects.exists():
        messages.info(request, _("Everything begins with the areas. Please upload their boundaries first."))
        return redirect("systems")
    found = Project.objects.select_related("system").first()
    batches = list(Batch.objects.filter(withdrawn_at=None).only("part"))
    variables = words_of_variables(sorted(variables_of(batch.part for batch in batches)), found, batches)
    shown = _shown(found) if found else {}
    people = _people(shown, variables)
    form = ProjectForm(request.POST or None, initial=shown, variables=variables)

    def store() -> None:
        given = form.cleaned_data
        sections = form.sections(found.parts if found else {})
        stock.keep_project(sections, given["system"], request.user, version=given["version"] or 0)

    page = {"project": found, "people": people}
    return stored(request, form, store, _shown, "indicators/project.html", page, ("project",))
