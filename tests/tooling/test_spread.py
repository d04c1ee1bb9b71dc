"""Who runs beside whom: most tests beside each other, those that measure time beside their like, and one that is alone beside nobody."""

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

RUN = """
import sys, time
from pathlib import Path
from spread import beside_others
with beside_others(Path(sys.argv[1]), sys.argv[2]):
    print(time.monotonic(), flush=True)
    sys.stdin.readline()
    ended = time.monotonic()
print(ended)
"""


def start(folder: Path, kind: str) -> "subprocess.Popen[str]":
    """Start a process that runs as a test of this kind until it reads a line."""
    command = [sys.executable, "-c", RUN, str(folder), kind]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=Path(__file__).parent, stdin=pipe, stdout=pipe, text=True)


@pytest.mark.parametrize(
    ("kind", "strangers"), [("", ["quiet", "alone"]), ("quiet", ["", "alone"])], ids=["most", "quiet"]
)
def test_who_runs_beside_whom(tmp_path: Path, kind: str, strangers: list[str]) -> None:
    """Two of a kind run together; those of other kinds come one after the other when both have ended."""
    pair = [start(tmp_path, kind) for _ in range(2)]
    began = [float(one.stdout.readline()) for one in pair]  # both are in, and neither has ended
    others = [start(tmp_path, stranger) for stranger in strangers]
    for one in others:
        one.stdin.write("\n")  # they may end as soon as they are let in
        one.stdin.flush()
    with pytest.raises(subprocess.TimeoutExpired):
        others[0].wait(1)
    ended = [float(one.communicate("\n", timeout=60)[0]) for one in pair]
    spans = [(min(began), max(ended))]
    spans += [tuple(map(float, one.communicate(timeout=60)[0].split())) for one in others]
    assert all(one[1] <= other[0] or other[1] <= one[0] for one, other in combinations(spans, 2)), spans
