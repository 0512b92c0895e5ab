"""Which file a request is about."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from nahraum_site.voices.asked import found
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts.models import Source

IMPORT = "voices.import_texts"


def waiting_file(request: HttpRequest, study: str, source: str, **only: str) -> tuple[Study, Source]:
    """Return a file that waits to be confirmed, and its study; 404 where there is none to this visitor."""
    here = found(request, study, IMPORT)
    files = Source.objects.filter(collection__study=here, stage=Source.Stage.WAITING, **only)
    return here, get_object_or_404(files.select_related("collection"), uuid=source)
