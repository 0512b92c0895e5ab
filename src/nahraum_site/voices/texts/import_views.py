"""From a file to frozen texts: take it, look at what is suggested, decide, freeze."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from nahraum.base import BadInput, Issue, WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import ngettext
from nahraum.evidence.voices import freezing
from nahraum.evidence.voices.pseudonyms import Kind, Suggestion
from nahraum.evidence.voices.texts import Text as Draft
from nahraum.evidence.voices.texts.told import LARGEST_MB
from nahraum_site.accounts.permissions import may
from nahraum_site.records.files import clean_name
from nahraum_site.shell.overtaken import Overtaken
from nahraum_site.voices.asked import found
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts import actions, queries, reading, shown
from nahraum_site.voices.texts.asked import IMPORT, NAMES, waiting_file
from nahraum_site.voices.texts.forms import FreezeForm, TableForm, UploadForm
from nahraum_site.voices.texts.models import Source


@may(IMPORT)
@require_http_methods(["GET", "POST"])
def import_texts(request: HttpRequest, study: str) -> HttpResponse:
    """Take files in, and show what waits. Refusals are told at once: they may repeat what a file says."""
    here = found(request, study, IMPORT)
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        collections=queries.open_to(here),
        initial={"collection": request.GET.get("erhebung", "")},
    )
    refused: list[tuple[str, Sequence[Issue], str]] = []
    if request.method == "POST" and form.is_valid():
        taken = [
            _taken(request, here, form.cleaned_data["collection"], each, refused) for each in form.cleaned_data["files"]
        ]
        if not refused and len(taken) == 1 and taken[0]:
            return redirect("text-source", here.uuid, taken[0].uuid)
        if not refused:
            return redirect("import-texts", here.uuid)
    page = {
        "study": here,
        "form": form,
        "refused": refused,
        "waiting": queries.waiting(here),
        "sees_names": request.user.has_perm(NAMES, here),
    }
    return render(request, "voices/texts/import.html", page, status=422 if refused or form.errors else 200)


def _taken(request: HttpRequest, study: Study, chosen: str, file: Any, refused: list[Any]) -> Source | None:
    """Take one file; note why not, so that the others are taken nonetheless."""
    name = clean_name(file.name)
    collection = study.collections.filter(uuid=chosen).first() if chosen else None
    try:
        return actions.take_file(study, collection, name, file.read((LARGEST_MB << 20) + 1), request.user)
    except BadInput as error:
        refused.append((name, error.issues, ""))
    except WrongRequest as error:
        refused.append((name, (), str(error)))
    return None


@may(IMPORT)
@require_http_methods(["GET", "POST"])
def source(request: HttpRequest, study: str, source: str) -> HttpResponse:
    """Show what a file says with what may identify somebody; look again, or freeze it."""
    here, waiting = waiting_file(request, study, source)
    if waiting.kind == reading.PHOTO and not queries.photo_of(waiting).cards:
        return redirect("cards", here.uuid, waiting.uuid)
    try:
        drafts, key = queries.drafts_of(waiting), queries.key_of(waiting.collection)
    except (BadInput, WrongRequest):
        messages.error(request, _("This file cannot be opened any more. Set it aside, and upload it again."))
        return redirect("import-texts", here.uuid)
    # What the key knows is told to nobody who may not see it: a list of names would be answered by the marks.
    told = key.identities if request.user.has_perm(NAMES, here) else ()
    seen = queries.key_version(waiting.collection)
    name = queries.name_of(waiting)
    form = FreezeForm(
        request.POST or None,
        initial={"version": waiting.version, "name": freezing.plain_name(name), "seen": f"{seen}:"},
    )
    if not form.is_bound:
        found_now = freezing.suggestions(drafts, told)
        return _page(request, here, waiting, form, drafts, found_now, shown.usual(found_now))
    valid = form.is_valid()
    words = {each: form.cleaned_data.get(each) or [] for each in ("persons", "others")}
    found_now = freezing.suggestions(drafts, told, **words)
    before = request.POST.get("seen", "")
    now = f"{seen}:{_lines(words)}"
    chosen = _chosen(request, found_now, anew=before.partition(":")[0] != f"{seen}", renewed=before != now)
    if valid and "freeze" in request.POST:
        decided = [[each for each in some if shown.mark(n, each) in chosen] for n, some in enumerate(found_now)]
        if before != now:
            form.add_error(None, _("The marked places have changed. Look at them once more, then import."))
        elif _frozen(request, waiting, form, drafts, freezing.known_again(drafts, decided, key.identities)):
            return redirect("import-texts" if queries.waiting(here) else "texts", here.uuid)
    form.data = form.data.copy()
    form.data["seen"] = now
    return _page(request, here, waiting, form, drafts, found_now, chosen)


def _frozen(
    request: HttpRequest,
    source: Source,
    form: FreezeForm,
    drafts: Sequence[Draft],
    decided: Sequence[Sequence[Suggestion]],
) -> bool:
    """Freeze the texts of a file; where that is refused, the form says why."""
    given = form.cleaned_data
    wanted = actions.Wanted(
        name=given["name"],
        variables=given["variables"],
        decisions=decided,
        although_there=given["although_there"],
    )
    try:
        made = actions.freeze(source, drafts, wanted, given["version"], request.user)
    except WrongRequest as error:
        form.add_error(None, str(error))
        return False
    done = ngettext("{count} text was imported.", "{count} texts were imported.", len(made))
    messages.success(request, done.format(count=len(made)))
    return True


def _lines(words: dict[str, list[str]]) -> str:
    """Return a short sign of the marked words, by which a page knows whether they changed."""
    return hashlib.sha256(repr(words).encode()).hexdigest()[:16] if any(words.values()) else ""


def _chosen(request: HttpRequest, found: Sequence[Sequence[Suggestion]], *, anew: bool, renewed: bool) -> set[str]:
    """Return the marks that are set: as posted, with all or none of a kind if that was asked; new words always."""
    usual = shown.usual(found)
    chosen = usual if anew else set(request.POST.getlist("replace"))
    kind, _colon, wish = request.POST.get("set", "").partition(":")
    for n, some in enumerate(found):
        for each in some:
            mark = shown.mark(n, each)
            if kind in (each.kind.value, "all"):
                (chosen.add if wish == "all" else chosen.discard)(mark)
            elif each.why == freezing.MARKED and renewed:
                chosen.add(mark)
    return chosen


def _page(
    request: HttpRequest,
    study: Study,
    source: Source,
    form: FreezeForm,
    drafts: Sequence[Draft],
    suggested: Sequence[Sequence[Suggestion]],
    chosen: set[str],
) -> HttpResponse:
    texts, left_out = shown.pieces(drafts, suggested, chosen)
    kinds = {each.kind for some in suggested for each in some}
    page = {
        "study": study,
        "source": source,
        "form": form,
        "name": queries.name_of(source),
        "texts": texts,
        "left_out": left_out,
        "kinds": [(kind.value, kind.label) for kind in Kind if kind in kinds],
        "marks": sum(map(len, suggested)),
        "issues": [issue for draft in drafts for issue in draft.issues],
        "table": _table_form(source) if source.kind == reading.SURVEY else None,
    }
    return render(request, "voices/texts/source.html", page, status=422 if form.errors else 200)


def _table_form(source: Source, data: Any = None) -> TableForm:
    columns, answers = queries.columns_of(source)
    return TableForm(data, columns=columns, prefix="tabelle", initial={**answers, "version": source.version})


@may(IMPORT)
@require_POST
def table(request: HttpRequest, study: str, source: str) -> HttpResponse:
    """Say which columns of a survey table are read."""
    here, waiting = waiting_file(request, study, source)
    form = _table_form(waiting, request.POST)
    try:
        if not form.is_valid():
            raise WrongRequest(" ".join(form.non_field_errors()) or _("Please choose the column with the answers."))
        wanted = {name: form.cleaned_data[name] for name in ("answer", "variables")}
        actions.read_table(waiting, wanted, form.cleaned_data["version"])
    except Overtaken:
        messages.error(request, _("Somebody else has worked on this file meanwhile."))
    except WrongRequest as error:
        messages.error(request, str(error))
    except BadInput:  # what it says may repeat what stands in the file; messages are stored
        messages.error(request, _("The table cannot be read so: no row has an answer, or its columns are not clear."))
    return redirect("text-source", here.uuid, waiting.uuid)


@may(IMPORT)
@require_POST
def discard(request: HttpRequest, study: str, source: str) -> HttpResponse:
    """Set a file aside that waits."""
    here, waiting = waiting_file(request, study, source)
    try:
        actions.discard(waiting, request.user)
    except WrongRequest as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The file was set aside and is removed."))
    return redirect("import-texts", here.uuid)
