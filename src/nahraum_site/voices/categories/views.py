"""The page of a category system: its tree, every change, its history, its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base import BadInput, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.categories import Category, System
from nahraum.evidence.voices.categories.codebook import written
from nahraum.evidence.voices.codebooks import as_qdc
from nahraum_site.accounts.permissions import may, require
from nahraum_site.records import log
from nahraum_site.records.downloads import sent
from nahraum_site.shell.overtaken import Overtaken
from nahraum_site.voices.asked import found
from nahraum_site.voices.categories import actions, following, forms, kept, queries, reading
from nahraum_site.voices.categories.models import CategorySystem
from nahraum_site.voices.models import Study

FORMS: dict[str, type[forms.ChangeForm]] = {
    "describe": forms.DescribeForm,
    "move": forms.MoveForm,
    "merge": forms.MergeForm,
    "split": forms.SplitForm,
    "remove": forms.RemoveForm,
    "add": forms.AddForm,
}
FREE = ("add", "describe")  # what whoever codes may do; the rest is for who leads the study


@may("voices.read_study")
@require_http_methods(["GET", "POST"])
def categories(request: HttpRequest, study: str) -> HttpResponse:
    """Show the tree with everything that can be done to it, and do one thing."""
    here = found(request, study)
    row = queries.row_of(here)
    system = kept.system_of(row.current) if row else queries.first_of(here)
    chosen = system.find(request.GET.get("kategorie", ""))
    do = request.POST.get("do", "")
    if request.method == "GET":
        return _page(request, here, row, system, chosen)
    if do not in FORMS:
        raise Http404
    require(request.user, "voices.code" if do in FREE else "voices.lead_study", here)
    if chosen is None and do != "add":
        messages.error(request, _("This category is not there any more: somebody changed it meanwhile."))
        return redirect("categories", here.uuid)
    form = FORMS[do](request.POST, system=system, category=chosen, prefix=do)
    if not form.is_valid():
        return _page(request, here, row, system, chosen, form, status=422)
    return _done(request, here, row, system, chosen, form)


def _done(
    request: HttpRequest,
    here: Study,
    row: CategorySystem | None,
    system: System,
    chosen: Category | None,
    form: forms.ChangeForm,
) -> HttpResponse:
    """Make the change, or show what is in its way with everything that was typed."""
    since = form.cleaned_data["version"]
    try:
        changes = form.changes
        if changes:
            new = actions.change(here, changes, since, request.user)
            messages.success(request, _("Stored. This is version %(version)d.") % {"version": new.version})
    except Overtaken as error:
        _renew(form, error)
        return _page(request, here, row, system, chosen, form, since=since, status=409)
    except WrongRequest as error:
        form.add_error(None, str(error))
        return _page(request, here, row, system, chosen, form, status=422)
    stays = chosen is not None and not isinstance(form, forms.MergeForm | forms.RemoveForm)
    query = f"?kategorie={chosen.id}" if stays and chosen else ""
    return redirect(reverse("categories", args=[here.uuid]) + query)


def _page(
    request: HttpRequest,
    here: Study,
    row: CategorySystem | None,
    system: System,
    chosen: Category | None,
    sent_form: Any = None,
    *,
    since: int = 0,
    status: int = 200,
) -> HttpResponse:
    user, version = request.user, row.version if row else 1
    can = {"code": user.has_perm("voices.code", here), "lead": user.has_perm("voices.lead_study", here)}
    names = [name for name in FORMS if can["lead"] or (can["code"] and name in FREE)]
    made = {
        name: _form(name, system, chosen, version)
        for name in names
        if name == "add" or (chosen is not None and _fits(name, chosen, system))
    }
    upload = forms.FileForm(initial={"version": version}) if can["lead"] else None
    if isinstance(sent_form, forms.FileForm):
        upload = sent_form
    elif sent_form is not None:
        made[sent_form.prefix] = sent_form
    history = queries.history(row)
    page = {
        "study": here,
        "system": system,
        "version": version,
        "tree": queries.tree(system, following.counts(here, user)),
        "chosen": chosen,
        "label": system.label(chosen.id) if chosen else "",
        "forms": made,
        "file_form": upload,
        "history": history,
        "meanwhile": [each for each in history if since and each.version > since],
        "can": can,
    }
    return render(request, "voices_categories/categories.html", page, status=status)


def _renew(form: forms.ChangeForm | forms.FileForm, error: Overtaken) -> None:
    """Let a form count from the version that is stored now: sending it once more is a decision."""
    form.data = form.data.copy()
    form.data[form.add_prefix("version")] = str(error.now.version)
    form.add_error(None, str(error))


def _form(name: str, system: System, chosen: Category | None, version: int) -> forms.ChangeForm:
    initial: dict[str, Any] = {"version": version}
    if name == "add" and chosen:
        initial["parent"] = chosen.id
    if name == "describe" and chosen:
        initial |= {name: value for name, value in asdict(chosen).items() if name in forms.DescribeForm.base_fields}
    return FORMS[name](initial=initial, system=system, category=chosen, prefix=name)


def _fits(name: str, chosen: Category, system: System) -> bool:
    """Say whether a change can be made at all: what cannot is not offered."""
    if name == "split":
        return chosen.codable
    if name == "merge":
        return any(each.codable and chosen not in system.line(each.id) for each in system.categories)
    return name != "remove" or not system.under(chosen.id)


@may("voices.lead_study")
@require_POST
def take(request: HttpRequest, study: str) -> HttpResponse:
    """Take a codebook."""
    here = found(request, study, "voices.lead_study")
    row = queries.row_of(here)
    system = kept.system_of(row.current) if row else queries.first_of(here)
    form = forms.FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, here, row, system, None, form, status=422)
    try:
        new, issues = reading.codebook(form.cleaned_data["file"], here)
        actions.take(here, new, form.cleaned_data["version"], request.user)
    except BadInput as error:
        for issue in error.issues:
            form.add_error("file", str(issue))
        return _page(request, here, row, system, None, form, status=422)
    except Overtaken as error:
        _renew(form, error)
        return _page(request, here, row, system, None, form, since=form.cleaned_data["version"], status=409)
    except WrongRequest as error:
        form.add_error("file", str(error))
        return _page(request, here, row, system, None, form, status=422)
    messages.success(request, _("Categories taken: %(count)d.") % {"count": len(new.categories)})
    for issue in issues[:20]:
        messages.warning(request, str(issue))
    return redirect("categories", here.uuid)


@may("voices.read_study")
@require_safe
def file(request: HttpRequest, study: str, kind: str) -> HttpResponse:
    """Send the category system as a table or as codebook."""
    here = found(request, study)
    system = queries.system_of(here)
    writers: dict[str, Callable[[System], bytes]] = {
        "csv": lambda each: written(each).encode("utf-8-sig"),
        "qdc": as_qdc,
    }
    if kind not in writers:
        raise Http404
    try:
        content = writers[kind](system)
    except WrongRequest as error:
        messages.error(request, str(error))
        return redirect("categories", here.uuid)
    log.write(request.user, "categories.taken", here, after={"kind": kind, "version": system.version})
    return sent(content, f"kategorien-{here.title}.{kind}")


@may("voices.read_study")
@require_safe
def colours(request: HttpRequest, study: str, version: int) -> HttpResponse:
    """Send the colours of the categories as a stylesheet: a page may have no styles of its own."""
    system = queries.system_of(found(request, study))
    answer = HttpResponse(queries.stylesheet(system) + queries.swatches(), content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = f"private, max-age={86_400 if version == system.version else 0}"
    return answer
