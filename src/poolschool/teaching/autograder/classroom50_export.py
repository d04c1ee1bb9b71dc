"""`poolschool export classroom50`: the autograder's folder for Classroom 50, and a workflow for repositories without it."""

from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from poolschool.course.faults import UserMistake
from poolschool.course.files import write_whole
from poolschool.course.lessons import load_course
from poolschool.teaching.autograder.bundle import HERE, bundle

NAME = "classroom50"
SLUG = "pool-school"
# https://github.com/foundation50/classroom50/wiki/Advanced-Autograding : the job stops after 15 minutes, set-up included.
SERVICE_SECONDS = 900
OWN_SECONDS = 180  # of these for installing the parts and publishing the result
ENTRY = '''"""Grade the student's checkout in the working folder: what Classroom 50's runner starts for each submission."""

import os
import sys
import tempfile
from pathlib import Path

from grading_setup import prepare, run

bundle = Path(__file__).resolve().parent
python = prepare(bundle, Path(os.environ.get("RUNNER_TEMP") or tempfile.mkdtemp()) / "pool-school-venv")
sys.exit(run(bundle, python, "poolschool.teaching.autograder.classroom50_run", str(bundle)))
'''
README = """# Pool School on GitHub Actions

Lessons: {topics}.

With Classroom 50: copy `{slug}` to `CLASSROOM/autograders/{slug}` in your organisation's `classroom50` repository, and call
the assignment `{slug}`, or rename the folder to the assignment's name. Python 3.11 or newer must be its runtime; the default
is. `{slug}` is published with your Pages: it holds checkers, which students have anyway, and no solutions.

Without Classroom 50, for feedback on each push: copy `{slug}` to `.github/{slug}` and `{slug}.yaml` to `.github/workflows/`
in the repository that students start from. They can change what lies in their repository: give no marks on it.
"""


def export_classroom50(
    topics: tuple[str, ...], output: Path, *, points: Mapping[str, float] | None = None, site: str = ""
) -> int:
    """Write the folder `classroom50` into `output`; `points` are those of each task, by topic, in whole numbers."""
    console = Console(highlight=False)
    for topic, many in (points or {}).items():
        if many != int(many):
            raise UserMistake(f"Classroom 50 knows whole points only, and {topic} was to have {many:g}.")
    whole = {topic: int(many) for topic, many in (points or {}).items()}
    limit = SERVICE_SECONDS - OWN_SECONDS
    made = bundle(load_course(), topics, points=whole, site=site, seconds=limit)
    folder = output / NAME
    told = README.format(topics=", ".join(lesson.topic for lesson in made.lessons), slug=SLUG)
    files = {f"{SLUG}/{name}": content for name, content in made.files.items()} | {
        f"{SLUG}/autograder.py": ENTRY.encode(),
        f"{SLUG}.yaml": (HERE / "classroom50_workflow.yaml").read_bytes(),
        "README.md": told.encode(),
    }
    _refuse_strangers(folder, set(files))
    for name, content in files.items():
        write_whole(folder / name, content)
    console.print(
        f"{escape(str(folder))}  {len(made.lessons)} lessons, {made.tasks} tasks; README.md says what goes where"
    )
    for warning in made.warnings(limit):
        console.print(f"[yellow]note[/yellow] {warning}")
    return 0


def _refuse_strangers(folder: Path, names: set[str]) -> None:
    """Stop if the folder holds what this export does not write: a checker of an earlier one would be graded too."""
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if strangers := sorted(there - names):
        raise UserMistake(
            f"{folder} holds {strangers[0]}, which does not belong to this export. Give another --output."
        )
