"""Photographs and recordings that leave with a study: those only that the whole team may see and hear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F

from nahraum.evidence.voices.beside import Beside
from nahraum.evidence.voices.exchange.model import Held
from nahraum.evidence.voices.texts.cards import size_of
from nahraum.evidence.voices.texts.recordings import ENDINGS, LONGEST_BEGINNING, sound_of
from nahraum_site.records.sealing import Seals
from nahraum_site.voices.exchange.receiving import LARGEST_MB
from nahraum_site.voices.models import Study
from nahraum_site.voices.texts import queries, reading, vault
from nahraum_site.voices.texts.models import Source

MOST_MB = LARGEST_MB - 20  # of one project: what leaves has to come in again, with all its texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What may leave: files by the text (its uuid) that they lie beside, at most one for each.

    How many stay: ``hidden`` from the team, too ``large`` for one project, ``further`` ones of one text.
    """

    sources: dict[str, Source]
    hidden: int
    large: int
    further: int

    @property
    def counts(self) -> dict[str, int]:
        """Return how many photographs and recordings may leave."""
        kinds = Counter(each.kind for each in self.sources.values())
        return {"photos": kinds[reading.PHOTO], "recordings": kinds[reading.RECORDING]}

    @property
    def stays(self) -> dict[str, int]:
        """Return how many stay, by why."""
        return {"hidden": self.hidden, "large": self.large, "further": self.further}

    @property
    def size(self) -> int:
        """Return the bytes of all."""
        return sum(each.size for each in self.sources.values())


def ready(study: Study) -> Ready:
    """Return which photographs and recordings of a study may leave, photographs first. Two questions.

    Raises as `queries.is_shown`.
    """
    counts: Counter[str] = Counter()
    sources: dict[str, Source] = {}
    room = MOST_MB << 20
    for source, text in _beside(study):
        if not queries.is_shown(source):
            counts["hidden"] += 1
        elif text in sources:
            counts["further"] += 1
        elif source.size > room:
            counts["large"] += 1
        else:
            sources[text] = source
            room -= source.size
    return Ready(sources=sources, hidden=counts["hidden"], large=counts["large"], further=counts["further"])


def _beside(study: Study) -> Iterable[tuple[Source, str]]:
    every = Source.objects.filter(collection__study=study, stage=Source.Stage.FROZEN).select_related("collection")
    photos = every.filter(kind=reading.PHOTO, texts__isnull=False).annotate(of=F("texts__uuid"))
    recordings = every.filter(kind=reading.RECORDING).annotate(of=F("beside__uuid"))
    return ((each, str(each.of)) for each in (*photos, *recordings))


def opened(ready: Ready) -> list[Beside]:
    """Return photographs opened, and recordings to be opened when they are written. Raises as `vault.open_file`."""
    seals = Seals()
    return [_opened(seals, text, source) for text, source in ready.sources.items()]


def _opened(seals: Seals, text: str, source: Source) -> Beside:
    seal = seals[source.collection.uuid]
    if source.kind == reading.PHOTO:
        content = vault.open_file(seal, source)
        return Beside(
            id=str(source.uuid), text=text, ending="jpg", content=Held(parts=lambda: [content]), pixels=size_of(content)
        )
    kind = sound_of(b"".join(vault.open_recording(seal, source, 0, LONGEST_BEGINNING)))
    held = Held(parts=lambda: vault.open_recording(seal, source, 0, source.size))
    return Beside(id=str(source.uuid), text=text, ending=ENDINGS[kind], content=held)
