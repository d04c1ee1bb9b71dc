"""How long does exporting the whole course take? Run it as a program.

    python tests/bench/bench_export.py [RUNS]

Prints, per format, the time to read the course's questions, put all of them on a paper (with ten versions of each generated
one) and render it, in a process of its own and beyond its start-up; the sum over all formats has to stay under 2 s.
"""

import statistics
import subprocess
import sys
from pathlib import Path

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


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    total = 0.0
    for name in FORMATS:
        told = [
            subprocess.run(
                [sys.executable, "-c", PROGRAM, name], cwd=ROOT, capture_output=True, text=True, check=True
            ).stdout.split()
            for _ in range(runs)
        ]
        seconds = statistics.median(float(words[0]) for words in told)
        total += seconds
        print(f"{name:<8} {seconds:6.2f} s  {int(told[0][1]) / 1000:8.0f} kB  {told[0][2]} questions")  # noqa: T201
    print(f"{'all':<8} {total:6.2f} s  (target: under 2)")  # noqa: T201


if __name__ == "__main__":
    main()
