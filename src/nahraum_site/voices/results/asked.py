"""What a page of results was asked, and with which codings it answers."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest

from nahraum.reports.voices.by_trait import limit_words
from nahraum_site.voices.coding import counting
from nahraum_site.voices.coding.counting import Table
from nahraum_site.voices.models import Study
from nahraum_site.voices.results.forms import AskForm

Form = TypeVar("Form", bound=AskForm)


def asked(request: HttpRequest, study: Study, kind: type[Form]) -> tuple[Form, Table]:
    """Return the question of a request, and the codings that count. Who codes blind asks for the own ones only: other
    questions are not valid, and then the usual codings are returned. Twelve questions at most. Codings of texts outside
    the limit of a question are not returned.
    """
    choices = counting.choices(study, request.user)
    whose = dict(choices)
    key = request.GET.get("wessen", "")
    key = key if key in whose else choices[0][0]
    found = counting.table(study, key, whose[key])
    form = kind(request.GET, whose=choices, coded=found.coded)
    if form.is_valid() and (limit := form.asked.limit):
        found = counting.limited(found, limit, limit_words(found.coded, limit))
    return form, found


def query(form: AskForm, **more: str) -> str:
    """Return the lasting address of a question, from its question mark on."""
    return "?" + urlencode({name: form.data[name] for name in form.fields} | more, doseq=True)
