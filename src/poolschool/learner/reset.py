"""`poolschool reset`: a stub as it was issued; what the learner wrote is kept."""

import re
import subprocess
import sys
from pathlib import Path

from poolschool.course.exercises import read_exercise
from poolschool.course.faults import UserMistake
from poolschool.course.files import keep_copy
from poolschool.course.lessons import Lesson, load_course
from poolschool.grading.plain_file import kind_of_place


def reset(topic: str, yes: bool) -> int:
    """Put a stub back as it was issued, keeping the learner's file under .poolschool/backups/."""
    course = load_course()
    lesson = course.lesson(topic)
    if not lesson.has_exercise:
        raise UserMistake(f"The lesson {lesson.topic} has no exercise.")
    issued = issued_stub(lesson)
    name = lesson.stub.relative_to(course.root).as_posix()
    kind = kind_of_place(lesson.stub)
    if kind not in ("", "nothing"):
        raise UserMistake(f"{name} is {kind}, not a file. Move it away, then reset again.")
    mine = None if kind else lesson.stub.read_bytes()  # whatever it is, it is kept
    if mine is not None and mine.replace(b"\r\n", b"\n") == issued.encode():
        print(f"{name} is as it was issued.")  # noqa: T201
        return 0
    if mine is not None:
        if not yes and not _agreed(name):
            return 1
        kept = keep_copy(course.root, lesson.topic, lesson.stub)
        print(f"Your file is kept as {kept.as_posix()}.")  # noqa: T201
    lesson.stub.parent.mkdir(parents=True, exist_ok=True)
    lesson.stub.write_text(issued, encoding="utf-8")
    print(f"{name} is as it was issued.")  # noqa: T201
    return 0


def _agreed(name: str) -> bool:
    if not sys.stdin.isatty():
        raise UserMistake(f"Nobody is there to ask whether {name} may be put back. Say --yes.")
    return input(f"Put {name} back as it was issued? Your file is kept. [y/N] ").strip().lower() in ("y", "yes")


def issued_stub(lesson: Lesson) -> str:
    """Find the newest committed version of a stub that still has every TODO: learners may commit their answers."""
    name = lesson.stub.relative_to(lesson.root).as_posix()
    versions = _git(lesson.root, "log", "--format=%H", "--", name).split()
    wanted = {f"# TODO {task.number}:" for task in read_exercise(lesson.checker).tasks}
    for version in versions:
        try:
            text = _git(lesson.root, "show", f"{version}:./{name}")  # the course may lie deeper in its repository
        except UserMistake:  # the version that deleted it
            continue
        if wanted <= set(re.findall(r"# TODO \d+:", text)):
            return text
    raise UserMistake(
        f"No version of {name} as it was issued is in this copy's history. Fetch it from where you got the course."
    )


def _git(root: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, encoding="utf-8", check=False)
    except FileNotFoundError:
        raise UserMistake("git is not installed, and it is git that knows the stub as it was issued.") from None
    if done.returncode != 0:
        raise UserMistake(f"This copy has no history to take the stub from ({done.stderr.strip().splitlines()[-1]}).")
    return done.stdout
