"""How fast are result files collected? It runs with the others.

    make bench ARGS=collect        (it makes the class as the tests do)

Makes a class (3,000 students by default) with a paper each, 19 questions of which 15 are generated, and gives the median time
from a file's bytes to its scores (target: under 1 ms), the time of the whole command, and its memory.
"""

import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from class_of_students import as_bytes, assignment, handed_in
from rows import Row, program

from poolschool.course.lessons import load_course
from poolschool.quiz.paper import Bank
from poolschool.teaching.assignments.assignment import assignment_toml
from poolschool.teaching.assignments.collect import collect
from poolschool.teaching.assignments.result_files import find_results
from poolschool.teaching.assignments.results import Collection
from poolschool.teaching.classroom.roster import load_roster

ROOT = Path(__file__).parents[2]


def rows(count: int = 3000) -> Iterator[Row]:
    """Collect so many files."""
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
    asks = f"{len(took)} files, {len(asked.questions)} questions"
    yield Row(f"from a result file to its scores ({asks})", 1000 * statistics.median(took), "ms", "under 1")
    yield Row("`poolschool collect` of all of them", whole, "s")
    yield Row("its memory, at most", memory, "MB")


if __name__ == "__main__":
    program(rows, 3000)
