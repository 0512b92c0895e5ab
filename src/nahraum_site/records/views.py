"""The log, and jobs as somebody waits for them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from nahraum.base import WrongRequest
from nahraum_site.accounts.permissions import may, signed_in
from nahraum_site.records import jobs, log, queries
from nahraum_site.records.models import Job


@may("records.read_log")
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Show the log, filtered by action, person or thing."""
    chosen = {name: request.GET.get(name, "").strip() for name in ("action", "actor", "thing")}
    page = queries.entries(request.GET.get("seite", "1"), **chosen)
    names = queries.names_of({entry.actor for entry in page} | {entry.thing for entry in page})
    rows = [(entry, names.get(entry.actor, ""), names.get(entry.thing, "")) for entry in page]
    return render(request, "records/log.html", {"page": page, "rows": rows, "chosen": chosen})


@may("records.read_log")
@require_POST
def check_chain(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain and say whether it holds."""
    return render(request, "records/chain.html", {"verdict": log.verify()})


@signed_in
@require_safe
def own_entries(request: HttpRequest) -> HttpResponse:
    """Show people what the log says about them: everybody may read their own."""
    page = queries.entries(request.GET.get("seite", "1"), actor=str(request.user.uuid))
    return render(request, "records/own.html", {"page": page})


@signed_in
@require_safe
def job(request: HttpRequest, job: str) -> HttpResponse:
    """Show how far a job is; only to the person who asked for it. The page asks again by itself while it runs."""
    jobs.notice_lost()
    found = get_object_or_404(Job, uuid=job, owner=request.user)
    address = found.result.get("address")
    if found.state == Job.State.DONE and address:
        if request.htmx:
            answer = HttpResponse(status=204)
            answer.headers["HX-Redirect"] = address
            return answer
        return redirect(address)
    return render(request, "records/job_state.html" if request.htmx else "records/job.html", {"job": found})


@signed_in
@require_POST
def repeat(request: HttpRequest, job: str) -> HttpResponse:
    """Queue a lost or failed job once more."""
    found = get_object_or_404(Job, uuid=job, owner=request.user)
    try:
        found = jobs.repeat(found)
    except WrongRequest as error:
        messages.error(request, str(error))
    return redirect("job", found.uuid)
