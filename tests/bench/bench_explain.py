"""How fast is a log read for errors? It runs with the others.

    make bench ARGS=explain

A log of an uvicorn as it usually looks, with an error in every 10,000 lines: megabytes per second of `poolschool explain`'s
reader on one core, and of `grep -c` on the same file for one text (target: 200 MB/s).
"""

import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from rows import Missing, Row, program

from poolschool.errors.entry import load_entries
from poolschool.errors.log import tally

ROOT = Path(__file__).parents[2]
ERROR = "2026-11-27T19:02:03.120Z web-1 ERROR QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00\n"
MEGABYTES = 200


def rows(runs: int = 5) -> Iterator[Row]:
    """Read the log so many times."""
    draw = random.Random(1)  # noqa: S311 - a log, no secret
    lines = "".join(
        f"2026-11-27T19:{draw.randrange(60):02}:{draw.randrange(60):02}.123Z web-1 INFO 10.0.0.{draw.randrange(255)}:{draw.randrange(65535)} "
        f'- "GET /products/{draw.randrange(10_000)} HTTP/1.1" 200 OK\n'
        for _ in range(10_000)
    )
    grep = shutil.which("grep")
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "app.log"
        times = MEGABYTES * 1_000_000 // len(lines)
        log.write_text((lines + ERROR) * times, encoding="utf-8")
        entries, size = load_entries(ROOT), log.stat().st_size / 1e6

        def read() -> None:
            with log.open("rb") as opened:
                [found] = tally(opened, entries)
            assert found.count == times

        read()
        yield Row(f"a log of {size:.0f} MB, {times} errors: explain", size / median(_seconds(read) for _ in range(runs)), "MB/s", "200")  # fmt: skip
        if grep is None:
            raise Missing("grep is not here to compare with.")
        command = [grep, "-c", "QueuePool limit", str(log)]
        ours = median(_seconds(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(runs))
        yield Row("the same log: grep -c, one text", size / ours, "MB/s")


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    program(rows, 5)
