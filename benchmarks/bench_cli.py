"""``nahraum --help``: a command line that answers at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.row import Row, seconds


def main() -> list[Row]:
    """Start the program as a user does, cold imports included."""
    program = Path(sys.executable).with_name("nahraum")

    def start() -> None:
        subprocess.run([program, "--help"], check=True, capture_output=True)

    return [Row(what="nahraum --help", data="whole process", ours=seconds(start, times=5), promise=0.3)]
