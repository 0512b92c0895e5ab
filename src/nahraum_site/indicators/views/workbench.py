"""The index workbench: change the recipe and see map, ranking and profile change; compare; save as a version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.strict import build
from nahraum.evidence.indicators.edition import ProfileRule, RobustnessSpec
from nahraum.evidence.indicators.recipe_toml import STEPS, from_mapping
from nahraum.evidence.indicators.show.palette import colours
from nahraum.evidence.indicators.workbench.differences import Differences, compare_trials
from nahraum.evidence.indicators.workbench.double_counting import double_counting
from nahraum.evidence.indicators.workbench.form import form_of, section_form
from nahraum.evidence.indicators.workbench.trial import Trial
from nahraum.places.outlines import Outlines
from nahraum.projects.run import Inputs
from nahraum.projects.work import try_recipe
from nahraum_site.accounts.permissions import may
from nahraum_site.indicators import assembly, workbench_form
from nahraum_site.indicators.actions.stock import save_recipe
from nahraum_site.indicators.models import Recipe

MOVERS = 12


class SaveForm(forms.Form):
    """A version's name and the reason for it."""

    version_name = forms.CharField(label=_lazy("Name of this version"), max_length=200)
    version_reason = forms.CharField(
        label=_lazy("Why this version?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
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

    @property
    def base_parts(self) -> Mapping[str, Any]:
        """Return the sections of the version that this began from."""
        return self.base.parts if self.base else {}

    def trial(self) -> Trial:
        """Run what the form describes. WrongRequest with the option that does not fit."""
        return _tried(self.inputs, workbench_form.parts_of(self.texts, self.base_parts), self.period)


def _tried(inputs: Inputs, parts: Mapping[str, Any], period: str) -> Trial:
    sections = {name: parts[name] for name in ("indices", "profile", "robustness") if name in parts}
    return try_recipe(inputs, sections, period=period)


def _bench(request: HttpRequest) -> Bench:
    """Return what to work on. BadInput or WrongRequest where the project cannot be read yet."""
    given = request.POST if request.method == "POST" else request.GET
    base = get_object_or_404(Recipe, uuid=given["version"]) if given.get("version") else assembly.latest_recipe()
    against = get_object_or_404(Recipe, uuid=given["gegen"]) if given.get("gegen") else None
    ready = assembly.ready(assembly.stock())
    inputs, period = ready.inputs, given.get("zeit", "")
    texts = workbench_form.posted(given) if request.method == "POST" else _texts(inputs, base)
    return Bench(base=base, inputs=inputs, drawn=ready.drawn, texts=texts, period=period, against=against)


def _texts(inputs: Inputs, base: Recipe | None) -> dict[str, str]:
    """Return the form of a version, or of a first index over everything there is."""
    parts = base.parts if base else {}
    first = dict((parts.get("indices") or [{}])[0])
    first.pop("periods", None)
    recipe = from_mapping(first, inputs.project.indicators, inputs.project.domains)
    profile = build(ProfileRule, parts.get("profile", {}), "profile")
    robustness = build(RobustnessSpec, parts.get("robustness", {}), "robustness")
    return form_of(recipe) | section_form("profile", profile) | section_form("robustness", robustness)


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
    branches = workbench_form.branches(bench.texts, names)
    used = {branch.id for branch in branches}
    steps, sections = workbench_form.groups(bench.texts)
    page = {
        "bench": bench,
        "branches": branches,
        "unused": [(id, name) for id, name in names.items() if id not in used],
        "steps": steps,
        "sections": sections,
        "all_steps": list(STEPS),
        "versions": Recipe.objects.all(),
        "periods": [(str(period), period.label) for period in reversed(bench.inputs.panel.periods)],
        "form": form,
        "hidden": [(key, text) for key, text in bench.texts.items() if key in ("tree.id", "tree.name", "tree.weight")],
        **_result(bench),
    }
    return render(request, "indicators/workbench.html", page, status=status)


@may("indicators.use_workbench")
@require_POST
def tried(request: HttpRequest) -> HttpResponse:
    """Answer a change: only the result where the page asks by itself, else the whole page."""
    bench = _bench(request)
    if request.htmx:
        return render(request, "indicators/workbench_result.html", _result(bench) | {"bench": bench})
    return _page(request, bench, SaveForm())


def _result(bench: Bench) -> dict[str, Any]:
    """Return ranking, map and profile of what the form describes, or what does not fit."""
    try:
        trial = bench.trial()
        compared = _compared(bench, trial)
    except WrongRequest as error:
        return {"error": str(error)}
    found = trial.plain()
    palette = colours(len(found["classes"]) or 1)
    for row in found["rows"]:
        row["colour"] = palette[row["class_number"] - 1] if row["class_number"] else ""
        row["probability"] = _likely(row)
    found["classes"] = [{**each, "colour": palette[each["number"] - 1]} for each in reversed(found["classes"])]
    ranked = sorted(found["rows"], key=lambda row: (row["rank"] == 0, row["rank"], row["key"]))
    return {
        "trial": found,
        "ranked": ranked,
        "map": bench.drawn and _map(bench.drawn, found["rows"]),
        "deviating": [row for row in ranked if row["strong"] or row["frequent"]],
        "compared": compared,
    }


def _likely(row: Mapping[str, Any]) -> int | None:
    """Return how often the area lies in its class, in per cent of the runs."""
    chances = row["class_probability"]
    return round(chances[row["class_number"] - 1] * 100) if chances and row["class_number"] else None


def _told(row: Mapping[str, Any]) -> str:
    return f"{row['name']}: {row['class_label'] or row['excluded'] or '–'}"


def _compared(bench: Bench, trial: Trial) -> dict[str, Any] | None:
    if bench.against is None:
        return None
    found: Differences = compare_trials(_tried(bench.inputs, bench.against.parts, str(trial.period)), trial)
    return {**found.plain(), "movers": found.movers(MOVERS)}


def _map(drawn: Outlines, rows: list[dict[str, Any]]) -> dict[str, Any]:
    by_key = {row["key"]: row for row in rows}
    areas = [
        {"key": key, "path": path, "colour": row["colour"] or "#ffffff", "words": _told(row)}
        for key, path in drawn.paths.items()
        if (row := by_key.get(key))
    ]
    return {"width": drawn.width, "height": drawn.height, "areas": areas}


@may("indicators.use_workbench")
@require_POST
def double(request: HttpRequest) -> HttpResponse:
    """Show what the index counts twice: correlations, shared counts, real weights."""
    bench = _bench(request)
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
    bench = _bench(request)
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
