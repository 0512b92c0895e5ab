"""Keeping files exactly as delivered."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import TypeVar

from django.conf import settings
from django.db import transaction

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import number
from nahraum_site.accounts.models import User
from nahraum_site.records.models import File

Seen = TypeVar("Seen")

CHUNK = 1 << 20
LONGEST_NAME = 200  # bytes: file systems count those


def keep(name: str, chunks: Iterable[bytes], user: User | None) -> File:
    """Write a file into the private folder and return its row; WrongRequest if it is empty or too large.

    The name is only shown, never used as a path. What was written is removed if anything fails.
    """
    return keep_if(name, chunks, user, lambda _file: None)[0]


def keep_if(name: str, chunks: Iterable[bytes], user: User | None, look: Callable[[File], Seen]) -> tuple[File, Seen]:
    """Keep a file that passes a look at it; return its row and what was seen.

    What the look raises is raised, and nothing is kept then: the row is only stored afterwards, so that none is ever
    without its file.
    """
    file = File(name=clean_name(name), size=0, sha256="", kept_by=user)
    settings.KEPT.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest, size = hashlib.sha256(), 0
    try:
        with file.path.open("xb") as target:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.LARGEST_FILE:
                    raise WrongRequest(
                        _("{name} is larger than {size} MB. Deliver it in parts.").format(
                            name=file.name, size=number(settings.LARGEST_FILE / 1_000_000, 0)
                        )
                    )
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        if not size:
            raise WrongRequest(_("{name} is empty.").format(name=file.name))
        file.size, file.sha256 = size, digest.hexdigest()
        seen = look(file)
        file.save()
    except BaseException:
        file.path.unlink(missing_ok=True)
        raise
    return file, seen


def forget(file: File) -> None:
    """Remove a file that nothing rests on: its row first, the file once that is certain. One write."""
    path = file.path
    file.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def clean_name(name: str) -> str:
    """Return the last part of a name without signs that a terminal, a page or a file system could misread."""
    last = PurePath(name.replace("\\", "/")).name
    plain = "".join(sign for sign in last if sign.isprintable())
    return plain.encode()[-LONGEST_NAME:].decode(errors="ignore") or "datei"


def in_chunks(path: os.PathLike[str]) -> Iterable[bytes]:
    """Return the content of a file on this machine, piece by piece."""
    with open(path, "rb") as stream:  # noqa: PTH123 - also takes os.PathLike
        while chunk := stream.read(CHUNK):
            yield chunk
