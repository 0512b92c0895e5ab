"""Install Nahraum for development and demo into .venv: locked, hash-checked, and only what is not there yet.

Runs on any Python 3.11 or newer with nothing but the standard library. Takes uv where it works, otherwise pip.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
LOCK = ROOT / "requirements-dev.lock"
STAMP = VENV / "nahraum-installed.txt"
NEEDED = (3, 11)


def main():
    """Bring .venv, the program, its sentences and the front-end files up to date."""
    if sys.version_info < NEEDED:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"Nahraum needs Python 3.11 or newer; {sys.executable} is {found}. Try: make PYTHON=python3.12 ...")
    if not (STAMP.exists() and PYTHON.exists() and STAMP.read_text(encoding="utf-8") == stamp()):
        STAMP.unlink(missing_ok=True)
        with_uv = make_environment()
        install_packages(with_uv)
        # uv leaves compiling to the first start, which would take seconds longer than every one after it
        compile_all = [PYTHON, "-m", "compileall", "-qq", "-j", "0", VENV / "lib", ROOT / "src"]
        subprocess.run([str(word) for word in compile_all], env=environment(), capture_output=True, check=False)
        STAMP.write_text(stamp(), encoding="utf-8")
    run(PYTHON, "scripts/translate.py", "compile")
    run(PYTHON, "scripts/assets.py")


def stamp():
    """Return what the environment depends on: the lock, the project file and the place (paths are absolute inside)."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest() + "\n"


def make_environment():
    """Create .venv unless there is a working one; return whether uv is there to fill it."""
    with_uv = shutil.which("uv") is not None and works("uv", "--version")
    if PYTHON.exists() and works(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"):
        return with_uv or not works(PYTHON, "-m", "pip", "--version")
    print(f"Python environment: making {VENV.name} with Python {sysconfig.get_python_version()} ...", flush=True)
    if with_uv:
        run("uv", "venv", "--quiet", "--clear", "--python", sys.executable, VENV)
    elif not works(sys.executable, "-m", "venv", "--clear", VENV):
        sys.exit("Python cannot make a virtual environment here. On Debian and Ubuntu: apt-get install python3-venv")
    return with_uv


def install_packages(with_uv):
    """Install exactly what the lock names, every file checked against its hash, then Nahraum itself."""
    print("Python packages: installing from requirements-dev.lock (a minute or two with pip) ...", flush=True)
    if with_uv:
        tool = ["uv", "pip", "install", "--quiet", "--python", PYTHON]
    else:
        tool = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(*tool, "--no-deps", "--require-hashes", "-r", LOCK)
    run(*tool, "--no-deps", "--no-build-isolation", "-e", ROOT)
    print(f"Python packages: ready in {VENV.name}", flush=True)


def run(*command):
    """Run a command in the project folder; end with its exit code if it fails."""
    done = subprocess.run([str(word) for word in command], cwd=ROOT, env=environment(), check=False)
    if done.returncode:
        sys.exit(done.returncode)


def works(*command):
    """Say whether a command succeeds, quietly."""
    words = [str(word) for word in command]
    try:
        return subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def environment():
    """Return the environment without the settings of another virtual environment."""
    return {
        name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"}
    }


if __name__ == "__main__":
    main()
