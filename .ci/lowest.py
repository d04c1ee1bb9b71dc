"""The lowest versions of the libraries taught, beside the environment: `.venv/lowest`, put in front by PYTHONPATH.

    .venv/bin/python .ci/lowest.py         fetch them as .ci/lowest.lock pins them; a second run returns at once
    .venv/bin/python .ci/lowest.py lock    renew .ci/lowest.lock from the bounds in pyproject.toml (needs the network)

Everything else comes from the environment itself, so this costs a dozen wheels and not a second set-up.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / ".ci" / "lowest.lock"
FOLDER = ROOT / ".venv" / "lowest"
TAUGHT = ("sqlalchemy", "fastapi", "psycopg", "asyncpg", "uvicorn", "httpx")


def main() -> int:
    """Do what the arguments say; give the exit code."""
    return renew() if sys.argv[1:] == ["lock"] else fetch()


def renew() -> int:
    """Pin the lowest versions that pyproject.toml allows, with what they need themselves, by hash."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounds = (*project["dependencies"], *project["optional-dependencies"]["course"])
    taught = [bound for bound in bounds if re.match(r"[\w-]+", bound)[0] in TAUGHT]
    uv = [str(Path(sys.executable).parent / "uv"), "pip", "compile", "--quiet", "-", "--resolution", "lowest-direct"]
    uv += ["--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade"]
    uv += ["--no-annotate", "--no-header", "--no-emit-index-url", "--output-file", str(LOCK)]
    return subprocess.run(uv, cwd=ROOT, input="\n".join(taught), text=True, check=False).returncode


def fetch() -> int:
    """Install what the lock pins into a folder of its own, unless it is there."""
    stamp = FOLDER / "lock"
    if stamp.is_file() and stamp.read_bytes() == LOCK.read_bytes():
        return 0
    shutil.rmtree(FOLDER, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
    pip += ["--no-deps", "--target", str(FOLDER), "--requirement", str(LOCK)]
    done = subprocess.run(pip, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        stamp.write_bytes(LOCK.read_bytes())
    else:
        again = "The lowest versions could not be fetched. Check the network and run the command again."
        sys.stderr.write(f"{done.stderr}\n{again}\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
