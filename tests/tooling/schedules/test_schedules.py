"""The search for an order that breaks a program: it finds, it shortens, it ends, and it touches nobody else's threads."""

import importlib.util
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest

from poolschool.schedules.explore import explore, steps
from poolschool.schedules.run import Run, Work
from poolschool.schedules.stage import Stage


@pytest.fixture
def module(tmp_path: Path) -> Callable[[str], ModuleType]:
    """Make a module of a text."""

    def make(text: str) -> ModuleType:
        file = tmp_path / "answer.py"
        file.write_text(dedent(text), encoding="utf-8")
        spec = importlib.util.spec_from_file_location("answer", file)
        assert spec
        assert spec.loader
        made = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(made)
        return made

    return make


def threads(*functions: str, done: str = "") -> Callable[[Run, dict[str, Any]], Mapping[str, Work]]:
    """Run functions of the module as threads A, B …; `done` names one that checks when the last has ended."""

    def make(run: Run, names: dict[str, Any]) -> Mapping[str, Work]:
        ended: list[int] = []

        def work(function: str) -> Work:
            def do() -> None:
                try:
                    names[function]()
                except Exception as problem:
                    run.fail("raised", f"{type(problem).__name__}: {problem}")
                ended.append(1)
                if done and len(ended) == len(functions) and (wrong := names[done]()):
                    run.fail("wrong", wrong)

            return do

        return {name: work(function) for name, function in zip("ABCDE", functions, strict=False)}

    return make


COUNTER = """
    count = 0

    def add():
        global count
        seen = count
        count = seen + 1

    def check():
        return "" if count == 3 else f"count is {count}"
"""


def test_a_lost_update_is_found_and_needs_one_interruption(module: Callable[[str], ModuleType]) -> None:
    """Of three threads that add without a lock two are left, and one interruption between the look and the act."""
    with Stage(module(COUNTER.replace("== 3", ">= 2"))) as stage:
        run = explore(stage, threads("add", "add", "add", done="check"), times=200)
    assert run
    assert run.kind == "wrong"
    assert steps(run).count("is interrupted at line 7 `count = seen + 1`") >= 1
    assert len(run.plan) <= 5


def test_the_same_seed_gives_the_same_answer(module: Callable[[str], ModuleType]) -> None:
    """Two searches of the same program tell the same steps."""
    told = set()
    for _ in range(2):
        with Stage(module(COUNTER)) as stage:
            run = explore(stage, threads("add", "add", "add", done="check"), times=200)
            assert run
            told.add(steps(run))
    assert len(told) == 1


LOCKED = """
    import queue, threading, time
    from threading import BoundedSemaphore, Condition, Event, RLock, Semaphore

    state = {"in": 0, "most": 0, "done": 0}
    ways = {"lock": threading.Lock(), "rlock": RLock(), "semaphore": Semaphore(1), "bounded": BoundedSemaphore(1),
            "condition": Condition()}
    items, many, simple, full = queue.Queue(), queue.LifoQueue(), queue.SimpleQueue(), queue.Queue(maxsize=1)
    event = Event()

    def by(way):
        def work():
            for _ in range(2):
                with ways[way]:
                    state["in"] += 1
                    state["most"] = max(state["most"], state["in"])
                    time.sleep(1)
                    state["in"] -= 1
        return work

    lock, rlock, semaphore, bounded, condition = map(by, ways)

    def put():
        for number in range(3):
            items.put(number)
            many.put(number)
            simple.put(number)
            full.put(number, timeout=5)
        event.set()

    def get():
        for _ in range(3):
            items.get(timeout=5)
            many.get()
            simple.get(timeout=5)
            full.get()
        if not event.wait(5):
            raise ValueError("the event was not set")
        state["done"] += 1

    def give_up():
        began = time.monotonic()
        for wait in (lambda: items.get(timeout=7), lambda: simple.get(timeout=7)):
            try:
                wait()
            except queue.Empty:
                pass
        if event.wait(7) or ways["lock"].acquire(timeout=7) is not True:
            raise ValueError("a wait without an end")
        ways["lock"].release()
        if time.monotonic() - began != 21:
            raise ValueError(f"{time.monotonic() - began} s")

    def one_at_a_time():
        return "" if state["most"] == 1 else "two were in at once"

    def all_got():
        return "" if state["done"] == 1 else "something is missing"
"""


@pytest.mark.parametrize("way", ["lock", "rlock", "semaphore", "bounded", "condition"])
def test_each_lock_lets_one_in(module: Callable[[str], ModuleType], way: str) -> None:
    """Whatever the order, a lock of ours keeps the others out, and their waiting takes no time of the machine."""
    with Stage(module(LOCKED)) as stage:
        run = explore(stage, threads(way, way, way, done="one_at_a_time"), times=40)
    assert run is None, steps(run)


def test_queues_and_events_work(module: Callable[[str], ModuleType]) -> None:
    """Queue, LifoQueue, SimpleQueue and Event hand over what they are given, in every order."""
    with Stage(module(LOCKED)) as stage:
        run = explore(stage, threads("put", "get", done="all_got"), times=60)
    assert run is None, f"{run.text}\n{steps(run)}"


