"""Start page, report page and downloads."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nahraum_site.accounts.permissions import public
from nahraum_site.indicators.models import Edition
from nahraum_site.indicators.queries import areas, latest_edition, visible_editions
from nahraum_site.places.queries import spaces_of
from nahraum_site.records import log
from nahraum_site.reports.actions import REPORT, WEB, WORD
from nahraum_site.reports.models import StoredFile
from nahraum_site.reports.queries import earlier_editions, own_reports
from nahraum_site.reports.waiting import waits


@public
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Say what this is and show the ways in; without an edition say what to do."""
    edition = latest_edition()
    due = waits(request.user)
    if edition is None:
        return render(request, "reports/nothing.html", due)
    named = {area.key: area for area in areas(edition)}
    own = spaces_of(request.user) if request.user.is_authenticated else []
    page = due | {
        "edition": edition,
        "selected": [named[key] for key in edition.selected if key in named],
        "own": [area for key, area in named.items() if key in own],
    }
    return render(request, "reports/start.html", page)


@public
@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Offer report and data, each with what it holds and how large it is."""
    edition = latest_edition()
    if edition is None:
        return render(request, "indicators/nothing.html")
    files = described(edition)
    page = {
        "edition": edition,
        "files": [each for each in files if each[0].name != WEB],
        "has_page": any(file.name == WEB for file, _words in files),
        "own": own_reports(),
        "earlier": earlier_editions(edition),
    }
    return render(request, "reports/report.html", page)


def described(edition: Edition) -> list[tuple[StoredFile, str]]:
    """Return the files of an edition with what each holds, the report first. One question."""
    words = {
        REPORT: _("The whole report, accessible PDF (PDF/UA)"),
        WORD: _("The same report as an editable document"),
        "tabellen.xlsx": _("All tables as a workbook"),
        "sozialindex.gpkg": _("Boundaries with results as a GeoPackage"),
        "werte.csv": _("Index, Lebenslagen and classes of all areas"),
        "indikatoren.csv": _("All indicators of all years"),
        "ebenen.csv": _("Values of the higher levels and of the city"),
        "abgleich.csv": _("Sum of the areas and official totals"),
        "LIESMICH.txt": _("What the files hold, source and licence"),
        "abweichungsprofil.csv": _("Deviations from the city value"),
        "robustheit.csv": _("Rank intervals and class probabilities"),
        "protokoll.json": _("Every step of the computation"),
        "herkunft.json": _("Where every number comes from"),
        "rezept.toml": _("The recipe of the index"),
    }
    files = [(file, words.get(file.name, "")) for file in edition.files.all()]
    order = list(words)
    files.sort(key=lambda each: order.index(each[0].name) if each[0].name in order else 99)
    return files


@public
@require_safe
def download(request: HttpRequest, file: str, name: str) -> HttpResponse:
    """Send one stored file."""
    stored = get_object_or_404(
        StoredFile.objects.select_related("edition"), uuid=file, name=name, edition__in=visible_editions(request.user)
    )
    if stored.edition.stage != Edition.Stage.PUBLISHED:
        log.write(request.user, "edition.downloaded", stored.edition, after={"file": stored.name})
    path = settings.FILES / str(stored.edition.uuid) / stored.name
    if not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=not name.endswith(".pdf"), filename=stored.name)
