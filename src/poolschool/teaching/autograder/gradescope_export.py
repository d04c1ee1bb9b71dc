"""`poolschool export gradescope`: the autograder zip, the same bytes each time it is made of the same course."""

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from poolschool.course.exercises import read_exercise
from poolschool.course.files import write_whole
from poolschool.course.lessons import load_course
from poolschool.teaching.autograder.bundle import HERE, bundle

NAME = "gradescope.zip"
SCRIPTS = {"setup.sh": "gradescope_setup.sh", "run_autograder": "gradescope_run_autograder.sh"}
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # a zip wants a date, and this one says nothing
# https://gradescope-autograders.readthedocs.io/en/latest/troubleshooting/ : 10 minutes unless you raise it, 40 at most.
SERVICE_SECONDS = 600
OWN_SECONDS = 30  # of these for the service's own start and end


def export_gradescope(
    topics: tuple[str, ...], output: Path, *, points: Mapping[str, float] | None = None, site: str = ""
) -> int:
    """Write the zip to `output`, a folder or a file that ends in .zip; `points` are those of each task, by topic."""
    console = Console(highlight=False)
    limit = SERVICE_SECONDS - OWN_SECONDS
    made = bundle(load_course(), topics, points=points or {}, site=site, seconds=limit)
    scripts = {name: (HERE / file).read_bytes() for name, file in SCRIPTS.items()}
    target = output if output.suffix == ".zip" else output / NAME
    write_whole(target, zip_bytes(made.files | scripts, executable=frozenset(scripts)))
    total = sum(len(read_exercise(one.checker).tasks) * (points or {}).get(one.topic, 1) for one in made.lessons)
    console.print(f"{escape(str(target))}  {len(made.lessons)} lessons, {made.tasks} tasks, {total:g} points in all")
    console.print("Upload it under Configure Autograder, and try it there with Test Autograder and a worked solution.")
    for warning in made.warnings(limit):
        console.print(f"[yellow]note[/yellow] {warning}")
    return 0


def zip_bytes(files: dict[str, bytes], executable: frozenset[str]) -> bytes:
    """Pack files with fixed dates, rights and order."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.create_system = 3  # Unix, wherever it is made: only then the rights are read
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (stat.S_IFREG | (0o755 if name in executable else 0o644)) << 16
            archive.writestr(entry, files[name])
    return packed.getvalue()
