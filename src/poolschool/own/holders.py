"""Who holds a connection: what is noted at a checkout, and what is told of it to whoever asks.

Checkout (noted, cheap, text and numbers) ─> Holder (told: a line as editors open it, an endpoint, seconds so far)
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from poolschool.own.callers import Noted, place
from poolschool.own.endpoints import Request


@dataclass(frozen=True)
class Holder:
    """One connection in use.

    `line` is "orders.py:12", as seen from the working directory; `endpoint` is "GET /orders/{number}", or "" outside of
    a request; `process` is the number of the PostgreSQL process that serves it, as in `pg_stat_activity`, None if unknown;
    `stack` holds the app's lines that led to it, the innermost first; that one alone unless stacks were asked for.
    """

    pool: str
    line: str
    function: str
    endpoint: str
    seconds: float
    since: datetime
    process: int | None = None
    stack: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return what JSON can hold; the time in ISO 8601, seconds in tenths."""
        return asdict(self) | {"since": self.since.isoformat(timespec="seconds"), "seconds": round(self.seconds, 1)}

    def __str__(self) -> str:
        """Name line, function and endpoint in one line of text."""
        words = f"{self.line} in {self.function}"
        return f"{words}, {self.endpoint}" if self.endpoint else words


class Checkout:
    """What is noted while a connection is in use. It keeps nothing alive but text, and the request as long as that runs."""

    __slots__ = ("connection", "reported", "request", "since", "stack")

    def __init__(self, stack: Sequence[Noted], request: Request | None, connection: int, since: float) -> None:
        self.stack, self.request, self.since = stack, request, since
        self.connection = connection  # its id, to know it again while it is in use
        self.reported = False

    @property
    def seconds(self) -> float:
        """For how long it has been in use."""
        return perf_counter() - self.since

    def holder(self, pool: str, process: int | None = None) -> Holder:
        """Say who holds it."""
        seconds = self.seconds
        return Holder(
            pool=pool,
            line=place(self.stack[0]),
            function=self.stack[0][2],
            endpoint=self.request.name() if self.request else "",
            seconds=seconds,
            since=datetime.now(UTC) - timedelta(seconds=seconds),
            process=process,
            stack=tuple(f"{place(noted)} in {noted[2]}" for noted in self.stack),
        )


DRIVERS: tuple[Callable[[Any], int], ...] = (
    lambda connection: connection.info.backend_pid,  # psycopg
    lambda connection: connection.get_server_pid(),  # asyncpg
)


def server_process(record: Any) -> int | None:
    """Ask the driver which process of PostgreSQL serves a pool's record; None where a driver cannot tell."""
    for asked in DRIVERS:
        with suppress(Exception):  # another driver, or a connection that has just been closed
            return int(asked(record.driver_connection))
    return None
