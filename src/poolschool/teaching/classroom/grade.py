"""`poolschool grade`: run the checkers on every submission of a class, several at once, and write down what came of it.

    SUBMISSIONS/ ──> Submission ──> a place (user, database, warm grader) ──> GRADED/state/STUDENT.json ──> grade book
                                                                              GRADED/feedback/STUDENT.html

A second run goes on where the first one stopped: what neither a student nor the course has changed is not graded again.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from poolschool import FOLDER
from poolschool.confined.system import gaps, protections
from poolschool.course.exercises import read_exercise
from poolschool.course.faults import UserMistake
from poolschool.course.files import file_name, write_whole
from poolschool.course.lessons import Course, Lesson, load_course
from poolschool.course.truths import truths
from poolschool.grading.answers import gather
from poolschool.grading.verdict import LessonResult, Verdict, results_from_json, results_json
from poolschool.teaching.classroom.feedback import feedback_page
from poolschool.teaching.classroom.gradebook import Column, Row, write_gradebook
from poolschool.teaching.classroom.pages import class_sections, tasks_csv
from poolschool.teaching.classroom.places import Places, open_places, room, try_out
from poolschool.teaching.classroom.remarks import far_reaching, reached_out
from poolschool.teaching.classroom.roster import Roster, load_roster
from poolschool.teaching.classroom.submissions import Submission, find_submissions

SCHEMA = 1  # of what is kept between runs


@dataclass(frozen=True)
class Graded:
    """What became of one submission; `remarks` are for the instructor only."""

    submission: Submission
    results: tuple[LessonResult, ...]
    notes: tuple[str, ...]
    remarks: tuple[str, ...]
    again: bool = False

    @property
    def passed(self) -> int:
        return sum(result.passed for result in self.results)


def grade_class(
    submissions: Path,
    roster: Path | None,
    output: Path,
    topics: tuple[str, ...],
    workers: int | None = None,
    *,
    site: str = "",
) -> int:
    """Grade a class; `workers` submissions at once, one for each core by default. Give the exit code."""
    console = Console(highlight=False, soft_wrap=True)
    course = load_course()
    lessons = course.with_exercise(topics)
    students = load_roster(roster) if roster else None
    found = find_submissions(submissions, students)
    if output.resolve().is_relative_to(submissions.resolve()):
        raise UserMistake(f"{output} lies among the submissions, and would be taken for one. Give another --output.")
    workers = min(workers or os.cpu_count() or 1, len(found))
    with open_places(workers, lessons) as places:
        console.print(
            f"Grading {len(found)} submissions, {workers} at once, held by {', '.join(protections(places.users))}."
        )
        if not_held := gaps(places.users):
            console.print(
                f"Not held: {'; '.join(not_held)}. For strangers' code see “Containers” in the instructors' pages."
            )
        try_out(course, lessons, places)
        run = _Run(course, lessons, output, places, site)
        graded, stopped = run.all(found, console)
    if stopped:
        console.print(f"Stopped: {len(graded)} of {len(found)} are graded. The same command goes on from there.")
        return 130
    written = _write(run, graded, students)
    _tell(graded, written, console)
    return 0


class _Run:
    """Grades submissions and keeps what came of each."""

    def __init__(self, course: Course, lessons: tuple[Lesson, ...], output: Path, places: Places, site: str) -> None:
        self.lessons = lessons
        self.output = output
        self.places = places
        self.site = site
        self.truths = truths(course)
        package = sorted(FOLDER.rglob("*.py"))
        self.course_digest = _digest([*(lesson.checker for lesson in lessons), *package])

    def all(self, found: list[Submission], console: Console) -> tuple[list[Graded], bool]:
        """Grade all, as many at once as there are places; give what is done, and whether it was stopped."""
        graded: dict[str, Graded] = {}
        bar = Progress(
            TextColumn("Grading"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console, transient=True
        )  # fmt: skip
        jobs: list[Future[Graded]] = []
        with ThreadPoolExecutor(self.places.many) as pool, bar:
            shown = bar.add_task("", total=len(found))
            try:
                jobs += [pool.submit(self._one, submission) for submission in found]
                for job in as_completed(jobs):
                    done = job.result()
                    graded[done.submission.student.key] = done
                    bar.advance(shown)
            except KeyboardInterrupt:
                bar.console.print("Stopping, as soon as those are done that are being graded.")
                pool.shutdown(cancel_futures=True)
                return list(graded.values()), True
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return [graded[submission.student.key] for submission in found], False

    def _one(self, submission: Submission) -> Graded:
        name = file_name(submission.student.key)
        kept = self.output / "state" / f"{name}.json"
        try:
            with self.places.one() as place, room(place.user) as answers:
                notes = gather(submission.places, self.lessons, answers)
                handed_in = sorted(answers.rglob("*.py"))
                digest = _digest(handed_in, [self.course_digest, *notes])
                before = _remembered(kept, digest)
                results = before or tuple(place.grader.grade(lesson, answers) for lesson in self.lessons)
                remarks = (*reached_out(results), *far_reaching(handed_in))
        except Exception as problem:  # whatever it is, it concerns this student only
            before, notes, remarks, digest = None, [], (), ""
            results = tuple(_unjudged(lesson, f"{type(problem).__name__}: {problem}") for lesson in self.lessons)
        if before is None:
            self._keep(kept, digest, results)
        page = feedback_page(submission.student.name, results, notes, self.truths, self.site)
        write_whole(self.output / "feedback" / f"{name}.html", page.encode("utf-8", "replace"))
        return Graded(submission, tuple(map(_slim, results)), tuple(notes), remarks, again=before is None)

    def _keep(self, place: Path, digest: str, results: Sequence[LessonResult]) -> None:
        """Remember the results; not if something could not be judged, so that the next run tries again."""
        if any(verdict.status == "error" for result in results for verdict in result.verdicts):
            place.unlink(missing_ok=True)
            return
        content = {"schema": SCHEMA, "digest": digest, "results": results_json(list(results), place.stem)}
        write_whole(place, json.dumps(content).encode())


def _remembered(place: Path, digest: str) -> tuple[LessonResult, ...] | None:
    """Give what an earlier run found, if it was about the same answers and the same course."""
    try:
        kept = json.loads(place.read_text(encoding="utf-8"))
        if kept["schema"] == SCHEMA and kept["digest"] == digest:
            return tuple(results_from_json(kept["results"]))
    except (OSError, ValueError, KeyError, TypeError):
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


def _write(run: "_Run", graded: list[Graded], students: Roster | None) -> list[Path]:
    output, lessons = run.output, run.lessons
    columns = [Column(lesson.topic, lesson.title, len(read_exercise(lesson.checker).tasks)) for lesson in lessons]
    by_key = {one.submission.student.key: one for one in graded}
    rows = [_row(by_key[student.key]) if student.key in by_key else Row(student, "missing", {}, "Nothing was handed in.")
            for student in (students.students if students else ())]  # fmt: skip
    rows += [_row(one) for one in graded if students is None or not one.submission.known]
    pages = [(one.submission.student, f"feedback/{file_name(one.submission.student.key)}.html") for one in graded]
    results = [(one.submission.student, one.results) for one in graded]
    sections = class_sections(results, lessons, pages, [(one.submission.student, one.remarks) for one in graded])
    written = write_gradebook(output, "Exercises: grades", columns, rows, sections)
    tasks = output / "tasks.csv"
    write_whole(tasks, tasks_csv(results).encode())
    return [*written, tasks, output / "feedback"]


def _row(one: Graded) -> Row:
    scores: dict[str, float | None] = {result.topic: float(result.passed) for result in one.results}
    unjudged = any(verdict.status == "error" for result in one.results for verdict in result.verdicts)
    notes = [*one.notes, *one.remarks]
    if not one.submission.known:
        notes.insert(0, f"Nobody in the list is known as “{one.submission.student.key}”.")
    if unjudged:
        notes.insert(0, "Something could not be judged: run the command again.")
    state = "problem" if unjudged or not one.submission.known else "graded"
    return Row(one.submission.student, state, scores, " ".join(notes))


def _tell(graded: list[Graded], written: list[Path], console: Console) -> None:
    again = sum(one.again for one in graded)
    kept = f", {len(graded) - again} unchanged since the last time" if again < len(graded) else ""
    console.print(f"{again} graded{kept}.")
    for one in graded:
        who = escape(one.submission.student.key)
        if not one.submission.known:
            console.print(f"[yellow]unknown[/yellow] {who}: nobody in the list is called so; graded all the same")
        for remark in one.remarks:
            console.print(f"[yellow]look at[/yellow] {who}: {escape(remark)}")
    for path in written:
        console.print(escape(str(path)))
