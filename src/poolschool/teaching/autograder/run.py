"""Grade one submission for a service, which wants one answer in time, whatever happens in between.

    service ─> gradescope_run / classroom50_run ─> run ──────────────> run_one ───────> Grader ─> the learner's code
                         result file <─ verdicts ─┘  gather, limit,    (another user where
                                                     end what is left   this one is root)

The result is written only after every process that the submission could have started is gone.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poolschool.confined.processes import adopt_orphans, end_children
from poolschool.confined.users import may_grade
from poolschool.course.exercises import read_exercise
from poolschool.course.faults import UserMistake
from poolschool.course.lessons import Course, Lesson
from poolschool.grading.answers import gather
from poolschool.grading.signed import Forged, Opener, new_key
from poolschool.grading.verdict import LessonResult, Verdict, results_from_json

PLAN = "grading.json"
NOBODY = "nobody"  # the user who owns nothing; every Linux has one
KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "SYSTEMROOT")  # no token of the service reaches a learner's code


@dataclass(frozen=True)
class Plan:
    """What an instructor exported: which lessons, the points of each task by topic, the site, seconds for one submission."""

    topics: tuple[str, ...]
    seconds: float
    points: Mapping[str, Any] = field(default_factory=dict)
    site: str = ""

    @classmethod
    def load(cls, path: Path) -> "Plan":
        """Read it back from the export; raise UserMistake if that is damaged."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            return cls(tuple(data["topics"]), float(data["seconds"]), dict(data["points"]), str(data["site"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserMistake(f"{path.name} cannot be used ({error!r}). Export the grading anew.") from None

    def to_json(self) -> str:
        """Give the file's content."""
        data = {"topics": list(self.topics), "seconds": self.seconds, "points": dict(self.points), "site": self.site}
        return json.dumps(data, indent=2) + "\n"


def grade_submission(course: Course, plan: Plan, handed_in: Path) -> tuple[list[LessonResult], list[str]]:
    """Grade what lies in a folder: a result for every lesson of the plan, and notes for the student."""
    lessons = tuple(course.lesson(topic) for topic in plan.topics)
    with tempfile.TemporaryDirectory(prefix="poolschool-", ignore_cleanup_errors=True) as scratch:
        room = Path(scratch)
        for name in ("answers", "home", "tmp"):
            (room / name).mkdir()
        notes = gather((handed_in,), lessons, room / "answers")
        results, why = _run(course, lessons, room, plan.seconds)
    return [results.get(lesson.topic) or _missing_result(lesson, why) for lesson in lessons], notes


def _run(
    course: Course, lessons: tuple[Lesson, ...], room: Path, seconds: float
) -> tuple[dict[str, LessonResult], dict[str, Any]]:
    """Run the grading; give the results that came by topic, and the fields of a Verdict for those that did not."""
    topics = [lesson.topic for lesson in lessons]
    command = [sys.executable, "-P", "-m", "poolschool.teaching.autograder.run_one", str(room / "answers"), *topics]
    environment = _environment(course, room)
    other = _as_nobody(room, environment)
    adopted = adopt_orphans()
    key = new_key()
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=room, env=environment, **other
    )
    why = {"status": "error", "got": "the grading ended before this lesson, which no answer in a course may cause"}
    try:
        lines, _ = process.communicate(f"{key.hex()}\n".encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        end_children()
        lines, _ = process.communicate()
        hint = "Fix first what never ends: each task that runs out of its time takes from the others."
        why = {
            "status": "failed",
            "got": f"the {seconds:g} s for one submission were over before this lesson",
            "hint": hint,
        }
    finally:
        if adopted:
            end_children()
    return _read(lines, lessons, key), why


def _read(lines: bytes, lessons: tuple[Lesson, ...], key: bytes) -> dict[str, LessonResult]:
    """Believe a line only if it is signed at its place, and names a lesson that was asked for with exactly its tasks."""
    results: dict[str, LessonResult] = {}
    wanted = {lesson.topic: [task.number for task in read_exercise(lesson.checker).tasks] for lesson in lessons}
    opener = Opener(key)
    for line in lines.split(b"\n"):
        try:
            (result,) = results_from_json(opener.open(line))
        except (Forged, ValueError, KeyError, TypeError, AttributeError):  # or half a line, of a process that was ended
            continue
        if wanted.get(result.topic) == [verdict.task for verdict in result.verdicts]:
            results[result.topic] = result
    return results


def _missing_result(lesson: Lesson, why: dict[str, Any]) -> LessonResult:
    tasks = read_exercise(lesson.checker).tasks
    return LessonResult(
        lesson.topic, lesson.title, lesson.stem, tuple(Verdict(task.number, task.title, **why) for task in tasks)
    )


def _environment(course: Course, room: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith("POOLSCHOOL_")}
    own = {"HOME": str(room / "home"), "TMPDIR": str(room / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"}
    return kept | own | {"POOLSCHOOL_ROOT": str(course.root)}


def _as_nobody(room: Path, environment: dict[str, str]) -> dict[str, Any]:
    """Give what makes the grading run as another user: root's rights would let an answer write its own result."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd

    user = pwd.getpwnam(NOBODY)
    other: dict[str, Any] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    if not may_grade(user.pw_uid, environment):
        print(f"The user {NOBODY} cannot run this Python or read the course: grading as root.", file=sys.stderr)  # noqa: T201
        return {}
    for path in (room, *room.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid)
    return other
