"""Two people's codings of a text side by side, and what the team agreed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.agreement.beside import Line, Place, lines
from nahraum_site.accounts.models import User
from nahraum_site.accounts.permissions import may
from nahraum_site.voices.agreement import actions, queries, uncoded
from nahraum_site.voices.agreement.asked import Sight, sight
from nahraum_site.voices.agreement.forms import OwnForm
from nahraum_site.voices.agreement.views import blind
from nahraum_site.voices.asked import sent_uuid
from nahraum_site.voices.categories import queries as categories
from nahraum_site.voices.coding import queries as coding
from nahraum_site.voices.texts.models import Text
from nahraum_site.voices.texts.queries import content_of, texts_of

ON_A_PAGE = 60  # lines
ALL, DIFFERENT, OPEN = "alle", "unterschiede", "offen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A text, two of those who worked on it, and what of it is shown."""

    sight: Sight
    text: Text
    people: list[User]
    pair: tuple[User, User]
    category: str
    show: str

    def shows(self, place: Place) -> bool:
        """Say whether a place is among what was asked for."""
        if self.category and place.category != self.category:
            return False
        if self.show == OPEN:
            return not place.is_decided
        return self.show != DIFFERENT or place.is_different


def _asked(request: HttpRequest, here: Sight, text: str) -> Beside | None:
    """Return what a page is about; None where fewer than two people worked on the text."""
    one = get_object_or_404(texts_of(here.study).select_related("collection__study"), uuid=text)
    people = queries.working(here.study, one).get(one.pk, [])
    if len(people) < 2:
        return None
    return Beside(
        sight=here,
        text=one,
        people=people,
        pair=_pair(request, people),
        category=request.GET.get("kategorie", ""),
        show=request.GET.get("zeigen", ALL),
    )


def _pair(request: HttpRequest, people: list[User]) -> tuple[User, User]:
    """Return the two whom an address names, or the first two."""
    known = {str(each.uuid): each for each in people}
    one = known.get(request.GET.get("a", ""), people[0])
    others = [each for each in people if each != one]
    other = known.get(request.GET.get("b", ""))
    return one, other if other in others and other else others[0]


@may("voices.read_study")
@require_safe
def beside(request: HttpRequest, study: str, text: str) -> HttpResponse:
    """Show the lines of a text with what two people coded there, and what the team agreed on."""
    here = sight(request, study)
    if not here.sees_places:
        return blind(request, here)
    asked = _asked(request, here, text)
    if asked is None:
        messages.error(request, _("Fewer than two people coded this text."))
        return redirect("agreement", here.study.uuid)
    return _page(request, asked)


def _page(request: HttpRequest, asked: Beside, own: OwnForm | None = None) -> HttpResponse:
    here, words = asked.sight, content_of(asked.text)
    system = categories.system_of(here.study)
    found = queries.places_of(here.study, *asked.pair, asked.text).get(asked.text.pk, ())
    wanted = [each for each in found if asked.shows(each)]
    every = lines(words, wanted)
    kept = list(every) if asked.show == ALL and not asked.category else [each for each in every if each.places]
    part: Any = Paginator(kept, ON_A_PAGE).get_page(request.GET.get("seite"))
    labels = coding.labels(here.study, system, {each.category for each in found})
    left = uncoded.told(asked.text) if any(each.uncoded for each in found) else {}
    part.shown = [(line, [_told(line, place, asked, labels, left) for place in line.places]) for line in part]
    rest = request.GET.copy()
    rest.pop("seite", None)
    page = {
        "study": here.study,
        "text": asked.text,
        "asked": asked,
        "one": asked.pair[0],
        "other": asked.pair[1],
        "list": part,
        "counts": (len(found), sum(each.is_different for each in found), sum(not each.is_decided for each in found)),
        "categories": [(id, labels[id]) for id in dict.fromkeys(each.category for each in found)],
        "query": request.GET.urlencode(),
        "rest": rest.urlencode(),
        "may_agree": here.may_agree,
        "own": own or OwnForm(system=system),
        "key": uuid4(),
        "last": queries.last_decision(here.study, request.user, asked.text) if here.may_agree else None,
    }
    return render(request, "voices_agreement/beside.html", page, status=422 if own and own.errors else 200)


def _told(
    line: Line, place: Place, asked: Beside, labels: dict[str, str], left: dict[str, uncoded.Left]
) -> dict[str, Any]:
    """Return a place as a row of the table shows it: what each marked in this line, and how that differs."""
    one, other = asked.pair
    quoted = {
        name: [words for each in marks if (words := line.quoted(each))]
        for name, marks in (("one", place.one), ("other", place.other))
    }
    own = {name: " ".join(each.id for each in marks) for name, marks in (("one", place.one), ("other", place.other))}
    return {
        "place": place,
        "label": labels.get(place.category, place.category),
        "quoted": quoted,
        "agreed": [(each, words, each.start >= line.start) for each in place.agreed if (words := line.quoted(each))],
        "left": [left[each.id] for each in place.uncoded if each.id in left],
        "sign": place.difference.sign,
        "words": place.difference.words(one.name, other.name),
        "begins": line.begins(place),
        "take": own,
        "both": " ".join(filter(None, own.values())),
        "key": uuid4(),
    }


@may("voices.code")
@require_POST
def decide(request: HttpRequest, study: str, text: str) -> HttpResponse:
    """Write down what the team agreed on, be it that nothing is coded, or take it back."""
    here = sight(request, study, "voices.code")
    if not here.sees_places:  # a form that is wrong comes back with the whole page
        return blind(request, here)
    asked = _asked(request, here, text)
    if asked is None:
        raise Http404
    back = f"{reverse('beside', args=[here.study.uuid, asked.text.uuid])}?{request.GET.urlencode()}"
    given = request.POST
    try:
        if "own" in given:
            form = OwnForm(given, system=categories.system_of(here.study))
            if not _written(form, asked.text, sent_uuid(given.get("key", "")), request.user):
                return _page(request, asked, form)
        elif "remove" in given:
            actions.remove(asked.text, sent_uuid(given["remove"]), request.user)
        elif "open" in given:
            actions.open_again(asked.text, sent_uuid(given["open"]), request.user)
        else:
            _decided(given, asked.text, request.user)
        messages.success(request, _("Stored."))
    except WrongRequest as error:
        messages.error(request, str(error))
    line = given.get("line", "")
    return redirect(f"{back}#z{line}" if line.isascii() and line.isdigit() else back)


def _decided(given: QueryDict, text: Text, user: User) -> None:
    key = sent_uuid(given.get("key", ""))
    if "uncoded" in given:
        codings = [sent_uuid(each) for each in given["uncoded"].split()]
        actions.leave_uncoded(text, codings, given.get("reason", ""), key, user)
    else:
        actions.take(text, map(sent_uuid, given.get("take", "").split()), key, user)


def _written(form: OwnForm, text: Text, key: UUID, user: User) -> bool:
    """Store a stretch of one's own; False where the form says what is wrong with it."""
    if not form.is_valid():
        return False
    try:
        start, end = form.stretch(content_of(text))
        actions.write_down(text, form.cleaned_data["category"], start, end, key, user)
    except WrongRequest as error:
        form.add_error(None, str(error))
        return False
    return True
