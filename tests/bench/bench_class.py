"""How much does grading a class cost beyond the checkers themselves? Run it as a program.

    python tests/bench/bench_class.py [SUBMISSIONS] [TOPIC] [WORKERS]

Grades 200 submissions of one lesson (worked solutions, each with a line of its own) with `poolschool grade`, and the same
answers, as many at once, with the plain grader that a learner's `pytest exercises` uses: the checkers' own time is what that
takes, the sum over all submissions of the time from the order to the last verdict. The target is a whole run, from the
command to the written grade book, of at most 1.2 times that sum divided by the workers. Half of the plain grading is done
before, half after it, since a machine's speed changes. Memory is the grader's own, looked at all along.
"""

import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import psutil
from rows import Row, show

from poolschool.course.lessons import Lesson, load_course
from poolschool.grading.grader import Grader
from poolschool.teaching.classroom.grade import grade_class

ROOT = Path(__file__).parents[2]


def rows(count: int = 200, topic: str = "why_pooling", workers: int = 0) -> Iterator[Row]:
    """Grade so many submissions of one lesson, `workers` at once (0: one per core)."""
    lesson = load_course(ROOT).lesson(topic)
    workers = workers or os.cpu_count() or 1
    os.environ["POOLSCHOOL_ROOT"] = str(ROOT)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        students = [hand_in(folder / "submissions" / f"student{number:04}", lesson) for number in range(count)]
        own = apart(students[: count // 2], lesson, workers)
        memory: list[float] = []
        threading.Thread(target=watch, args=(memory,), daemon=True).start()
        began = time.perf_counter()
        grade_class(folder / "submissions", None, folder / "graded", (lesson.topic,), workers)
        whole = time.perf_counter() - began
        seen = list(memory)
        own += apart(students[count // 2 :], lesson, workers)
    quarters = [statistics.fmean(seen[n * len(seen) // 4 : (n + 1) * len(seen) // 4]) for n in range(4)]
    yield Row(f"grading {count} submissions of {lesson.topic}, {workers} at once", whole, "s")
    yield Row("the checkers' own time, added up", own, "s")
    yield Row("ratio to own time / workers", whole / (own / workers), "", "at most 1.2")
    yield Row("the grader's memory in the first quarter", quarters[0], "MB")
    yield Row("the grader's memory in the last quarter", quarters[3], "MB", "as in the first")
    yield Row("the grader's memory, at most", max(seen), "MB")


def main() -> None:
    """Read the arguments."""
    count, topic, workers = (*sys.argv[1:], *("200", "why_pooling", "0")[len(sys.argv) - 1 :])
    show(rows(int(count), topic, int(workers)))


def apart(folders: list[Path], lesson: Lesson, workers: int) -> float:
    """Grade plainly in a program of its own, as learners do: what is forked there has loaded nothing else."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(plain, folders, lesson, workers).result()


def watch(memory: list[float]) -> None:
    """Look at this process's memory all along, in MB."""
    me = psutil.Process()
    while True:
        memory.append(me.memory_info().rss / 1e6)
        time.sleep(0.1)


def hand_in(folder: Path, lesson: Lesson) -> Path:
    """Write one submission, like no other; give its folder."""
    path = folder / f"{lesson.stem}.py"
    path.parent.mkdir(parents=True)
    path.write_text(f"{lesson.solution.read_text(encoding='utf-8')}\n# {folder.name}\n", encoding="utf-8")
    return folder


def plain(folders: list[Path], lesson: Lesson, workers: int) -> float:
    """Give the seconds that the checkers take by themselves, added up."""
    grader = Grader()
    grader.grade(lesson, folders[0])  # warm

    def one(folder: Path) -> float:
        began = time.perf_counter()
        result = grader.grade(lesson, folder)
        assert result.passed == result.total, result
        return time.perf_counter() - began

    with ThreadPoolExecutor(workers) as pool:
        return sum(pool.map(one, folders))


if __name__ == "__main__":
    main()
