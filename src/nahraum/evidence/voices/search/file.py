"""An index as bytes and as a file: columns in NumPy's own format, nothing that could run, the same every time."""

from __future__ import annotations

import io
import json
import os
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.voices.search.index import Index

# Another tokenisation or another Unicode would part the words of a query and of an old index differently.
VERSION = f"nahraum search 1, Unicode {unicodedata.unidata_version}"
WORDS = ("texts", "forms", "folds")
COLUMNS = ("begins", "form", "start", "end", "order")


def dumped(index: Index) -> bytes:
    """Return the index as bytes: equal for equal texts in equal order."""
    out = io.BytesIO()
    words = json.dumps({"version": VERSION, **{name: getattr(index, name) for name in WORDS}}).encode()
    columns = {name: getattr(index, name) for name in COLUMNS}
    np.savez(out, words=np.frombuffer(words, dtype=np.uint8), **columns)
    return out.getvalue()


def loaded(data: bytes) -> Index:
    """Return the index; raises WrongRequest where it is damaged or of another version: it must be built again."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as columns:
            words = json.loads(columns["words"].tobytes())
            numbers = {name: columns[name] for name in COLUMNS}
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise WrongRequest(_("The search index is damaged. Build it again from the texts.")) from error
    if words.get("version") != VERSION:
        raise WrongRequest(_("The search index was made by another version. Build it again from the texts."))
    parts: dict[str, Any] = {name: tuple(words[name]) for name in WORDS}
    return Index(**parts, **numbers)


def save(index: Index, path: Path) -> None:
    """Write the file anew and put it in the old one's place: nothing of a text that was taken out stays in it.

    Blocks that the file system has freed are the disk's matter; whoever needs them gone encrypts what `dumped` gives.
    """
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(dumped(index))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def load(path: Path) -> Index:
    """Return the index in a file; raises WrongRequest as `loaded` does, and where there is no file."""
    try:
        return loaded(path.read_bytes())
    except OSError as error:
        raise WrongRequest(_("The search index cannot be read. Build it again from the texts.")) from error
