"""All keys in one file, apart from the data: it replaces the one before, and no destroyed key comes back from it."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.base.language import ngettext
from nahraum_site.records import sealing

FORMAT = 1


@dataclass(kw_only=True)
class Keys:
    """What was written or restored: how many keys, how many that are destroyed, and what was found wrong on the way."""

    keys: int = 0
    destroyed: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class _Found:
    """What keys there are in a file or here, which are destroyed, and a sentence for each entry that is none."""

    keys: dict[UUID, bytes] = field(default_factory=dict)
    destroyed: set[UUID] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def write(target: Path, deleted: Iterable[UUID] = ()) -> Keys:
    """Write the keys of today, and which were destroyed, over the file of before, whose bytes are overwritten.

    ``deleted``: whose keys nobody needs any more. A key of the file that is not here stays in it, unless it is one of
    these or destroyed: the disk may be a new one. Raises WrongRequest if a file of another kind stands there, or one
    with other keys: it is not touched.
    """
    before = _read(target) if target.exists() else _Found()
    here = _here()
    gone = {*here.destroyed, *before.destroyed, *deleted}
    others = {owner for owner, key in here.keys.items() if before.keys.get(owner, key) != key} - gone
    if others:
        raise WrongRequest(
            _(
                "{file} holds other keys than those here for {owners}. So that none is lost, nothing was written: "
                "write to another file and keep this one."
            ).format(file=target, owners=", ".join(sorted(map(str, others))))
        )
    keys = {owner: key for owner, key in {**before.keys, **here.keys}.items() if owner not in gone}
    _replace(target, {str(owner): base64.b64encode(key).decode() for owner, key in keys.items()}, gone)
    done = Keys(keys=len(keys), destroyed=len(gone), faults=before.faults + here.faults)
    if absent := len(keys.keys() - here.keys.keys()):
        told = ngettext(
            "{count} key of {file} is not here and stayed in the file. Put it back: `nahraum restore-keys {file}`.",
            "{count} keys of {file} are not here and stayed in the file. Put them back: `nahraum restore-keys {file}`.",
            absent,
        )
        done.faults.append(told.format(count=absent, file=target))
    return done


def _here() -> _Found:
    found = _Found()
    for owner in sealing.kept():
        try:
            found.keys[owner] = sealing.raw(owner)
        except sealing.Missing:
            told = _(
                "The key {owner} that lies here is not whole and was left out. A new one takes its place once it is "
                "needed; if `nahraum verify` names it, put it back: `nahraum restore-keys`."
            )
            found.faults.append(told.format(owner=owner))
        except sealing.Destroyed:
            continue
    found.destroyed = sealing.destroyed()  # asked last: it names also those destroyed while we were reading
    return found


def _replace(target: Path, keys: Mapping[str, str], gone: Iterable[UUID]) -> None:
    content = {
        "nahraum_keys": FORMAT,
        "made_at": timezone.now().isoformat(),
        "keys": dict(sorted(keys.items())),
        "destroyed": sorted(map(str, gone)),
    }
    scratch = target.with_name(f".{target.name}.part")
    sealing.wipe(scratch)  # of an earlier one that was killed
    sealing.write_new(scratch, json.dumps(content, indent=1).encode())
    with suppress(FileNotFoundError), target.open("r+b") as before:
        scratch.replace(target)
        sealing.settle(target.parent)  # or a power failure left the file of before, overwritten
        before.write(bytes(os.fstat(before.fileno()).st_size))  # it held keys that may be destroyed by now
        before.flush()
        os.fsync(before.fileno())
    if scratch.exists():
        scratch.replace(target)
        sealing.settle(target.parent)


def restore(source: Path) -> Keys:
    """Put the keys of a file to those that are here; destroy those that it names as destroyed.

    Raises WrongRequest where the file is none. A key that is here and differs stays, and is told, as is every entry
    that is none.
    """
    found = _read(source)
    done = Keys(destroyed=len(found.destroyed), faults=found.faults)
    for owner in found.destroyed:
        if not sealing.is_destroyed(owner):
            sealing.destroy(owner)
    for owner, key in found.keys.items():
        if sealing.is_destroyed(owner):
            continue
        if not sealing.is_here(owner):
            sealing.put(owner, key)
        elif sealing.raw(owner) != key:
            done.faults.append(
                _("The key {owner} is here already and is another one; it was left.").format(owner=owner)
            )
            continue
        done.keys += 1
    return done


def _read(path: Path) -> _Found:
    try:
        told: dict[str, Any] = json.loads(path.read_bytes())
        keys, destroyed = dict(told["keys"]), list(told["destroyed"])
        if told["nahraum_keys"] > FORMAT:
            raise ValueError
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongRequest(_("{file} is not a file of keys of Nahraum.").format(file=path)) from error
    found = _Found()
    bad = [name for name in map(str, destroyed) if sealing.owner_of(name) is None]
    found.destroyed = set(filter(None, map(sealing.owner_of, map(str, destroyed))))
    for name, text in keys.items():
        owner, key = sealing.owner_of(name), _key(text)
        if owner and key:
            found.keys[owner] = key
        else:
            bad.append(name)
    fault = _("What {file} holds as “{name}” is no key; it was left out.")
    found.faults = [fault.format(file=path, name=name) for name in bad]
    return found


def _key(text: object) -> bytes | None:
    """Return the key that stands in a file so, or nothing where it is none."""
    with suppress(ValueError, TypeError):
        key = base64.b64decode(text, validate=True)  # type: ignore[arg-type]
        return key if len(key) == sealing.KEY else None
    return None
