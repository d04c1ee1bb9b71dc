"""The answer key of the generated questions of `borrow_and_return`, executed: every version."""

import contextlib
import io
import sqlite3

from sqlalchemy import QueuePool
from sqlalchemy.exc import TimeoutError as PoolTimeout


def test_clients(versions):
    """Of the crowd so many are refused by a pool for which nobody waits; the wrong numbers are other numbers."""
    for given, question in versions:
        settings = {"pool_size": given["pool_size"], "max_overflow": given["max_overflow"]}
        pool = QueuePool(lambda: sqlite3.connect(":memory:"), timeout=0, **settings)
        in_use, refused = [], 0
        for _ in range(given["crowd"]):
            try:
                in_use.append(pool.connect())
            except PoolTimeout:
                refused += 1
        assert refused == question.value
        assert refused not in {wrong.value for wrong in question.wrong}
        for connection in in_use:
            connection.close()
        pool.dispose()


def test_handed_out(versions):
    """The program prints what the answer says, and none of the wrong outputs; one connection is handed out twice."""
    for _, question in versions:
        out, names = io.StringIO(), {}
        with contextlib.redirect_stdout(out):
            exec(question.program, names)  # noqa: S102 - a program of ours
        printed = out.getvalue().strip()
        assert printed == question.prints
        assert printed not in {wrong.prints for wrong in question.wrong}
        handed_out = [int(number) for number in printed.split("]")[0].strip("[").split(",")]
        assert len(set(handed_out)) == len(handed_out) - 1
