"""Gradescope's side: folders as the service lays them out, its scripts, and the schema of results.json."""

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import jsonschema

# Written from https://gradescope-autograders.readthedocs.io/en/latest/specs/ ; stricter where we always give a field.
VISIBILITY = {"enum": ["visible", "hidden", "after_due_date", "after_published"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
SCHEMA = {
    "type": "object",
    "required": ["output", "tests", "stdout_visibility"],
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number", "minimum": 0},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["score", "max_score", "status", "name", "number", "output", "tags", "visibility"],
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number", "minimum": 0},
                    "max_score": {"type": "number", "exclusiveMinimum": 0},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string", "minLength": 1},
                    "number": {"type": "string", "pattern": r"^\d+\.\d+$"},
                    "output": {"type": "string"},
                    "tags": {"type": "array", "items": {"type": "string", "minLength": 1}},
                    "visibility": VISIBILITY,
                },
            },
        },
    },
    # A score for the whole is needed only where no test has one.
    "if": {"properties": {"tests": {"maxItems": 0}}},
    "then": {"required": ["score"]},
}


def service(made: Path) -> Path:
    """Lay a zip out as the service does: source/, a copy of run_autograder, and folders for submission and results."""
    root = Path(tempfile.mkdtemp(prefix="autograder-"))
    root.chmod(0o755)  # as /autograder is: other users may pass
    with zipfile.ZipFile(made) as archive:
        for entry in archive.infolist():
            archive.extract(entry, root / "source")
            (root / "source" / entry.filename).chmod(stat.S_IMODE(entry.external_attr >> 16))
    shutil.copy2(root / "source" / "run_autograder", root / "run_autograder")
    (root / "results").mkdir()
    done = script(root, root / "source" / "setup.sh")
    assert done.returncode == 0, done.stderr
    return root


def script(root: Path, path: Path) -> subprocess.CompletedProcess[str]:
    """Run one of the zip's scripts, with the shipped source before the installed one."""
    own = {"POOLSCHOOL_AUTOGRADER": str(root), "POOLSCHOOL_PYTHON": sys.executable}
    source = {"PYTHONPATH": str(root / "source" / "course" / "src"), "PATH": os.environ["PATH"]}
    return subprocess.run([path], cwd=root, env=own | source, capture_output=True, text=True, timeout=100, check=False)


def hand_in(root: Path, files: dict[str, str]) -> dict[str, Any]:
    """Replace the submission, run the autograder and give the checked results."""
    shutil.rmtree(root / "submission", ignore_errors=True)
    for name, text in files.items():
        path = root / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = script(root, root / "run_autograder")
    assert done.returncode == 0, done.stderr
    results: dict[str, Any] = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    jsonschema.validate(results, SCHEMA)
    return results
