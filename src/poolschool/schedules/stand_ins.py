"""threading, queue and time for the copies: Lock, RLock and the clock are ours, the rest is Python's own text on top of them."""

import ast
import builtins
import queue
import sys
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from poolschool.schedules.run import Run

START = 1000.0  # what the clock shows at first


def stand_ins(current: Callable[[], Run]) -> dict[str, ModuleType]:
    """Make threading, queue and time for the copies: Lock, RLock and the clock are ours, the rest is Python's own text."""
    class_of = _locks(current)
    clock = _like(time)
    for name in ("monotonic", "time", "perf_counter"):
        setattr(clock, name, lambda: START + current().now)
        setattr(clock, f"{name}_ns", lambda: int((START + current().now) * 1e9))

    def sleep(seconds: float) -> None:
        current().sleep(seconds)

    vars(clock)["sleep"] = sleep

    threads = _like(threading)
    vars(threads).update(
        Lock=class_of["Lock"],
        RLock=class_of["RLock"],
        _RLock=class_of["RLock"],
        _PyRLock=class_of["RLock"],
        _CRLock=class_of["RLock"],
        _allocate_lock=class_of["Lock"],
        _time=vars(clock)["monotonic"],
    )
    exec(_pythons(threading, "Condition", "Semaphore", "BoundedSemaphore", "Event", "Barrier"), vars(threads))  # noqa: S102

    class Thread(threading.Thread):
        def start(self) -> None:
            current().fail("thread", "the pool starts a thread")

    class Timer(Thread):
        def __init__(self, *_: object, **__: object) -> None:
            super().__init__()

    vars(threads).update(Thread=Thread, Timer=Timer)
    low = _like(sys.modules["_thread"])
    vars(low).update(allocate_lock=class_of["Lock"], allocate=class_of["Lock"], RLock=class_of["RLock"])
    modules = {"threading": threads, "time": clock, "_thread": low, "_queue": ModuleType("_queue")}

    def give(name: str, *args: Any, **kwargs: Any) -> ModuleType:
        return modules.get(name) or __import__(name, *args, **kwargs)

    # Without C's SimpleQueue the module uses its own, which stands on a Semaphore.
    vars(modules["_queue"])["Empty"] = queue.Empty
    modules["queue"] = ModuleType("queue")
    vars(modules["queue"])["__builtins__"] = {**vars(builtins), "__import__": give}
    exec(_pythons(queue), vars(modules["queue"]))  # noqa: S102
    vars(modules["_queue"])["SimpleQueue"] = vars(modules["queue"])["SimpleQueue"]
    return modules


@cache
def _pythons(module: ModuleType, *classes: str) -> CodeType:
    """Give Python's own code of a module, or of some of its classes, to be executed on names of ours."""
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    if classes:
        tree.body = [one for one in tree.body if isinstance(one, ast.ClassDef) and one.name in classes]
    return compile(tree, str(module.__file__), "exec")


def _like(module: ModuleType) -> ModuleType:
    copy = ModuleType(module.__name__)
    vars(copy).update(vars(module))
    return copy


def _locks(current: Callable[[], Run]) -> dict[str, type]:
    """Make Lock and RLock whose waiting is the stage's."""

    class Lock:
        """A lock as threading's, whose waiting gives the turn to another thread."""

        def __init__(self) -> None:
            self._owner: object | None = None
            self._count = 0

        def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
            if not blocking and timeout != -1:
                raise ValueError("can't specify a timeout for a non-blocking call")
            if blocking and timeout < 0 and timeout != -1:
                raise ValueError("timeout value must be a non-negative number")
            run = current()
            run.step()
            deadline = None if timeout == -1 else run.now + timeout
            while self._count and not self._mine():
                if not blocking or (deadline is not None and run.now >= deadline):
                    return False
                run.wait(self, deadline)
            self._owner, self._count = run.current or current, self._count + 1
            return True

        def release(self) -> None:
            if current().kind:
                return
            if not self._count or not self._may_release():
                raise RuntimeError("release unlocked lock" if type(self) is Lock else "cannot release un-acquired lock")
            self._count -= 1
            if not self._count:
                self._owner = None
                current().wake(self)

        def locked(self) -> bool:
            return self._count > 0

        def __enter__(self) -> bool:
            return self.acquire()

        def __exit__(self, *_: object) -> None:
            self.release()

        def _mine(self) -> bool:
            return False

        def _may_release(self) -> bool:
            return True

    class RLock(Lock):
        """A lock that its owner may take again."""

        def _mine(self) -> bool:
            return self._owner is (current().current or current)

        def _may_release(self) -> bool:
            return self._mine()

        def _is_owned(self) -> bool:
            return self._count > 0 and self._mine()

        def _release_save(self) -> int:
            count, self._count = self._count, 1
            self.release()
            return count

        def _acquire_restore(self, count: int) -> None:
            self.acquire()
            self._count = count

    return {"Lock": Lock, "RLock": RLock}
