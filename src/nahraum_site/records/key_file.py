"""All keys in one file, apart from the data: it replaces the one before, and no destroyed key comes back from it."""

from __future__ import annotations

import base64
import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum_site.records import sealing

FORMAT = 1


@dataclass(kw_only=True)
class Keys:
    """What was written or restored: how many keys, how many that are destroyed, whose keys differ from those here."""

    keys: int = 0
    destroyed: int = 0
    faults: list[str] = field(default_factory=list)


def write(target: Path) -> Keys:
    """Write the keys of today, and which were destroyed, over the file of before, whose bytes are overwritten.

    Raises WrongRequest if a file of another kind stands there: it is not touched.
    """
    gone = sealing.destroyed() | (set(map(UUID, _read(target)["destroyed"])) if target.exists() else set())
    keys = {str(owner): base64.b64encode(sealing.raw(owner)).decode() for owner in sealing.kept() - gone}
    content = {
        "nahraum_keys": FORMAT,
        "made_at": timezone.now().isoformat(),
        "keys": dict(sorted(keys.items())),
        "destroyed": sorted(map(str, gone)),
    }
    scratch = target.with_name(f".{target.name}.part")
    scratch.unlink(missing_ok=True)  # of an earlier one that was killed
    sealing.write_new(scratch, json.dumps(content, indent=1).encode())
    with suppress(FileNotFoundError), target.open("r+b") as before:
        scratch.replace(target)
        before.write(bytes(os.fstat(before.fileno()).st_size))  # it held keys that may be destroyed by now
        before.flush()
        os.fsync(before.fileno())
    if scratch.exists():
        scratch.replace(target)
    return Keys(keys=len(keys), destroyed=len(gone))


def restore(source: Path) -> Keys:
    """Put the keys of a file to those that are here; destroy those that it names as destroyed.

    Raises WrongRequest where the file is none. A key that is here and differs stays, and is told.
    """
    found = _read(source)
    done = Keys()
    for owner in map(UUID, found["destroyed"]):
        done.destroyed += 1
        if not sealing.is_destroyed(owner):
            sealing.destroy(owner)
    here = sealing.kept()
    for name, text in found["keys"].items():
        owner, raw = UUID(name), base64.b64decode(text)
        if sealing.is_destroyed(owner):
            continue
        if owner not in here:
            sealing.put(owner, raw)
        elif sealing.raw(owner) != raw:
            done.faults.append(
                _("The key {owner} is here already and is another one; it was left.").format(owner=owner)
            )
            continue
        done.keys += 1
    return done


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
        lengths = {len(base64.b64decode(each, validate=True)) for each in found["keys"].values()}
        if found["nahraum_keys"] > FORMAT or lengths - {sealing.KEY}:
            raise ValueError
        for owner in (*found["keys"], *found["destroyed"]):
            UUID(owner)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongRequest(_("{file} is not a file of keys of Nahraum.").format(file=path)) from error
    return found
