"""The places at which submissions of a class are graded: each with a user, a database and a warm grader of its own."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from poolschool.confined.grader import ConfinedGrader
from poolschool.confined.processes import adopt_orphans, child_numbers, end_children
from poolschool.confined.users import unused_user
from poolschool.course.exercises import read_exercise
from poolschool.course.faults import UserMistake
from poolschool.course.lessons import Course, Lesson
from poolschool.database.own import OwnDatabase
from poolschool.database.running import running_url
from poolschool.grading.grader import Grader


class Place:
    """One of the places at which submissions are graded: a user of its own, a database, a grader."""

    def __init__(self, number: int, user: int | None, lessons: Sequence[Lesson]) -> None:
        self.user = user
        self.database = OwnDatabase(number)
        self.grader = ConfinedGrader(lessons, user=user, database=self.database.url)


class Places:
    """So many places, each in use by one submission at a time; `users` says whether each has a user of its own."""

    def __init__(self, places: Sequence[Place], *, users: bool) -> None:
        self.many = len(places)
        self.users = users
        self._free: SimpleQueue[Place] = SimpleQueue()
        for place in places:
            self._free.put(place)
        self._adopting = adopt_orphans()
        self._ours = child_numbers()

    @contextmanager
    def one(self) -> Iterator[Place]:
        """Give a place for a while, as soon as one is free; what its submission left running is ended before the next one gets it."""
        place = self._free.get()
        try:
            yield place
        finally:
            if self._adopting:
                end_children(self._ours)
            self._free.put(place)

    def close(self) -> None:
        """Leave orphans to the system again."""
        if self._adopting:
            adopt_orphans(False)


@contextmanager
def open_places(many: int, lessons: Sequence[Lesson]) -> Iterator[Places]:
    """Open so many places for a while; what they leave in the database server is removed at the end."""
    first = unused_user()
    needs_database = any(read_exercise(lesson.checker).postgresql for lesson in lessons)
    if needs_database:
        running_url()  # before children are counted: its keeper is one that must not be ended
    made = [Place(number, None if first is None else first + number, lessons) for number in range(many)]
    places = Places(made, users=first is not None)
    try:
        yield places
    finally:
        places.close()
        if needs_database:
            for place in made:
                place.database.remove()


def try_out(course: Course, lessons: Sequence[Lesson], places: Places) -> None:
    """Grade the course's own solutions first, as a student's: what fails here would fail for all. Raises UserMistake."""
    with_solution = [lesson for lesson in lessons if lesson.solution.is_file()]
    with places.one() as place, room(place.user) as answers:
        for lesson in with_solution:
            # Once without limits: pytest keeps what it has read of the checker, which a confined process may not write.
            Grader(database=place.database.url).grade(lesson, course.root / "solutions")
            (answers / lesson.part).mkdir(exist_ok=True)
            shutil.copyfile(lesson.solution, answers / f"{lesson.stem}.py")
            result = place.grader.grade(lesson, answers)
            if (task := result.first_open) is not None:
                raise UserMistake(
                    f"The course's own solution of {lesson.topic} does not pass task {task.task} on this machine: "
                    f"{task.got or task.called}. Nobody was graded. See what `poolschool doctor` says."
                )


@contextmanager
def room(user: int | None) -> Iterator[Path]:
    """Make a folder for the answers of one submission, which only its grader and its user can read."""
    with tempfile.TemporaryDirectory(prefix="poolschool-", ignore_cleanup_errors=True) as folder:
        answers = Path(folder) / "answers"
        answers.mkdir()
        if user is not None:
            os.chown(folder, user, user)
        yield answers
