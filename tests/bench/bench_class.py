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
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import psutil

from poolschool.course.lessons import Lesson, load_course
from poolschool.grading.grader import Grader
from poolschool.teaching.classroom.grade import grade_class

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    lesson = load_course(ROOT).lesson(sys.argv[2] if len(sys.argv) > 2 else "why_pooling")
    workers = int(sys.argv[3]) if len(sys.argv) > 3 else os.cpu_count() or 1
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
    told = ", ".join(f"{part:.1f}" for part in quarters)
    print(f"{count} submissions of {lesson.topic}, {workers} at once: {whole:.1f} s, {whole / count:.3f} s each")  # noqa: T201
    print(f"the checkers' own time: {own:.1f} s, {own / count:.3f} s each")  # noqa: T201
    print(f"ratio to own time / workers: {whole / (own / workers):.2f} (target: at most 1.2)")  # noqa: T201
    print(f"the grader's memory by quarters: {told} MB, peak {max(seen):.1f} MB")  # noqa: T201


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
