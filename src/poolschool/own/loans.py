"""Connections that are taken and not returned, of all engines of a process: what a test that leaks is told by.

checkout of any pool ─> Loan (the connection's proxy, the lines that took it, whose it is) ─> overdue() ─> end()

Unlike a watch this holds on to what it sees, for the length of a test: else Python's garbage collector might return a leaked
connection, or not, and a test would fail on some days only.
"""

import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Pool, event

from poolschool.own.callers import Callers, Noted, place

# What stands between a test and the app, and is not what anybody looks for.
RUNNERS = (
    "_pytest",
    "pluggy",
    "pytest",
    "pytest_asyncio",
    "anyio",
    "starlette",
    "fastapi",
    "uvicorn",
    "xdist",
    "execnet",
)
MANY = 1000  # loans after which those returned are forgotten
SHOWN = 6  # lines for each


@dataclass(frozen=True, eq=False)
class Loan:
    """A connection that was taken: its proxy, the lines that took it, and whose it is (None: the running test's)."""

    proxy: Any
    stack: list[Noted]
    owner: object

    def __str__(self) -> str:
        """Name the line, and below it the lines that called it."""
        first, *others = (f"{place(noted)} in {noted[2]}" for noted in self.stack)
        return first + "".join(f"\n    called from {line}" for line in others)

    def end(self) -> None:
        """Close the connection and give its place in the pool to the next test, also when its event loop is gone."""
        proxy, dialect = self.proxy, self.proxy._pool._dialect
        driver = proxy.driver_connection
        if not dialect.is_async:
            proxy.close() if proxy.is_detached else proxy.invalidate()
        elif dialect.has_terminate and not proxy.is_detached:
            proxy.invalidate()
            with suppress(Exception):
                _close_socket(driver._transport)  # asyncpg
        else:  # its close() would have to be awaited
            proxy.detach()
            with suppress(Exception):
                driver.pgconn.finish()  # psycopg


def _close_socket(transport: Any) -> None:
    """Close what a transport cannot close itself any more: its loop would do it in a later round, and has none."""
    if transport._loop.is_closed():
        transport._sock.close()
        transport._sock = None


class Loans:
    """What has been taken since it listens. `owner` is whose the next ones are."""

    def __init__(self) -> None:
        self.owner: object = None
        self.listening = False
        self._taken: list[Loan] = []
        self._callers = Callers(RUNNERS)
        self._program = getattr(sys.modules["__main__"], "__file__", None)  # pytest itself: below every test
        event.listen(Pool, "checkout", self._note)  # every pool, those that are there and those to come

    def stop(self) -> None:
        """Listen no more."""
        event.remove(Pool, "checkout", self._note)

    def _note(self, _: Any, __: Any, proxy: Any) -> None:
        if self.listening:
            stack = self._callers.lines(SHOWN)
            if len(stack) > 1 and stack[-1][0] == self._program:
                stack.pop()
            self._taken.append(Loan(proxy, stack, self.owner))
            if len(self._taken) > MANY:
                self._taken = [loan for loan in self._taken if loan.proxy.is_valid]

    def overdue(self, owner: object = None) -> list[Loan]:
        """Return what has not been returned of an owner's; what was returned is not valid any more."""
        return [loan for loan in self._taken if loan.owner is owner and loan.proxy.is_valid]

    def forget(self, owner: object = None) -> None:
        """Let go of an owner's loans."""
        self._taken = [loan for loan in self._taken if loan.owner is not owner]
