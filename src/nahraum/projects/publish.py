"""Write an edition's folder whole or not at all: into a temporary neighbour first, then renamed."""

from __future__ import annotations

import shutil
from pathlib import Path

from nahraum.base import WrongRequest
from nahraum.base.language import gettext as _
from nahraum.evidence.indicators.edition import Edition
from nahraum.reports.open_data import FILES, write_open_data


def write_folder(edition: Edition, out: Path) -> tuple[Path, ...]:
    """Write the edition's open data to ``out`` and return the files.

    A folder of an earlier run is replaced in one step; a folder that holds anything else is refused. An interrupted
    run leaves ``out`` as it was.
    """
    _refuse_foreign(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    scratch = out.with_name(f".{out.name}.nahraum")
    shutil.rmtree(scratch, ignore_errors=True)  # what a run left behind that was killed
    fresh = scratch / "new"
    fresh.mkdir(parents=True)
    try:
        write_open_data(edition, fresh)
        if out.exists():
            out.rename(scratch / "old")
        fresh.rename(out)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return tuple(sorted(out.iterdir()))


def _refuse_foreign(out: Path) -> None:
    above = next((each for each in (out, *out.parents) if each.exists()), out)
    if above.exists() and not above.is_dir():
        raise WrongRequest(_("{path} is a file. Name a folder.").format(path=above))
    strangers = sorted({path.name for path in out.iterdir()} - set(FILES)) if out.exists() else []
    if strangers:
        raise WrongRequest(
            _("{path} holds files that are not from here ({names}). Name an empty or a new folder.").format(
                path=out, names=", ".join(strangers[:3])
            )
        )
