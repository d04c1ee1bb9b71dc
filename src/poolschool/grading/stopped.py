"""Words for what stops a whole run and not one assertion: a file that cannot be imported, code that never ends."""

from typing import Any

from poolschool.course.exercises import Task
from poolschool.grading.verdict import Verdict

IMPORT_SECONDS = 10.0  # how long a learner's file may take to import


def blocked_behind_first(tasks: tuple[Task, ...], **fields: Any) -> dict[int, Verdict]:
    """One failure that concerns every task: the first one fails, the others wait for it."""
    first, *others = tasks
    failure = Verdict(first.number, first.title, "failed", **({"expected": "a file that Python can import"} | fields))
    waiting = {
        task.number: Verdict(task.number, task.title, "blocked", got="waits until your file can be imported")
        for task in others
    }
    return {first.number: failure, **waiting}


def out_of_time(seconds: float, where: str = "", code: str = "") -> dict[str, str]:
    """Give the fields of a failed Verdict for what did not end; `where` is `file:line`."""
    still = f", still at line {where.rpartition(':')[2]}: {code}" if where else ""
    return {
        "got": f"no end after {seconds:g} s{still}",
        "where": where,
        "code": code,
        "hint": "A loop that never ends, or a wait for something that nobody gives: a lock, a connection, an answer.",
    }
