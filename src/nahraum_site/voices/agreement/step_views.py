"""Steps of agreed codings as a whole: all that two people coded alike at once, and one's last step taken back."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.accounts.permissions import may
from nahraum_site.voices.agreement import actions, queries
from nahraum_site.voices.agreement.asked import Sight, sight
from nahraum_site.voices.agreement.views import blind
from nahraum_site.voices.asked import sent_uuid
from nahraum_site.voices.texts.models import Text
from nahraum_site.voices.texts.queries import texts_of


@may("voices.code")
@require_http_methods(["GET", "POST"])
def same(request: HttpRequest, study: str) -> HttpResponse:
    """Ask once, then agree on all that two people coded alike, in one text or in all."""
    here = sight(request, study, "voices.code")
    if not here.sees_places:
        return blind(request, here)
    text = _text_of(request, here)
    people = {str(each.uuid): each for some in queries.working(here.study, text).values() for each in some}
    pair = [people.get(request.GET.get(name, "")) for name in ("a", "b")]
    if pair[0] is None or pair[1] is None or pair[0] == pair[1]:
        raise Http404
    back = ("beside", here.study.uuid, text.uuid) if text else ("agreement", here.study.uuid)
    if request.method == "POST":
        try:
            key = sent_uuid(request.POST.get("key", ""))
            count, left_out = actions.take_same(here.study, pair[0], pair[1], text, key, request.user)
            messages.success(request, _("Agreed on: %(count)d.") % {"count": count})
            if left_out:
                words = _("Left out, since their category takes no codings any more: %(count)d.")
                messages.warning(request, words % {"count": left_out})
        except WrongRequest as error:
            messages.error(request, str(error))
        return redirect(*back)
    found = queries.same(here.study, pair[0], pair[1], text)
    page = {
        "study": here.study,
        "text": text,
        "one": pair[0],
        "other": pair[1],
        "places": sum(len(each.marks) for each in found),
        "texts": len(found),
        "key": uuid4(),
        "back": reverse(back[0], args=back[1:]),
        "query": request.GET.urlencode(),
    }
    return render(request, "voices_agreement/same.html", page)


def _text_of(request: HttpRequest, here: Sight) -> Text | None:
    """Return the text that an address names; None where it names none. 404 for a text that is not there."""
    if "text" not in request.GET:
        return None
    try:
        uuid = UUID(request.GET["text"])
    except ValueError:
        raise Http404 from None
    return get_object_or_404(texts_of(here.study).select_related("collection__study"), uuid=uuid)


@may("voices.code")
@require_POST
def undo(request: HttpRequest, study: str) -> HttpResponse:
    """Take back one's own last step of agreed codings."""
    here = sight(request, study, "voices.code")
    try:
        count = actions.undo(here.study, sent_uuid(request.POST.get("key", "")), request.user)
        messages.success(request, _("Taken back: %(count)d.") % {"count": count})
    except WrongRequest as error:
        messages.error(request, str(error))
    text = _text_of(request, here)
    return redirect("beside", here.study.uuid, text.uuid) if text else redirect("agreement", here.study.uuid)
