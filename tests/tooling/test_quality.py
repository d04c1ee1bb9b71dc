"""The code keeps its own rules: lint, format, types and layers."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports", "--no-cache"],
    ],
    ids=["lint", "format", "types", "layers"],
)
def test_a_checker_of_code_has_nothing_to_say(command: list[str]) -> None:
    """Each of the four ends with exit code 0 on the whole tree; its words are shown if not."""
    program = shutil.which(command[0], path=str(SCRIPTS))
    assert program, f"{command[0]} is missing: run `make setup`"
    done = subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
