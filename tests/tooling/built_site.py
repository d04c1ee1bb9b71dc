"""The site as `make site` builds it, once for all tests of a run: those that read it and those that open it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from once import once_for_all_workers

from poolschool.course.lessons import find_root

ROOT = find_root(Path(__file__).parent)


def built_site(factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the site, built strictly by MkDocs; it is there to be read."""
    return once_for_all_workers(factory, "site", build_site)


def build_site(site: Path) -> None:
    """Build the site strictly into a folder."""
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(site)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