def test_waits_end_after_their_time_by_the_clock_of_the_copy(module: Callable[[str], ModuleType]) -> None:
    """Three waits of 7 s take 21 s for the program, and hardly any for us."""
    began = time.monotonic()
    with Stage(module(LOCKED)) as stage:
        run = explore(stage, threads("give_up"), times=1)
    assert run is None, f"{run.text}\n{steps(run)}"
    assert time.monotonic() - began < 15


DEADLOCK = """
    from threading import Lock

    one, other = Lock(), Lock()

    def there():
        with one:
            with other:
                pass

    def back():
        with other:
            with one:
                pass
"""


def test_a_deadlock_is_found(module: Callable[[str], ModuleType]) -> None:
    """Two threads that take two locks in opposite order wait for ever in some order, and it is told."""
    with Stage(module(DEADLOCK)) as stage:
        run = explore(stage, threads("there", "back"), times=200)
    assert run
    assert run.kind == "deadlock"
    assert run.text in ("A and B wait for ever", "B and A wait for ever")


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "while not False: len('')",
        "while True:\n        try:\n            len('')\n        except:\n            pass",
        "while True:\n        try:\n            raise ValueError\n        except BaseException:\n            pass",
    ],
    ids=["pass", "plain", "bare except", "except BaseException"],
)
def test_a_loop_without_an_end_ends(module: Callable[[str], ModuleType], body: str) -> None:
    """A thread that runs round a loop is left alone, also if it catches whatever would end it; others go on."""
    with Stage(module(f"def spin():\n    {body}\n\ndef other():\n    pass\n")) as stage:
        run = explore(stage, threads("spin", "other"), times=3)
        assert run
        assert run.kind == "endless"
        assert explore(stage, threads("other", "other"), times=3) is None


def test_nobody_elses_threads_are_touched(module: Callable[[str], ModuleType]) -> None:
    """threading, queue and time are what they were, while a search runs and afterwards; its threads end with it."""
    before = (threading.Lock, threading.Condition, time.monotonic, time.sleep, threading.gettrace())
    stop, beats = threading.Event(), []

    def beat() -> None:
        while not stop.wait(0.001):
            beats.append((threading.Lock, threading.Condition, time.monotonic, time.sleep, threading.gettrace()))

    neighbour = threading.Thread(target=beat)
    neighbour.start()
    others = set(threading.enumerate())
    with Stage(module(LOCKED)) as stage:
        explore(stage, threads("lock", "lock", "lock"), times=40)
        while not beats:
            time.sleep(0.001)
    stop.set()
    neighbour.join()
    assert set(beats) == {before}
    left = set(threading.enumerate()) - others
    for thread in left:
        thread.join(10)
    assert not any(thread.is_alive() for thread in left)


def test_a_thread_of_the_programs_own_is_refused(module: Callable[[str], ModuleType]) -> None:
    """What the search cannot order, it does not start."""
    with Stage(module("import threading\n\ndef begin():\n    threading.Thread(target=print).start()\n")) as stage:
        run = explore(stage, threads("begin"), times=1)
    assert run
    assert run.kind == "thread"


@pytest.mark.parametrize("act", ["stock.pop() if stock else 1", "stock and stock.pop()", "not stock or stock.pop()"])
def test_a_look_and_an_act_in_one_expression_are_two_steps(module: Callable[[str], ModuleType], act: str) -> None:
    """Between them another thread may run; the value is what it would be without the step."""
    text = f"""
        stock, got = [7], []

        def take():
            got.append({act})

        def check():
            return "" if got == [7] else f"{{got}}"
    """
    with Stage(module(text)) as stage:
        assert explore(stage, threads("take", done="check"), times=5) is None
        run = explore(stage, threads("take", "take"), times=200)
    assert run
    assert run.text == "IndexError: pop from empty list"


def test_two_statements_on_a_line_are_two_steps(module: Callable[[str], ModuleType]) -> None:
    """A look and an act are told apart also where they stand on one line."""
    text = "left = 1\n\ndef take():\n    global left\n    if left: left -= 1\n\n"
    text += "def check():\n    return '' if left == 0 else f'{left} left'\n"
    with Stage(module(text)) as stage:
        run = explore(stage, threads("take", "take", done="check"), times=100)
    assert run
    assert run.text == "-1 left"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("threading.Lock().release()", "RuntimeError: release unlocked lock"),
        ("threading.RLock().release()", "RuntimeError: cannot release un-acquired lock"),
        ("threading.Condition().notify()", "RuntimeError: cannot notify on un-acquired lock"),
        ("threading.Condition().wait()", "RuntimeError: cannot wait on un-acquired lock"),
        ("threading.Lock().acquire(False, 1)", "ValueError: can't specify a timeout for a non-blocking call"),
        ("threading.BoundedSemaphore(1).release()", "ValueError: Semaphore released too many times"),
    ],
)
def test_misuse_is_told_as_python_tells_it(module: Callable[[str], ModuleType], line: str, says: str) -> None:
    """The errors of a lock are those of Python's own."""
    with Stage(module(f"import threading\n\ndef misuse():\n    {line}\n")) as stage:
        run = explore(stage, threads("misuse"), times=1)
    assert run
    assert run.text == says
    with pytest.raises((RuntimeError, ValueError), match=says.split(": ")[1].split(" ")[0]):
        eval(line)  # noqa: S307 - one of ours
