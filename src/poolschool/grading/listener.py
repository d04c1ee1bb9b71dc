"""One worker process from start to end: what it says, and what becomes of one that says nothing any more."""

import os
import signal
import sys
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Self

from poolschool.course.exercises import Task
from poolschool.grading.enter import enter
from poolschool.grading.job import Job
from poolschool.grading.message import Message, Reader
from poolschool.grading.processes import clean_start
from poolschool.grading.signed import Forged, new_key
from poolschool.grading.stacks import innermost_line
from poolschool.grading.stopped import out_of_time
from poolschool.grading.verdict import Verdict

LAST_LOOK = 0.2  # seconds to wait for what a worker out of time has seen of the pools


class Listener:
    """Starts a worker for a job and takes its messages; `import_seconds` of the job is also the patience between tasks."""

    def __init__(self, context: Any, worker: str, job: Job, others: frozenset[int] = frozenset()) -> None:
        """Start the module `worker` in a process of its own; `others` are numbers of tasks that are not the job's."""
        self.job = job
        self.verdicts: dict[int, Verdict] = {}
        self.unimportable: dict[str, Any] | None = None
        self.broken: dict[str, Any] | None = None
        self.tampering = ""
        self.began = self.imported = self.done = False
        self.task: Task | None = None
        self.tasks = {task.number: task for task in job.tasks}
        self.pipe: Connection
        self.pipe, theirs = context.Pipe(duplex=False)
        key = new_key()
        self.reader = Reader(self.pipe, key, {*self.tasks, *others})
        self.process = context.Process(target=enter, args=(worker, theirs, job, [key]))
        with clean_start():
            self.process.start()
        theirs.close()

    def listen(self) -> Self:
        """Take messages until the worker is done, dead or out of time."""
        self.limit = self.job.import_seconds * 3  # a cold start imports the libraries first
        give_up = time.monotonic() + self.limit
        try:
            while self.pipe.poll(max(0.0, give_up - time.monotonic())):
                for message in self.reader.take():
                    self.take(message)
                    give_up = time.monotonic() + self.limit
                if self.enough():
                    return self
            self._out_of_time()
        except (EOFError, OSError):
            self._died()
        except Forged as forged:
            self.tampering = f"{forged} came to the grader"
        finally:
            self.end()
        return self

    def credible(self) -> dict[int, Verdict]:
        """Give the verdicts that count."""
        return self.verdicts

    def take(self, message: Message) -> None:
        """Note what a message says."""
        match message:
            case ("importing",):
                self.began, self.limit = True, self.job.import_seconds
            case ("imported",):
                self.imported, self.limit = True, self.job.import_seconds * 3
            case ("started", int(number)) if number in self.tasks:
                self.task = self.tasks[number]
                self.limit = self.task.seconds
            case ("verdict", Verdict() as verdict) if verdict.task in self.verdicts:
                self.tampering = "a task was judged twice"
            case ("verdict", Verdict() as verdict):
                self.verdicts[verdict.task] = verdict
                self.task, self.limit = None, self.job.import_seconds
            case ("unimportable", dict(fields)):
                self.unimportable = fields
            case ("broken", dict(fields)):
                self.broken = fields
            case ("done",):
                self.done = True

    def enough(self) -> bool:
        """Say whether there is nothing to wait for: nobody waits for pytest to tidy up."""
        return (
            bool(self.tampering) or self.unimportable is not None or self.done or len(self.verdicts) == len(self.tasks)
        )

    def end(self) -> None:
        """End the worker and every process that it started."""
        self.pipe.close()
        if self.process.is_alive():
            import psutil  # only for what has to be ended: it would cost every grading its import

            try:
                children = psutil.Process(self.process.pid).children(recursive=True)
            except psutil.Error:
                children = []
            for child in children:
                with suppress(psutil.Error):
                    child.kill()
            self.process.kill()
        if sys.platform != "win32" and self.process.pid is not None:
            with suppress(OSError):  # what a dead worker left behind still belongs to its group
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.join(5)

    def _out_of_time(self) -> None:
        where, code = innermost_line(self.job.stacks, self.job.learner, self.job.source)
        words = out_of_time(self.limit, where, code)
        if self.task is not None:
            self._fail(self.task, **words, **self._last_look())
        elif not self.imported:
            self.unimportable = {"called": f"import {self.job.learner.stem}", **words}

    def _last_look(self) -> dict[str, Any]:
        """Ask the worker what it has seen of the pools; what it says besides comes too late."""
        if sys.platform == "win32" or self.process.pid is None:
            return {}
        give_up = time.monotonic() + LAST_LOOK
        with suppress(OSError, EOFError, Forged):
            os.kill(self.process.pid, signal.SIGUSR1)
            while self.pipe.poll(max(0.0, give_up - time.monotonic())):
                for message in self.reader.take():
                    if message[0] == "pool":
                        return {"pool": message[1]}
        return {}

    def _died(self) -> None:
        self.process.join(5)
        ended = self.process.exitcode
        how = f"by signal {-ended}" if ended is not None and ended < 0 else f"with exit code {ended}"
        hint = "os._exit, a signal or a crash in C code: nothing of this may happen in a store."
        left = [task for number, task in self.tasks.items() if number not in self.verdicts]
        if self.task is not None:
            self._fail(self.task, got=f"the whole process ended {how}, in the middle of the task", hint=hint)
        elif self.imported and left and ended == 0:  # nothing of ours ends with 0 before it is done
            self._fail(left[0], got=f"the whole process ended {how}, before the task", hint=hint)
        elif self.began and not self.imported:
            got = f"the whole process ended {how} while your file was imported"
            self.unimportable = {"called": f"import {self.job.learner.stem}", "got": got, "hint": hint}

    def _fail(self, task: Task, **words: Any) -> None:
        self.verdicts[task.number] = Verdict(
            task.number,
            task.title,
            "failed",
            expected=task.fact,
            belief=task.belief,
            called=f"task {task.number}",
            **words,
        )
