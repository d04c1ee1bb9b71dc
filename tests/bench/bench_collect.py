"""How fast are result files collected? Run it as a program.

    python tests/bench/bench_collect.py [FILES]

Makes a class (3,000 students by default) with a paper each, 19 questions of which 15 are generated, and prints the median time
from a file's bytes to its scores (target: under 1 ms), the time of the whole command, and its memory.
"""

import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from class_of_students import as_bytes, assignment, handed_in

from poolschool.course.lessons import load_course
from poolschool.quiz.paper import Bank
from poolschool.teaching.assignments.assignment import assignment_toml
from poolschool.teaching.assignments.collect import collect
from poolschool.teaching.assignments.result_files import find_results
from poolschool.teaching.assignments.results import Collection
from poolschool.teaching.classroom.roster import load_roster

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    bank = Bank(load_course(ROOT))
    asked = assignment(bank)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "results").mkdir()
        (folder / "assignment.toml").write_text(assignment_toml(asked, bank), encoding="utf-8")
        names = [f"student{number:04}" for number in range(count)]
        (folder / "roster.csv").write_text("student,name\n" + "".join(f"{name},{name.title()}\n" for name in names))
        for name in names:
            (folder / "results" / f"{name}.json").write_bytes(as_bytes(handed_in(asked, bank, name)))
        collection = Collection(asked, Bank(load_course(ROOT)), load_roster(folder / "roster.csv"))
        took = []
        files = find_results((folder / "results",))
        while True:
            began = time.perf_counter()
            found = next(files, None)
            if found is None:
                break
            result = collection.take(found)
            took.append(time.perf_counter() - began)
            assert result.scores
        began = time.perf_counter()
        collect((folder / "results",), folder / "assignment.toml", folder / "roster.csv", folder / "collected")
        whole = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(took)} files, {len(asked.questions)} questions: median {1000 * statistics.median(took):.2f} ms a file")  # noqa: T201
    print(f"the whole command: {whole:.1f} s; at most {memory:.0f} MB")  # noqa: T201


if __name__ == "__main__":
    main()
