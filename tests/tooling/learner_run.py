"""The commands as a learner starts them, each in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

from lean import WITHOUT_OURS

EXERCISES = ("exercises",)


def run_exercises(
    folder: Path, *words: str, arguments: tuple[str, ...] = EXERCISES, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run pytest in a folder of a course; the environment of the suite's own pytest is not handed on."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
        env=inherited | {"PYTEST_ADDOPTS": WITHOUT_OURS, "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"} | environment,
    )


def run_poolschool(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `poolschool` in a folder, with nobody at the keyboard."""
    return subprocess.run(
        [sys.executable, "-c", "from poolschool.cli.app import main; main()", *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=os.environ | environment,
    )


def statuses(results: Path) -> dict[str, list[str]]:
    """Read the file of `--results`: the tasks' statuses by topic; none if it was not written."""
    if not results.is_file():
        return {}
    lessons = json.loads(results.read_text(encoding="utf-8"))["lessons"]
    return {lesson["topic"]: [task["status"] for task in lesson["tasks"]] for lesson in lessons}
