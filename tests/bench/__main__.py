"""Every benchmark, one table: figure, unit, target. What a benchmark cannot do without is said in its place.

python tests/bench [NAME …]      all, or those named: build pages grading …
make bench
"""

import sys
from importlib import import_module
from pathlib import Path

from rows import Missing, show

HERE = Path(__file__).parent


def main(names: list[str]) -> int:
    """Run them one after the other; exit code 2 for a name that is none, 1 if one stopped."""
    known = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    if unknown := [name for name in names if name not in known]:
        print(f"There is no benchmark {unknown[0]}. Known: {', '.join(known)}.")  # noqa: T201 - a program's output
        return 2
    code = 0
    for name in names or known:
        print(f"\n{name}", flush=True)  # noqa: T201
        try:
            show(import_module(f"bench_{name}").rows())
        except Missing as missing:
            print(f"Not measured: {missing}", flush=True)  # noqa: T201
        except ModuleNotFoundError as missing:
            print(f"Not measured: {missing.name} is not installed. `make setup` installs it.", flush=True)  # noqa: T201
        except Exception as problem:
            code = 1
            print(f"Stopped: {type(problem).__name__}: {problem}", flush=True)  # noqa: T201
    return code


if __name__ == "__main__":
    # Some benchmarks use what tests make as well.
    sys.path.insert(0, str(HERE.parent / "tooling"))
    sys.exit(main(sys.argv[1:]))
