"""Grade every submission at one of the places, and keep what came of each, so that a second run goes on from there."""

import hashlib
import json
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from poolschool import FOLDER
from poolschool.course.exercises import read_exercise
from poolschool.course.files import FileSet, file_name, write_whole
from poolschool.course.lessons import Course, Lesson
from poolschool.course.truths import truths
from poolschool.grading.answers import gather
from poolschool.grading.verdict import LessonResult, Verdict, results_from_json, results_json
from poolschool.grading.words import printable
from poolschool.teaching.classroom.feedback import feedback_page
from poolschool.teaching.classroom.places import Places, room
from poolschool.teaching.classroom.remarks import far_reaching, reached_out, several_hand_ins
from poolschool.teaching.classroom.submissions import Submission

SCHEMA = 1  # of what is kept between runs


@dataclass(frozen=True)
class Outcome:
    """What became of one submission; `remarks` are for the instructor only, `again` says that it was graded in this run."""

    submission: Submission
    results: tuple[LessonResult, ...]
    notes: tuple[str, ...]
    remarks: tuple[str, ...]
    again: bool = False

    @property
    def unjudged(self) -> bool:
        """Whether something could not be judged."""
        return any(verdict.status == "error" for result in self.results for verdict in result.verdicts)


class Run:
    """Grades submissions; what came of each is kept in `files.folder/state`, students' pages are added to `files`."""

    def __init__(self, course: Course, lessons: tuple[Lesson, ...], files: FileSet, places: Places, site: str) -> None:
        self.lessons = lessons
        self.files = files
        self.places = places
        self.site = site
        self.truths = truths(course)
        package = sorted(FOLDER.rglob("*.py"))
        self.course_digest = _digest([*(lesson.checker for lesson in lessons), *package])

    def all(self, submissions: list[Submission], console: Console) -> tuple[list[Outcome], bool]:
        """Grade all, as many at once as there are places; give what is done, and whether it was stopped."""
        outcomes: dict[Submission, Outcome] = {}
        bar = Progress(
            TextColumn("Grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True
        )  # fmt: skip
        jobs: list[Future[Outcome]] = []
        with ThreadPoolExecutor(self.places.many) as pool, bar:
            task = bar.add_task("", total=len(submissions))
            try:
                jobs += [pool.submit(self._one, submission) for submission in submissions]
                for job in as_completed(jobs):
                    outcome = job.result()
                    outcomes[outcome.submission] = outcome
                    bar.advance(task)
            except KeyboardInterrupt:
                bar.console.print("Stopping, as soon as those are done that are being graded.")
                pool.shutdown(cancel_futures=True)
                return list(outcomes.values()), True
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return [outcomes[submission] for submission in submissions], False

    def _one(self, submission: Submission) -> Outcome:
        name = file_name(submission.student.key)
        kept = self.files.folder / "state" / f"{name}.json"
        try:
            outcome, digest = self._graded(submission, kept)
            page = self._page(outcome)
        except Exception as problem:  # whatever it is, it concerns this student only
            why = printable(f"{type(problem).__name__}: {problem}")
            results = tuple(_unjudged(lesson, why) for lesson in self.lessons)
            outcome, digest = Outcome(submission, results, (), (), again=True), ""
            page = self._page(outcome)
        if outcome.again:
            self._keep(kept, digest, outcome)
        self.files.write(f"feedback/{name}.html", page)
        return replace(outcome, results=tuple(map(_slim, outcome.results)))

    def _graded(self, submission: Submission, kept: Path) -> tuple[Outcome, str]:
        """Grade a submission, or give what an earlier run found; and the digest of what was graded."""
        with self.places.one() as place, room(place.user) as answers:
            unreadable: list[str] = []
            notes = [printable(note) for note in gather(submission.places, self.lessons, answers, unreadable)]
            handed_in = sorted(answers.rglob("*.py"))
            digest = _digest(handed_in, [self.course_digest, *notes])
            before = _remembered(kept, digest)
            results = before or tuple(place.grader.grade(lesson, answers) for lesson in self.lessons)
            attention = [
                *several_hand_ins(submission.places),
                *unreadable,
                *reached_out(results),
                *far_reaching(handed_in),
            ]
            remarks = tuple(printable(remark) for remark in attention)
        return Outcome(submission, results, tuple(notes), remarks, again=before is None), digest

    def _page(self, outcome: Outcome) -> bytes:
        name = outcome.submission.student.name
        page = feedback_page(name, outcome.results, outcome.notes, self.truths, self.site)
        return page.encode("utf-8", "backslashreplace")

    def _keep(self, place: Path, digest: str, outcome: Outcome) -> None:
        """Remember the results; not if something could not be judged, so that the next run tries again."""
        if outcome.unjudged:
            place.unlink(missing_ok=True)
            return
        content = {"schema": SCHEMA, "digest": digest, "results": results_json(list(outcome.results), place.stem)}
        write_whole(place, json.dumps(content).encode())


def _remembered(place: Path, digest: str) -> tuple[LessonResult, ...] | None:
    """Give what an earlier run found, if it was about the same answers and the same course."""
    try:
        kept = json.loads(place.read_text(encoding="utf-8"))
        if kept["schema"] == SCHEMA and kept["digest"] == digest:
            return tuple(results_from_json(kept["results"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return None


def _digest(files: Sequence[Path], words: Sequence[str] = ()) -> str:
    digest = hashlib.sha256(json.dumps(words).encode())
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)} ".encode("utf-8", "surrogateescape") + content)
    return digest.hexdigest()


def _unjudged(lesson: Lesson, why: str) -> LessonResult:
    tasks = read_exercise(lesson.checker).tasks
    verdicts = tuple(Verdict(task.number, task.title, "error", got=why) for task in tasks)
    return LessonResult(lesson.topic, lesson.title, lesson.stem, verdicts)


def _slim(result: LessonResult) -> LessonResult:
    """Leave out what only the student reads: a class of thousands stays in memory."""
    return replace(result, verdicts=tuple(replace(verdict, output="", trace="") for verdict in result.verdicts))
