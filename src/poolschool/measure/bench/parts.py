"""The processes of a bench: each answers a line of JSON with a line of JSON, and ends when its input is closed."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from poolschool.course.faults import UserMistake


@dataclass(frozen=True)
class Part:
    """One of them."""

    name: str
    process: "subprocess.Popen[str]"

    def ask(self, question: dict[str, Any], meanwhile: Callable[[], None] = lambda: None) -> dict[str, Any]:
        """Send a question and wait for its answer, with `meanwhile` called ten times a second."""
        assert self.process.stdin is not None  # noqa: S101 - for the type checker: both are pipes
        assert self.process.stdout is not None  # noqa: S101
        with contextlib.suppress(OSError):  # it has died: the answer is empty too, and tells so
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
        waiting = ThreadPoolExecutor(1)
        answer = waiting.submit(self.process.stdout.readline)
        waiting.shutdown(wait=False)
        while not answer.done():
            time.sleep(0.1)
            meanwhile()
        try:
            reply: dict[str, Any] = json.loads(answer.result())
        except ValueError:
            raise UserMistake(
                f"A part of the bench ({self.name}) stopped. POOLSCHOOL_DEBUG=1 shows why; `poolschool doctor` may, too."
            ) from None
        return reply


@contextlib.contextmanager
def part(name: str) -> Iterator[Part]:
    """Run a module of the bench; it is gone when the block is left, whatever happened in it."""
    alone: dict[str, Any] = {"start_new_session": True}  # Ctrl-C is for the bench, which ends its parts itself
    if sys.platform == "win32":
        alone = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    with subprocess.Popen(
        [sys.executable, "-P", "-m", name],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=None if os.environ.get("POOLSCHOOL_DEBUG") else subprocess.DEVNULL,
        text=True, encoding="utf-8", **alone,
    ) as process:  # fmt: skip
        try:
            yield Part(name, process)
        finally:
            process.kill()
