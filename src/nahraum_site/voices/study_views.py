"""Studies: list, begin, look at one, change what it asks, when, where and who works in it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from nahraum.base.language import gettext as _
from nahraum.evidence.voices.studies.show import sample_head, sample_rows
from nahraum_site.accounts.permissions import may
from nahraum_site.records.sent import version_of
from nahraum_site.shell.overtaken import Overtaken, stored
from nahraum_site.voices import actions, queries
from nahraum_site.voices.asked import found, sent_form
from nahraum_site.voices.away.queries import allowing
from nahraum_site.voices.forms import BeginForm, PackageSet, SpacesForm, TeamForm, ThemeSet
from nahraum_site.voices.models import Study
from nahraum_site.voices.releases.queries import released


@may("voices.read_study")
@require_safe
def studies(request: HttpRequest) -> HttpResponse:
    """List the studies of one's teams."""
    page = {"studies": queries.listed(request.user, timezone.localdate()), "can_take": bool(allowing(request.user))}
    return render(request, "voices/studies.html", page)


@may("voices.begin_study")
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a study, perhaps in areas that were selected before."""
    chosen = queries.selection_of(request.user, request.GET.get("auswahl"))
    form = BeginForm(sent_form(request), initial={"chosen_from": chosen.reason if chosen else ""})
    if request.method == "POST" and form.is_valid():
        made = actions.begin(user=request.user, selection=chosen, **form.cleaned_data)
        messages.success(request, _("The study has begun. Next: leading questions, plan and team."))
        return redirect("study", made.uuid)
    return render(request, "voices/begin.html", {"form": form, "selection": chosen}, status=422 if form.errors else 200)


@may("voices.read_study")
@require_safe
def study(request: HttpRequest, study: str) -> HttpResponse:
    """Show a study whole: what is due, what it asks, when, where, who was heard, what the rules of the method say."""
    here = found(request, study)
    collections, names = list(queries.judged(here).select_related("deletion")), queries.spaces()
    seen = queries.seen(here, collections, names, timezone.localdate(), released(here))
    titles = {each.id: each.title for each in seen.study.packages}
    page = {
        "study": here,
        "seen": seen,
        "spaces": [(names.get(key, key), _profile(here, key)) for key in here.spaces],
        "team": queries.team_of(here),
        "collections": [
            (each, names.get(each.space, each.space), seen.held_back.get(str(each.uuid))) for each in collections
        ],
        "sample_head": sample_head(seen.sample),
        "sample_rows": sample_rows(seen.sample),
        "can_lead": request.user.has_perm("voices.lead_study", here),
        "can_collect": request.user.has_perm("voices.collect", here),
        "bars": [(bar, [titles.get(id, id) for id in bar.package.after]) for bar in seen.plan.bars],
    }
    return render(request, "voices/study.html", page)


def _profile(study: Study, key: str) -> str:
    """Return the lasting address of the profile in which a space was chosen; empty if it was chosen otherwise."""
    areas = study.selection.areas if study.selection else ()
    return next((each["address"] for each in areas if each["key"] == key), "")


@may("voices.lead_study")
@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest, study: str) -> HttpResponse:
    """Change the leading questions."""
    here = found(request, study, "voices.lead_study")
    initial = [{**each, "questions": "\n".join(each["questions"])} for each in here.themes]
    forms = ThemeSet(sent_form(request), initial=initial, prefix="thema")
    return _several(
        request, here, forms, "voices/questions.html", "themes", gettext_lazy("The leading questions are stored.")
    )


@may("voices.lead_study")
@require_http_methods(["GET", "POST"])
def packages(request: HttpRequest, study: str) -> HttpResponse:
    """Change the work packages."""
    here = found(request, study, "voices.lead_study")
    others = [(each["id"], each["title"]) for each in here.packages]
    forms = PackageSet(sent_form(request), initial=here.packages, prefix="paket", form_kwargs={"others": others})
    return _several(request, here, forms, "voices/packages.html", "packages", gettext_lazy("The plan is stored."))


def _several(request: HttpRequest, here: Study, forms: Any, template: str, name: str, done: Any) -> HttpResponse:
    """Store a part of the plan that has several rows, or show it; with “more rows” everything typed stays."""
    page = {"study": here, "forms": forms, "version": here.version}
    if request.method == "GET":
        return render(request, template, page)
    if "more" in request.POST:
        return render(request, template, page | {"forms": _longer(forms), "version": version_of(request)})
    if not forms.is_valid():
        return render(request, template, page | {"version": version_of(request)}, status=422)
    try:
        actions.change_plan(here, {name: forms.kept}, version_of(request), request.user)
    except Overtaken as error:
        page |= {"overtaken": str(error), "now": queries.noun(error.now), "version": error.now.version}
        return render(request, template, page, status=409)
    messages.success(request, str(done))
    return redirect("study", here.uuid)


def _longer(forms: Any) -> Any:
    """Return the same forms with room for more; what was typed stays, and is not judged yet."""
    typed = [
        {
            name: field.widget.value_from_datadict(forms.data, forms.files, form.add_prefix(name))
            for name, field in form.fields.items()
        }
        for form in forms.forms
    ]
    return type(forms)(initial=typed, prefix=forms.prefix, form_kwargs=forms.form_kwargs)


@may("voices.lead_study")
@require_http_methods(["GET", "POST"])
def spaces(request: HttpRequest, study: str) -> HttpResponse:
    """Change title and spaces, and why these."""
    here = found(request, study, "voices.lead_study")
    names = {key: key for key in here.spaces} | queries.spaces()
    initial = {name: getattr(here, name) for name in ("title", "spaces", "chosen_from", "version")}
    form = SpacesForm(sent_form(request), initial=initial, spaces=names)

    def store() -> None:
        given = {name: form.cleaned_data[name] for name in ("title", "spaces", "chosen_from")}
        actions.change_plan(here, given, form.cleaned_data["version"], request.user)

    def initial_of(now: Study) -> dict[str, Any]:
        return {name: getattr(now, name) for name in initial}

    return stored(request, form, store, initial_of, "voices/spaces.html", {"study": here}, ("study", here.uuid))


@may("voices.lead_study")
@require_http_methods(["GET", "POST"])
def team(request: HttpRequest, study: str) -> HttpResponse:
    """Say who belongs to the team, and with which part."""
    here = found(request, study, "voices.lead_study")
    parts = {each.user_id: each.part for each in queries.team_of(here)}
    form = TeamForm(
        sent_form(request),
        people=queries.candidates(here),
        parts=parts,
        initial={"version": here.version},
    )

    def store() -> None:
        actions.set_team(here, form.parts, form.cleaned_data["version"], request.user)

    def initial_of(now: Study) -> dict[str, Any]:
        return {str(each.user.uuid): each.part for each in queries.team_of(now)} | {"version": now.version}

    return stored(request, form, store, initial_of, "voices/team.html", {"study": here}, ("study", here.uuid))
