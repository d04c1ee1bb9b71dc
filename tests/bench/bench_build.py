"""What does our Markdown extension cost? The ratio of two builds in one run; run it as a program.

    python tests/bench/bench_build.py [RUNS]

Builds copies of the course with MkDocs, as they are and with the same pages without the extension (blocks become plain
text), in turn, and prints the ratio of the medians (target: at most 1.5).
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


def copy_course(to: Path, *, extension: bool) -> Path:
    """Copy what MkDocs reads; without the extension the blocks' lines lose their slashes."""
    for tree in ("docs", "exercises", "solutions", "quizzes", "src/poolschool/site/theme"):
        shutil.copytree(ROOT / tree, to / tree, ignore=shutil.ignore_patterns("__pycache__"))
    configuration = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    if not extension:
        configuration = configuration.replace("  - poolschool\n", "")
        for page in (to / "docs").rglob("*.md"):
            text = re.sub(r"^///.*$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
            page.write_text(text, encoding="utf-8")
    (to / "mkdocs.yml").write_text(configuration, encoding="utf-8")
    return to


def seconds(course: Path) -> float:
    """Time one build, in seconds."""
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "POOLSCHOOL_ROOT": str(course)}
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet"],
        cwd=course,
        env=environment,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - began


def main(runs: int) -> None:
    """Print both medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        courses = {name: copy_course(Path(folder) / name, extension=name == "with") for name in ("with", "without")}
        times: dict[str, list[float]] = {name: [] for name in courses}
        for _ in range(runs):
            for name, course in courses.items():
                times[name].append(seconds(course))
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    print(f"build with the extension {medians['with']:.2f} s, without {medians['without']:.2f} s, medians of {runs}")  # noqa: T201 - the program's output
    print(f"ratio {medians['with'] / medians['without']:.2f} (target: at most 1.5)")  # noqa: T201 - the program's output


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
