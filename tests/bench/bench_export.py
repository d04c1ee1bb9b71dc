"""How long does exporting the whole course take? Run it as a program.

    python tests/bench/bench_export.py [RUNS]

Gives, per format, the time to read the course's questions, put all of them on a paper (with ten versions of each generated
one) and render it, in a process of its own and beyond its start-up; the sum over all formats has to stay under 2 s.
"""

import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from rows import Row, program

from poolschool.teaching.exports.export import FORMATS

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys, time
import poolschool.cli.app
from poolschool.teaching.exports.export import render
from poolschool.course.lessons import load_course
from poolschool.quiz.paper import Bank
began = time.perf_counter()
course = load_course()
bank = Bank(course)
names = bank.names([*course.topics, *(f"{topic}.generated" for topic in course.topics)])
paper = bank.paper(names, id="course", title="Pool School", versions=10)
made = render(sys.argv[1], paper)
print(time.perf_counter() - began, sum(map(len, made.files.values())), sum(len(item.versions) for item in paper.items))
"""


def rows(runs: int = 5) -> Iterator[Row]:
    """Export the course in every format."""
    total = 0.0
    for name in FORMATS:
        command = [sys.executable, "-c", PROGRAM, name]
        answers = [
            subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
            for _ in range(runs)
        ]
        seconds = statistics.median(float(words[0]) for words in answers)
        total += seconds
        yield Row(f"{name} of {answers[0][2]} questions", seconds, "s")
        yield Row(f"{name}: size", int(answers[0][1]) / 1000, "kB")
    yield Row("all formats", total, "s", "under 2")


if __name__ == "__main__":
    program(rows, 5)
