"""The index workbench: change the recipe and see map, ranking and profile change; compare; save as a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.strict import build
from nahraum.evidence.indicators.edition import ProfileRule, RobustnessSpec
from nahraum.evidence.indicators.recipe_toml import CUSTOMARY_POPULATION, from_mapping
from nahraum.evidence.indicators.show.rows import variable_words
from nahraum.evidence.indicators.workbench.double_counting import double_counting
from nahraum.evidence.indicators.workbench.form import form_of, section_form
from nahraum.evidence.indicators.workbench.trial import Trial
from nahraum.places.outlines import Outlines
from nahraum.projects.run import Inputs
from nahraum.projects.work import SECTIONS, open_directions, try_recipe, versions_differ
from nahraum_site.accounts.permissions import may
from nahraum_site.indicators import assembly, workbench_form
from nahraum_site.indicators.actions.stock import save_recipe
from nahraum_site.indicators.deliveries.queries import names_of_variables
from nahraum_site.indicators.models import Batch, Project, Recipe
from nahraum_site.indicators.workbench_shown import shown


class SaveForm(forms.Form):
    """A version's name and the reason for it."""

    version_name = forms.CharField(label=gettext_lazy("Name of this version"), max_length=200)
    version_reason = forms.CharField(
        label=gettext_lazy("Why this version?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


@dataclass(frozen=True, kw_only=True)
class Bench:
    """What a request works on: the version it began from, what was read, the texts of the form."""

    base: Recipe | None
    inputs: Inputs
    drawn: Outlines | None
    texts: dict[str, str]
    period: str
    against: Recipe | None
    area: str
    gone: tuple[str, ...]  # indicators that the version names and the catalogue no longer has
    is_whole: bool  # False: what takes long is left for a pause

    @property
    def base_parts(self) -> Mapping[str, Any]:
        """Return the sections of the version that this began from."""
        return self.base.parts if self.base else {}

    def trial(self) -> Trial:
        """Run what the form describes. WrongRequest with the option that does not fit."""
        return _tried(self.inputs, workbench_form.parts_of(self.texts, self.base_parts), self.period)


def _tried(inputs: Inputs, parts: Mapping[str, Any], period: str, *, with_robustness: bool = True) -> Trial:
    sections = {name: parts[name] for name in SECTIONS if name in parts}
    return try_recipe(inputs, sections, period=period, with_robustness=with_robustness)


def _bench(request: HttpRequest) -> Bench:
    """Return what to work on. BadInput or WrongRequest where the project cannot be read yet."""
    given = request.POST if request.method == "POST" else request.GET
    base = _version(given.get("version", "")) or assembly.latest_recipe()
    against = _version(given.get("gegen", ""))
    ready = assembly.ready(assembly.stock())
    inputs, period = ready.inputs, given.get("zeit", "")
    texts, gone = (workbench_form.posted(given), ()) if request.method == "POST" else _texts(inputs, base)
    return Bench(
        base=base,
        inputs=inputs,
        drawn=ready.drawn,
        texts=texts,
        period=period,
        against=against,
        area=given.get("gebiet", ""),
        gone=gone,
        is_whole=not request.htmx or "ganz" in request.GET,
    )


def _version(mark: str) -> Recipe | None:
    """Return the version of this uuid; None where none is asked for. Http404 where there is none."""
    if not mark:
        return None
    try:
        return get_object_or_404(Recipe, uuid=UUID(mark))
    except ValueError:
        raise Http404 from None


def _texts(inputs: Inputs, base: Recipe | None) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the form of a version, or of a first index over everything there is; and what of it is no longer there."""
    parts = base.parts if base else {}
    first, gone = workbench_form.still_there(
        dict((parts.get("indices") or [{}])[0]), {each.id for each in inputs.project.indicators}
    )
    first.pop("periods", None)
    recipe = from_mapping(first, inputs.project.indicators, inputs.project.domains)
    profile = build(ProfileRule, parts.get("profile", {}), "profile")
    robustness = build(RobustnessSpec, parts.get("robustness", {}), "robustness")
    recipe = recipe if base else replace(recipe, name=recipe.name or _("Social index"))
    texts = form_of(recipe) | section_form("profile", profile) | section_form("robustness", robustness)
    return texts, gone


@may("indicators.use_workbench")
@require_safe
def workbench(request: HttpRequest) -> HttpResponse:
    """Show the recipe beside what it yields."""
    try:
        bench = _bench(request)
    except (BadInput, WrongRequest) as error:
        return render(request, "indicators/workbench_empty.html", {"error": str(error)})
    return _page(request, bench, SaveForm())


def _page(request: HttpRequest, bench: Bench, form: SaveForm, status: int = 200) -> HttpResponse:
    names = {indicator.id: indicator.name for indicator in bench.inputs.project.indicators}
    result = _result(bench)
    wrong = result.get("wrong", {})
    branches = workbench_form.branches(bench.texts, bench.inputs.project.indicators, wrong)
    used = {branch.id for branch in branches}
    steps, sections = workbench_form.groups(bench.texts, branches, wrong)
    page = {
        "bench": bench,
        "branches": branches,
        "unused": [(id, name) for id, name in names.items() if id not in used],
        "steps": steps,
        "sections": sections,
        "variables": _variables(bench.inputs),
        "all_steps": workbench_form.step_choices(),
        "versions": Recipe.objects.all(),
        "periods": [(str(period), period.label) for period in reversed(bench.inputs.panel.periods)],
        "form": form,
        "hidden": [(key, text) for key, text in bench.texts.items() if key in ("tree.id", "tree.name", "tree.weight")],
        **result,
    }
    return render(request, "indicators/workbench.html", page, status=status)


def _variables(inputs: Inputs) -> dict[str, str]:
    """Return the words for every variable that a step may count people with."""
    names = (CUSTOMARY_POPULATION, *sorted(inputs.panel.variables))
    batches = Batch.objects.filter(withdrawn_at=None).only("part")
    labels = names_of_variables(Project.objects.first(), batches)
    return {name: variable_words(name, labels, inputs.project.areas.population) for name in names}


@may("indicators.use_workbench")
@require_POST
def tried(request: HttpRequest) -> HttpResponse:
    """Answer a change: only the result where the page asks by itself, else the whole page."""
    try:
        bench = _bench(request)
    except (BadInput, WrongRequest) as error:
        if request.htmx:
            return render(request, "indicators/workbench_result.html", {"error": str(error)})
        return _unreadable(request, error)
    if request.htmx:
        return render(request, "indicators/workbench_result.html", _result(bench) | {"bench": bench})
    typed = {name: request.POST.get(name, "") for name in SaveForm.base_fields}
    return _page(request, bench, SaveForm(initial=typed))


def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    """Say why nothing can be computed now: data went away while the page was open. What was typed goes along."""
    typed = [
        (name, text) for name in request.POST if name != "csrfmiddlewaretoken" for text in request.POST.getlist(name)
    ]
    return render(request, "indicators/workbench_empty.html", {"error": str(error), "typed": typed}, status=422)


def _result(bench: Bench) -> dict[str, Any]:
    """Return ranking, map and profile of what the form describes, or what does not fit."""
    try:
        parts = workbench_form.parts_of(bench.texts, bench.base_parts)
        waits = not bench.is_whole and _waits(parts)
        trial = _tried(bench.inputs, _without_chance(parts) if waits else parts, bench.period)
        other = bench.against and _tried(bench.inputs, bench.against.parts, str(trial.period), with_robustness=False)
        found = shown(trial, bench.drawn, bench.inputs.project.indicators, bench.area, other or None)
    except WrongRequest as error:
        field, words = workbench_form.refused(error)
        label = workbench_form.label_of(field, bench.texts)
        return {
            "error": words if field else str(error),
            "wrong": {field: words} if field else {},
            "field": field,
            "label": label,
        }
    sections = {name: parts[name] for name in SECTIONS if name in parts}
    return {**found, "waits": waits, "open": [each.sentence for each in open_directions(bench.inputs, sections)]}


def _waits(parts: Mapping[str, Any]) -> bool:
    """Say whether drawing counts anew waits for a pause: it takes longest, and something else is varied as well."""
    spec = build(RobustnessSpec, parts["robustness"], "robustness")
    return spec.small_counts and bool(spec.weights or spec.scales or spec.methods or spec.leave_out)


def _without_chance(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {**parts, "robustness": {**parts["robustness"], "small_counts": False}}


@may("indicators.use_workbench")
@require_POST
def double(request: HttpRequest) -> HttpResponse:
    """Show what the index counts twice: correlations, shared counts, real weights."""
    try:
        bench = _bench(request)
    except (BadInput, WrongRequest) as error:
        return _unreadable(request, error)
    try:
        found = double_counting(bench.trial())
    except WrongRequest as error:
        return render(request, "indicators/workbench_double.html", {"error": str(error)})
    plain = found.plain()
    matrix = [
        (each["name"], [(value, n != m and abs(value or 0) >= found.threshold) for m, value in enumerate(row)])
        for n, (each, row) in enumerate(zip(plain["indicators"], plain["spearman"], strict=True))
    ]
    page = {"found": plain, "sentences": found.sentences(), "matrix": matrix}
    return render(request, "indicators/workbench_double.html", page)


@may("indicators.save_recipe")
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Save what the form describes as a version; a recipe that cannot be run is not saved."""
    if request.htmx:  # a change that htmx sends where the button just pressed leads: the browser itself saves
        return tried(request)
    try:
        bench = _bench(request)
    except (BadInput, WrongRequest) as error:
        return _unreadable(request, error)
    form = SaveForm(request.POST)
    if form.is_valid():
        try:
            bench.trial()
            parts = workbench_form.parts_of(bench.texts, bench.base_parts)
        except WrongRequest as error:
            form.add_error(None, str(error))
        else:
            given = form.cleaned_data
            recipe = save_recipe(
                parts,
                name=given["version_name"],
                reason=given["version_reason"],
                user=request.user,
                based_on=bench.base,
            )
            messages.success(request, _("Saved as version {number}.").format(number=recipe.number))
            return redirect("workbench")
    return _page(request, bench, form, status=422)


@may("indicators.use_workbench")
@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """List the versions of the recipe (who, when, why, in which editions), and what two of them differ in."""
    page: dict[str, Any] = {
        "versions": Recipe.objects.select_related("author", "based_on").prefetch_related("editions")
    }
    if request.GET.get("neu"):
        new = _version(request.GET["neu"])
        old = _version(request.GET.get("alt", "")) or (new and new.based_on)
        page |= {"old": old, "new": new}
        try:
            if old and new:
                page["differences"] = versions_differ(assembly.ready(assembly.stock()).inputs, old.parts, new.parts)
        except (BadInput, WrongRequest) as error:
            page["error"] = str(error)
    return render(request, "indicators/workbench_versions.html", page)
