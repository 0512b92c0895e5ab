"""The log, and jobs as somebody waits for them."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from nahraum.base import WrongRequest
from nahraum_site.accounts.models import User
from nahraum_site.accounts.permissions import may, signed_in
from nahraum_site.records import export, jobs, log, queries
from nahraum_site.records.log_forms import LogForm
from nahraum_site.records.models import Job


@may("records.read_log")
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Show the log, filtered by person, action, thing and days. Who looks at a colleague is noted there too."""
    form = LogForm(request.GET)
    wanted = form.wanted()
    if wanted.actor and wanted.actor != str(request.user.uuid):
        log.write(request.user, "log.read", User.objects.filter(uuid=wanted.actor).first())
    page = queries.page_of(wanted.of(queries.visible_to(request.user)), request.GET.get("seite", "1"))
    oldest, deleted = queries.kept_until()
    more = {"days": settings.LOG_DAYS, "oldest": oldest, "deleted": deleted}
    return render(
        request, "records/log.html", {"form": form, "page": page, "rows": queries.in_words(list(page))} | more
    )


@may("records.read_log")
@require_safe
def download(request: HttpRequest) -> StreamingHttpResponse:
    """Send the log as CSV to whoever audits it; this too is noted."""
    form = LogForm(request.GET)
    wanted = form.wanted()
    chosen = {form.fields[name].label: str(value) for name, value in form.cleaned_data.items() if value}
    log.write(request.user, "log.downloaded", after={str(label): value for label, value in chosen.items()})
    found = wanted.of(queries.visible_to(request.user))
    answer = StreamingHttpResponse(export.lines(found), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="protokoll.csv"'
    return answer


@may("records.read_log")
@require_POST
def check_chain(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain and say whether it holds."""
    return render(request, "records/chain.html", {"verdict": log.verify()})


@signed_in
@require_safe
def own_entries(request: HttpRequest) -> HttpResponse:
    """Show people what they did and what others did with their account: everybody may read their own."""
    page = queries.page_of(queries.concerning(request.user), request.GET.get("seite", "1"))
    shown = {"page": page, "rows": queries.in_words(list(page)), "days": settings.LOG_DAYS}
    return render(request, "records/own.html", shown)


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
