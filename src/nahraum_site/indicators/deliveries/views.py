"""The deliveries: list, one delivery page by page, its file, withdrawing it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from nahraum.base import State, WrongRequest
from nahraum_site.accounts.permissions import may
from nahraum_site.indicators.actions.deliveries import hand_out
from nahraum_site.indicators.actions.stock import withdraw_batch
from nahraum_site.indicators.deliveries import queries
from nahraum_site.indicators.deliveries.rows import value_row
from nahraum_site.indicators.models import Batch, Project
from nahraum_site.records.told import told

FILTERS = {"variable": "merkmal", "area": "gebiet", "period": "zeit", "state": "stand"}


class WithdrawForm(forms.Form):
    """Why a delivery no longer counts."""

    because = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("It stands beside the delivery for everybody who works here, and in the log."),
    )


@may("indicators.read_deliveries")
@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """List the deliveries, the latest first, with what revises what."""
    everything = list(queries.batches().defer("issues", "counts"))
    words = request.GET.get("suche", "").strip()
    wanted = [each for each in everything if words.lower() in f"{each.key} {each.file.name} {each.note}".lower()]
    page = Paginator(wanted, queries.PAGE).get_page(request.GET.get("seite"))
    warned = dict(Batch.objects.filter(pk__in=[each.pk for each in page]).values_list("pk", "issues"))
    revisers, known = queries.revisers(everything), {each.key: each for each in everything}
    rows = [
        {
            "batch": each,
            "issues": len(warned[each.pk]),
            "revises": [known[key] for key in each.revises if key in known],
            "revised_by": revisers.get(each.key, []),
        }
        for each in page
    ]
    return render(request, "indicators/deliveries/list.html", {"page": page, "rows": rows, "words": words})


@may("indicators.read_deliveries")
@require_safe
def delivery(request: HttpRequest, batch: str) -> HttpResponse:
    """Show one delivery: who, when, its issues, its values page by page as they stood in the file."""
    found = get_object_or_404(queries.batches(), uuid=batch)
    chosen = {name: request.GET.get(word, "").strip() for name, word in FILTERS.items()}
    window = queries.window(
        queries.values_of(found, **chosen), after=_mark(request, "nach"), before=_mark(request, "vor")
    )
    now = queries.standing(window.values, queries.active())
    labels = queries.names_of_variables(Project.objects.first(), [found])
    page = {
        "batch": found,
        "issues": told(found.issues),
        "rows": [value_row(each, labels, now.get(each.pk)) for each in window.values],
        "window": window,
        "chosen": chosen,
        "filtered": any(chosen.values()),
        "variables": [(name, labels.get(name, name)) for name in queries.variables_of(found)],
        "states": [(str(int(state)), state.label or _("number")) for state in State],
        "table": _table(found),
        **_neighbours(found),
    }
    return render(request, "indicators/deliveries/one.html", page)


def _mark(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def _neighbours(batch: Batch) -> dict[str, list[Batch]]:
    """Return what this delivery revises and what revises it. One question."""
    others = [each for each in queries.batches().defer("issues", "counts") if each.pk != batch.pk]
    return {
        "revises": [each for each in others if each.key in batch.revises],
        "revised_by": [each for each in others if batch.key in each.revises and not each.withdrawn_at],
    }


def _table(batch: Batch) -> list[tuple[str, str]]:
    """Return how the file is read, as far as somebody chose it."""
    labels = {
        "sheet": _("Sheet"),
        "header_row": _("Row of the headers"),
        "area": _("Column of the areas"),
        "level": _("Level"),
        "period": _("Period"),
        "period_column": _("Column of the periods"),
        "incomplete": _("Why areas are absent"),
    }
    return [(label, str(batch.part[name])) for name, label in labels.items() if batch.part.get(name) not in (None, "")]


@may("indicators.read_deliveries")
@require_safe
def download(request: HttpRequest, batch: str) -> HttpResponse:
    """Send the file exactly as it was delivered, and write down who fetched it."""
    found = get_object_or_404(queries.batches(), uuid=batch)
    if not found.file.path.is_file():
        raise Http404
    hand_out(found, request.user)
    return FileResponse(found.file.path.open("rb"), as_attachment=True, filename=found.file.name)


@may("indicators.withdraw_delivery")
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, batch: str) -> HttpResponse:
    """Say what withdrawing means for this delivery, ask for the reason, withdraw."""
    found = get_object_or_404(queries.batches(), uuid=batch)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_batch(found, request.user, form.cleaned_data["because"])
        except WrongRequest as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The delivery is withdrawn. Its values stay readable here."))
        return redirect("delivery", found.uuid)
    if found.withdrawn_at:
        messages.info(request, _("This delivery was withdrawn already."))
        return redirect("delivery", found.uuid)
    elsewhere = {name for each in queries.active() if each.pk != found.pk for name in queries.variables_of(each)}
    gone = [name for name in queries.variables_of(found) if name not in elsewhere]
    labels = queries.names_of_variables(Project.objects.first(), [found])
    touched = queries.touched(found)
    page = {
        "batch": found,
        "form": form,
        "gone": [labels.get(name, name) for name in gone],
        "touched": touched,
        "broken": [each for each in touched if set(queries.variables_in(each.part)) & set(gone)],
        **_neighbours(found),
    }
    return render(request, "indicators/deliveries/withdraw.html", page)
