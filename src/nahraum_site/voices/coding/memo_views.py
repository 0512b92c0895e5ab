"""One place for all memos, and a page to write one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nahraum.base.language import gettext as _
from nahraum_site.accounts.permissions import may
from nahraum_site.shell.overtaken import stored
from nahraum_site.voices.asked import found
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.coding import memos, queries
from nahraum_site.voices.coding.models import Coding, Memo
from nahraum_site.voices.forms import VersionForm
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.models import Text
from nahraum_site.voices.texts.queries import content_of

ON_A_PAGE = 50


class MemoForm(VersionForm):
    """A memo."""

    words = forms.CharField(label=gettext_lazy("Memo"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}))


@may("voices.read_study")
@require_safe
def all_memos(request: HttpRequest, study: str) -> HttpResponse:
    """List the memos of a study, the one changed last first."""
    here = found(request, study)
    may_code = request.user.has_perm("voices.code", here)
    sees_all = not may_code or queries.is_open(here)
    wanted = memos.seen_by(request.user, here, sees_all=sees_all)
    about = request.GET.get("zu", "")
    if about in Memo.About.values:
        wanted = wanted.filter(about=about)
    part: Any = Paginator(wanted, ON_A_PAGE).get_page(request.GET.get("seite"))
    shown, system = list(part), categories.system_of(here)
    said = memos.said(shown)
    part.shown = [(each, said[each.uuid], _named(each, system), _address(each)) for each in shown]
    page = {"study": here, "list": part, "about": about, "kinds": Memo.About.choices, "may_code": may_code}
    return render(request, "voices_coding/memos.html", page)


@may("voices.code")
@require_http_methods(["GET", "POST"])
def new_memo(request: HttpRequest, study: str, about: str, id: str) -> HttpResponse:
    """Write a memo on something."""
    here = found(request, study, "voices.code")
    memo = _memo_on(request, here, about, id)
    form = MemoForm(request.POST or None, initial={"version": 0})

    def store() -> None:
        memos.write(memo, form.cleaned_data["words"], request.user)

    return _written(request, here, memo, form, store)


@may("voices.code")
@require_http_methods(["GET", "POST"])
def memo(request: HttpRequest, study: str, memo: str) -> HttpResponse:
    """Change a memo of one's own."""
    here = found(request, study, "voices.code")
    one = get_object_or_404(memos.seen_by(request.user, here, sees_all=False), uuid=memo, author=request.user)
    form = MemoForm(request.POST or None, initial=_initial(one))

    def store() -> None:
        memos.write(one, form.cleaned_data["words"], request.user, form.cleaned_data["version"])

    return _written(request, here, one, form, store)


@may("voices.code")
@require_POST
def remove_memo(request: HttpRequest, study: str, memo: str) -> HttpResponse:
    """Remove a memo of one's own."""
    here = found(request, study, "voices.code")
    one = get_object_or_404(here.memos, uuid=memo, author=request.user)
    memos.remove(one, request.user)
    messages.success(request, _("The memo was removed."))
    return redirect("memos", here.uuid)


def _written(request: HttpRequest, here: Study, one: Memo, form: Any, store: Any) -> HttpResponse:
    page = {
        "study": here,
        "memo": one,
        "named": _named(one, categories.system_of(here)),
        "quoted": content_of(one.coding.text)[one.coding.start : one.coding.end][:2_000] if one.coding else "",
        "is_sealed": one.about in (Memo.About.TEXT, Memo.About.CODING),
    }
    return stored(request, form, store, _initial, "voices_coding/memo.html", page, (_address(one),))


def _initial(one: Memo) -> dict[str, Any]:
    return {"words": memos.said([one])[one.uuid], "version": one.version}


def _memo_on(request: HttpRequest, here: Study, about: str, id: str) -> Memo:
    """Return a memo that is not stored yet, on something of this study that its writer sees; 404 otherwise."""
    one = Memo(study=here, about=about, author=request.user)
    if about == Memo.About.CATEGORY and categories.system_of(here).find(id):
        one.category = id
    elif about in (Memo.About.TEXT, Memo.About.CODING):
        try:
            uuid = UUID(id)
        except ValueError:
            raise Http404 from None
        if about == Memo.About.TEXT:
            one.text = get_object_or_404(Text.objects.select_related("collection"), uuid=uuid, collection__study=here)
        else:
            rows = Coding.objects.filter(text__collection__study=here).select_related("text__collection")
            seen = rows if queries.is_open(here) else rows.filter(coder=request.user)
            one.coding = get_object_or_404(seen, uuid=uuid)
    elif about != Memo.About.STUDY:
        raise Http404
    return one


def _named(one: Memo, system: Any) -> str:
    if one.coding:
        category = system.find(one.coding.category)
        return f"{one.coding.text.name}: {category.name if category else one.coding.category}"
    if one.text:
        return str(one.text.name)
    category = system.find(one.category) if one.category else None
    return str(category.name) if category else one.category


def _address(one: Memo) -> str:
    """Return where what a memo is about is seen."""
    text = one.coding.text if one.coding else one.text
    if text:
        address = reverse("code", args=[one.study.uuid, text.uuid])
        return f"{address}?stelle={one.coding.start}" if one.coding else address
    if one.category:
        return f"{reverse('categories', args=[one.study.uuid])}?kategorie={one.category}"
    return reverse("memos", args=[one.study.uuid])
