"""The process in which a learner's code runs: the judge works in it and sends verdicts as they come.

Nothing that happens here reaches the grader but through the pipe: output is bounded, time is measured outside,
and the process ends by os._exit so that no thread of the learner can keep it.
"""

import asyncio
import faulthandler
import gc
import multiprocessing
import os
import pdb  # noqa: F401 - pytest imports it for each run
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TextIO

import anyio
import fastapi.testclient
import sqlalchemy.orm

from poolschool.checks import CallNote
from poolschool.grading.job import Job
from poolschool.grading.judge import Judge
from poolschool.grading.message import Message, speaker
from poolschool.grading.output import BoundedOutput
from poolschool.grading.pool_use import plain
from poolschool.grading.processes import SAFE_PATH
from poolschool.grading.raised import exception_line

# Imported and used once here, so that each lesson starts from a warm process: what these libraries import only when they
# are first used, each answer would import again, in 0.08 s.
anyio.run(asyncio.sleep, 0)
fastapi.FastAPI().get("/{number}")(lambda number: number)
sqlalchemy.create_engine("sqlite://")

FINAL_WORDS = 0.3  # seconds before a time limit at which the stacks are written down
THREAD_GRACE = 0.2  # seconds for a thread to end after its task
OWN_END = 60  # seconds after the last time limit at which a worker that nobody waits for any more ends by itself


def work(
    pipe: Connection,
    job: Job,
    key: list[bytes],
    prepare: "Callable[[Connection, Any], Callable[..., Worker]]" = lambda *_: Worker,
    speak: Callable[[Connection, list[bytes]], Callable[[Message], None]] = speaker,
) -> None:
    """Do a job and end the process; `prepare` gives what makes the worker, just before it is made."""
    code = 1
    say = speak(pipe, key)
    try:
        multiprocessing.current_process()._args = ()  # type: ignore[attr-defined] # the job is not for the learner's eyes
        gc.freeze()  # what was loaded before need not be searched by each gc.collect() of a checker: 80 ms, and pages copied
        gc.enable()
        _stand_apart(pipe, job)
        _silence()
        os.environ.update(job.environment)
        os.environ.pop(SAFE_PATH, None)  # ours, and not for programs that an answer may start
        if not job.environment:
            os.environ.pop("POOLSCHOOL_DATABASE_URL", None)
        made = prepare(pipe, job)
        folder = job.scratch / "work"
        folder.mkdir()
        with job.stacks.open("w") as stacks:
            os.chdir(folder)
            made(say, job, stacks).run(folder)
            os.chdir(job.scratch.parent)
        say(("done",))
        code = 0
    except Exception as problem:
        # Of this file and the judge: what a learner's code raises is caught where it is called.
        say(("broken", {"got": exception_line(problem), "trace": "".join(traceback.format_exception(problem))}))
    finally:
        pipe.close()
        os._exit(code)


def _stand_apart(pipe: Connection, job: Job) -> None:
    """Form a process group of its own, and see to an end if the grader dies; where the system has no such thing, do nothing."""
    if sys.platform != "win32":
        os.setpgid(0, 0)
        signal.alarm(int(job.import_seconds + sum(task.seconds for task in job.tasks)) + OWN_END)
        os.register_at_fork(after_in_child=pipe.close)  # two processes on one pipe would garble the verdicts


def _silence() -> None:
    """Point the real output and input to nowhere: what a learner's code prints goes through BoundedOutput."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: PTH123, SIM115 - lives as long as the process
    sys.stdout = sys.stderr = BoundedOutput()


class Worker(Judge):
    """A judge who sends what it finds through a pipe, and leaves the stacks behind before time runs out."""

    def __init__(self, say: Callable[[Message], None], job: Job, stacks: TextIO) -> None:
        super().__init__(
            job.checker,
            job.learner,
            job.tasks,
            import_seconds=job.import_seconds,
            ended=job.ended,
            ignore_needs=job.ignore_needs,
        )
        self.say = say
        self.stacks = stacks
        self.at_work = False
        if hasattr(signal, "SIGUSR1"):
            signal.signal(signal.SIGUSR1, self._last_look)
        self.threads = set(threading.enumerate())

    def tell(self, message: Message) -> None:
        """Send it to the grader."""
        self.say(message)

    def limit(self, seconds: float | None) -> None:
        """Have the stacks written down shortly before the grader will end this process."""
        self.at_work = seconds is not None
        if seconds is None:
            faulthandler.cancel_dump_traceback_later()
        else:
            faulthandler.dump_traceback_later(max(0.1, seconds - FINAL_WORDS), file=self.stacks)

    def _last_look(self, *_: Any) -> None:
        """Say what was seen of the pools: the grader asks for it by a signal when time is over."""
        if self.at_work:  # else the judge may be speaking
            self.at_work = False
            self.say(("pool", plain(self.recorder.pool_use())))

    def left_over(self) -> dict[str, Any] | None:
        """Find threads that outlive their task."""
        left = self._threads_left()
        return (
            {
                "called": CallNote.text,
                "expected": "every thread ends with its task",
                "got": f"{len(left)} thread still running: {', '.join(thread.name for thread in left)}",
                "hint": "Join the threads that you start, or let a `with ThreadPoolExecutor()` do it.",
            }
            if left
            else None
        )

    def _threads_left(self) -> list[threading.Thread]:
        give_up = time.monotonic() + THREAD_GRACE
        while True:
            left = [thread for thread in threading.enumerate() if thread not in self.threads and not thread.daemon]
            if not left or time.monotonic() > give_up:
                self.threads.update(left)
                return left
            time.sleep(0.01)
