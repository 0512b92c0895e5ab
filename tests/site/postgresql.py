"""A PostgreSQL server of our own in a temporary folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.site.running import free_port


@contextmanager
def server() -> Iterator[str]:
    """Run a server and give the address of an empty database on it."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    assert binaries, "no PostgreSQL here: `make test` installs it or says how"
    folder = Path(tempfile.mkdtemp(prefix="nahraum-pg-"))
    port = free_port()
    # initdb refuses root: the server runs as its own user
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres", "postgres")

    def run(program: str, *words: object) -> None:
        command = [*as_user, str(binaries[-1] / program), *map(str, words)]
        subprocess.run(command, check=True, capture_output=True, cwd=folder)

    data = folder / "data"
    run("initdb", "-D", data, "-U", "nahraum", "-A", "trust", "--locale=C.UTF-8", "--no-sync")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    run("pg_ctl", "-D", data, "-o", options, "-w", "-l", folder / "log", "start")
    try:
        run("createdb", "-h", "127.0.0.1", "-p", port, "-U", "nahraum", "nahraum")
        yield f"postgresql://nahraum@127.0.0.1:{port}/nahraum"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
