"""Which file a request is about."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from nahraum_site.accounts.permissions import require
from nahraum_site.records import log
from nahraum_site.voices.asked import found
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts import reading
from nahraum_site.voices.texts.models import Source

IMPORT, NAMES = "voices.import_texts", "voices.see_names"


def waiting_file(request: HttpRequest, study: str, source: str, **only: str) -> tuple[Study, Source]:
    """Return a file that waits to be confirmed, and its study; 404 where there is none to this visitor."""
    here = found(request, study, IMPORT)
    files = Source.objects.filter(collection__study=here, stage=Source.Stage.WAITING, **only)
    return here, get_object_or_404(files.select_related("collection"), uuid=source)


def waiting_photo(request: HttpRequest, study: str, source: str) -> tuple[Study, Source]:
    """Return a photograph that waits, and its study; refuse it to whoever neither brought it nor leads the study."""
    here, waiting = waiting_file(request, study, source, kind=reading.PHOTO)
    if waiting.made_by_id != request.user.pk:
        require(request.user, NAMES, here)
    return here, waiting


def note_opened(request: HttpRequest, source: Source, action: str = "source.opened") -> None:
    """Note who saw or heard an original file."""
    log.write(request.user, action, source, after={"collection": str(source.collection.uuid)})
