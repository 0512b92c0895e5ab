"""What is sealed of texts: at which place each thing belongs, and how it is opened again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db.models import Q

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.pseudonyms import Key
from nahraum.evidence.voices.pseudonyms.key import from_bytes, to_bytes
from nahraum.evidence.voices.texts import Segment
from nahraum_site.records import sealing
from nahraum_site.records.sealing import Seal
from nahraum_site.voices.models import Collection
from nahraum_site.voices.texts.models import Deletion, Pseudonyms, Source, Text

PART = 1 << 20  # bytes of a recording that are sealed together
NOTHING_KNOWN = asdict(Segment(start=0, end=0))


def seal_of(collection: Collection) -> Seal:
    """Return the key with which a collection takes something in; it is made for the first.

    Raises WrongRequest where the texts of the collection were deleted: its key never comes back; and Missing where it
    holds something already that another key would never open. Two questions at most.
    """
    if Deletion.objects.filter(collection=collection).exists() or sealing.is_destroyed(collection.uuid):
        raise WrongRequest(
            _("The texts of this collection were deleted, so that it takes no new ones. Note a new collection.")
        )
    try:
        return Seal(collection.uuid)
    except sealing.Missing:
        if Source.objects.filter(collection=collection).exists() or Text.objects.filter(collection=collection).exists():
            raise
        return sealing.make(collection.uuid)


def keyless() -> list[UUID]:
    """Return the collections that hold what nobody can open: their key is not here, and was not destroyed either."""
    holds = Q(pk__in=Source.objects.values("collection")) | Q(pk__in=Text.objects.values("collection"))
    owners = Collection.objects.filter(holds).values_list("uuid", flat=True)
    return [each for each in owners if not sealing.is_here(each) and not sealing.is_destroyed(each)]


def close_text(seal: Seal, text: Text, content: str, segments: Iterable[Segment]) -> None:
    """Put content and structure, sealed, into a text that is not stored yet."""
    raw = content.encode()
    text.sha256, text.length = seal.mark(hashlib.sha256(raw).hexdigest()), len(content)
    text.content = seal.close(raw, f"text {text.uuid} content")
    kept = [{k: v for k, v in asdict(each).items() if v != NOTHING_KNOWN[k]} for each in segments]
    text.structure = seal.close(_json(kept), f"text {text.uuid} structure")


def open_content(seal: Seal, text: Text) -> str:
    """Return what a text says."""
    return seal.open(text.content, f"text {text.uuid} content").decode()


def open_structure(seal: Seal, text: Text) -> tuple[Segment, ...]:
    """Return what is known of its stretches."""
    found = json.loads(seal.open(text.structure, f"text {text.uuid} structure"))
    return tuple(_segment({**NOTHING_KNOWN, **each}) for each in found)


def _segment(known: dict[str, Any]) -> Segment:
    return Segment(**known | {"area": known["area"] and tuple(known["area"])})  # JSON knows no tuples


def close_about(seal: Seal, source: UUID, about: Mapping[str, Any]) -> bytes:
    """Return the name of a file, and how it is read, sealed."""
    return seal.close(_json(about), f"source {source} about")


def open_about(seal: Seal, source: Source) -> dict[str, Any]:
    """Return the name of a file, and how it is read."""
    found: dict[str, Any] = json.loads(seal.open(source.about, f"source {source.uuid} about"))
    return found


def close_file(seal: Seal, source: Source, content: bytes) -> None:
    """Write a file sealed to its place, and see it on the disk; to be undone if its row is not stored."""
    source.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sealed = seal.close(content, f"source {source.uuid} file")
    sealing.write_new(source.path, sealed)
    source.size, source.sha256 = len(content), seal.mark(hashlib.sha256(content).hexdigest())
    source.stored_sha256 = hashlib.sha256(sealed).hexdigest()


def open_file(seal: Seal, source: Source) -> bytes:
    """Return a file as it came. Raises Damaged where it is missing or was changed."""
    try:
        sealed = source.path.read_bytes()
    except FileNotFoundError:
        raise sealing.Damaged from None
    return seal.open(sealed, f"source {source.uuid} file")


def close_recording(seal: Seal, source: Source, chunks: Iterable[bytes]) -> None:
    """Write a recording sealed to its place, part by part: every moment of it opens quickly. To be undone as a file."""
    source.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    plain, sealed = hashlib.sha256(), hashlib.sha256()
    source.size = 0
    with sealing.new_file(source.path) as stream:
        for n, part in enumerate(_parts(chunks)):
            closed = seal.close(part, f"source {source.uuid} part {n}")
            plain.update(part)
            sealed.update(closed)
            stream.write(closed)
            source.size += len(part)
    source.sha256, source.stored_sha256 = seal.mark(plain.hexdigest()), sealed.hexdigest()


def open_recording(seal: Seal, source: Source, start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes [start, end) of a recording. Raises Damaged where it is missing or was changed."""
    try:
        stream = source.path.open("rb")
    except FileNotFoundError:
        raise sealing.Damaged from None
    with stream:
        for n in range(start // PART, -(-end // PART)):
            stream.seek(n * (PART + sealing.MORE))
            part = seal.open(stream.read(PART + sealing.MORE), f"source {source.uuid} part {n}")
            yield part[max(start - n * PART, 0) : end - n * PART]


def _parts(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= PART:
            yield bytes(held[:PART])
            del held[:PART]
    if held:
        yield bytes(held)


def close_key(seal: Seal, collection: Collection, key: Key) -> bytes:
    """Return who stands behind the pseudonyms, sealed."""
    return seal.close(to_bytes(key), f"pseudonyms {collection.uuid}")


def open_key(seal: Seal, collection: Collection, kept: Pseudonyms | None) -> Key:
    """Return who stands behind the pseudonyms; nobody where nothing is kept yet."""
    return from_bytes(seal.open(kept.sealed, f"pseudonyms {collection.uuid}")) if kept else Key()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
