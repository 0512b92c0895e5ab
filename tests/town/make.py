"""Write Musterstadt to a folder: ``python -m tests.town.make OUT_DIR``."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.town.files import write_files
from tests.town.project import project_file
from tests.town.town import town
from tests.town.voices_file import write_voices


def make(folder: Path) -> Path:
    """Write project file, data and voices of the town; return the path of ``nahraum.toml``."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    write_files(town(), data)
    write_voices(folder / "stimmen")
    path = folder / "nahraum.toml"
    path.write_text(project_file(town()), encoding="utf-8", newline="\n")
    return path


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m tests.town.make OUT_DIR")
    make(Path(sys.argv[1]))
