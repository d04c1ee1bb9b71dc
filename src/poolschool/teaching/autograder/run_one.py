"""Grade one submission in a process of its own, at whose end every other process of it can be ended too.

Started by poolschool.teaching.autograder.run, which gives it a key as its only line of input. Each lesson's `results_json` is
a line signed with it (poolschool.grading.signed), written to a pipe that no learner's code inherits.
"""

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import IO

from poolschool.confined.grader import ConfinedGrader
from poolschool.confined.processes import shut_memory
from poolschool.course.exercises import read_exercise
from poolschool.course.lessons import Course, load_course
from poolschool.grading.signed import signer
from poolschool.grading.verdict import results_json


def main() -> None:
    """Grade `sys.argv[1]`, the answers' folder, for the topics that follow."""
    folder, *topics = sys.argv[1:]
    key = [bytes.fromhex(sys.stdin.readline())]
    with _own_pipe() as pipe:
        grade(load_course(), topics, Path(folder), pipe, key)


def grade(course: Course, topics: list[str], folder: Path, pipe: IO[bytes], key: list[bytes]) -> None:
    """Write a line for each lesson as soon as it is graded; the key is taken away."""
    sign = signer(key)
    lessons = [course.lesson(topic) for topic in topics]
    needs_database = any(read_exercise(lesson.checker).postgresql for lesson in lessons)
    grader = ConfinedGrader(lessons)
    for lesson in lessons:
        pipe.write(sign(results_json([grader.grade(lesson, folder)], "submission")))
        pipe.flush()
    if needs_database and not os.environ.get("POOLSCHOOL_DATABASE_URL"):
        from poolschool.database.running import stop

        with contextlib.redirect_stdout(io.StringIO()):
            stop()  # its keeper would wait a moment for others; here nobody comes


def _own_pipe() -> IO[bytes]:
    """Take the output away from all who would inherit it, and shut this process's memory and files to its own user."""
    pipe = os.fdopen(os.dup(1), "wb")  # a duplicate is not inherited
    os.dup2(2, 1)
    shut_memory()
    return pipe


if __name__ == "__main__":
    main()
