"""Set the grading up where there is only a Python: a venv with the locked parts, by hash, and the tooling that lies beside.

Runs alone, on the standard library: an exported autograder carries this file in its root.

    BUNDLE/
    ├─ grading_setup.py    this file
    ├─ requirements.txt    what grading needs, with hashes
    ├─ grading.json        which lessons, and their points
    └─ course/             the checkers, and this package's own source

`POOLSCHOOL_PYTHON` names an interpreter that has all of it already; then nothing is installed.
"""

import os
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)


def prepare(bundle: Path, venv: Path) -> Path:
    """Make the venv and install into it; give its interpreter. Exits with a sentence if that is not possible."""
    if given := os.environ.get("POOLSCHOOL_PYTHON"):
        return Path(given)
    if sys.version_info < OLDEST:
        sys.exit(f"Grading needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and this is {sys.version.split()[0]}.")
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pip = (str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet")
    steps = {
        "make a venv": (sys.executable, "-m", "venv", str(venv)),
        "install the parts": (*pip, "--require-hashes", "--requirement", str(bundle / "requirements.txt")),
        "install the tooling": (*pip, "--no-deps", "--no-build-isolation", str(bundle / "course")),
    }
    for step, command in steps.items():
        try:
            done = subprocess.run(command, cwd=bundle, check=False).returncode
        except OSError as error:
            sys.exit(f"Could not {step}: {error.strerror}.")
        if done != 0:
            sys.exit(f"Could not {step}; the lines above say why. Is the package index within reach from here?")
    return python


def run(bundle: Path, python: Path, module: str, *arguments: str) -> int:
    """Run a module of the tooling on the bundle's course; give its exit code."""
    environment = {**os.environ, "POOLSCHOOL_ROOT": str(bundle / "course")}
    return subprocess.run([str(python), "-P", "-m", module, *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    prepare(Path(__file__).resolve().parent, Path(sys.argv[1]))
