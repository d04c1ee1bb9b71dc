"""Another user for each submission, who owns nothing: only root can have it, where that user can run this Python."""

import os
import subprocess
import sys
from collections.abc import Mapping

FIRST_USER = 61184  # where systemd begins with users that it makes up for a while
MAY_GRADE = """import poolschool.grading.grader
from poolschool.course.lessons import load_course
for lesson in load_course().lessons: lesson.checker.read_bytes()"""


def may_grade(user: int, environment: Mapping[str, str]) -> bool:
    """Say whether another user, who owns nothing, can run this Python and read the course; only root can ask."""
    command = [sys.executable, "-P", "-c", MAY_GRADE]
    try:
        subprocess.run(command, check=True, capture_output=True, cwd="/", env=dict(environment),
                       user=user, group=user, extra_groups=[])  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def unused_user() -> int | None:
    """Give the first of the numbers of users whom no machine knows, if they may grade; None if this process may not be others."""
    if sys.platform == "win32" or os.geteuid() != 0 or not may_grade(FIRST_USER, os.environ):
        return None
    return FIRST_USER
