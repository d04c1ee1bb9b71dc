"""How fast are verdicts? Ratios within one run; run it as a program.

    python tests/bench/bench_grading.py [RUNS]

Gives, per lesson, the time of `pytest exercises -k TOPIC` as a multiple of an empty pytest run that imports fastapi,
sqlalchemy and the test client (target: at most 1.5), and the median time from save to verdict on `check --watch`
(target: 0.5 s, and 1 s for lessons on PostgreSQL). The exercises are copied first; yours are not touched.
"""

import os
import queue
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from rows import Row, program

from poolschool.course.exercises import read_exercise
from poolschool.course.lessons import load_course

ROOT = Path(__file__).parents[2]
EMPTY = "import fastapi, fastapi.testclient, sqlalchemy\n\n\ndef test_nothing():\n    pass\n"
QUIET = {**os.environ, "PYTHONIOENCODING": "utf-8"}


def seconds(command: list[str], folder: Path) -> float:
    """Time one run of a command, in seconds."""
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=QUIET, capture_output=True, check=False)
    return time.perf_counter() - began


def save_to_verdict(folder: Path, topic: str, times: int) -> float:
    """Save stub and solution in turn under `poolschool check TOPIC --watch`; give the median time to the verdict."""
    lesson = load_course(folder).lesson(topic)
    texts = [path.read_text(encoding="utf-8") for path in (lesson.solution, lesson.stub)]
    command = [sys.executable, "-c", "from poolschool.cli.app import main; main()", "check", topic, "--watch"]
    running = subprocess.Popen(command, cwd=folder, env=QUIET, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    lines: queue.Queue[tuple[float, str]] = queue.Queue()

    def read() -> None:
        for line in running.stdout or ():
            lines.put((time.perf_counter(), line))

    threading.Thread(target=read, daemon=True).start()

    def until(words: str) -> float:
        while True:
            at, line = lines.get(timeout=60)
            if words in line:
                return at

    try:
        until("Watching")
        time.sleep(1)
        took = []
        for turn in range(times):
            saved = time.perf_counter()
            lesson.stub.write_text(texts[turn % 2], encoding="utf-8")
            took.append(until("Course") - saved)
            time.sleep(0.2)
        return statistics.median(took)
    finally:
        running.terminate()
        running.wait()


def rows(runs: int = 5) -> Iterator[Row]:
    """Grade every lesson."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "course"
        for part in ("docs", "exercises", "solutions", "quizzes"):
            shutil.copytree(ROOT / part, folder / part)
        for name in ("mkdocs.yml", "pyproject.toml"):
            shutil.copy(ROOT / name, folder)
        (Path(scratch) / "test_empty.py").write_text(EMPTY, encoding="utf-8")
        empty_run = [sys.executable, "-m", "pytest", "test_empty.py", "-q", "-p", "no:cacheprovider"]
        for lesson in load_course(folder).with_exercise():
            postgresql = read_exercise(lesson.checker).postgresql
            if postgresql:
                from poolschool.database.running import running_url

                running_url()
            command = [sys.executable, "-m", "pytest", "exercises", "-k", lesson.topic]
            pairs = [(seconds(command, folder), seconds(empty_run, Path(scratch))) for _ in range(runs + 1)][1:]
            ratio = statistics.median(graded / empty for graded, empty in pairs)
            yield Row(f"{lesson.topic}: grading / an empty pytest run", ratio, "", "at most 1.5")
            verdict = save_to_verdict(folder, lesson.topic, 2 * runs)
            yield Row(f"{lesson.topic}: from save to verdict", verdict, "s", "1" if postgresql else "0.5")


if __name__ == "__main__":
    program(rows, 5)
