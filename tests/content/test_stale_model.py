"""The figure of stale connections behaves as SQLAlchemy's pool: both run the same scripts, compared after every step."""

import os
import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from poolschool.database.running import running_url
from poolschool.measure.javascript import Module

SCRIPTS = 80


def script(chance: random.Random) -> dict[str, Any]:
    """Draw a pool and what happens to it."""
    steps = ["request", "take", "query", "give", "restart"]
    drawn = [[step, chance.randrange(5)] for step in chance.choices(steps, (4, 3, 3, 2, 2), k=chance.randrange(5, 30))]
    return {"size": chance.randrange(1, 5), "ping": chance.random() < 0.5, "steps": drawn}


class RealPool:
    """A real pool on PostgreSQL, whose sockets are shut behind its back."""

    def __init__(self, size: int, ping: bool) -> None:
        self.engine = create_engine(running_url(), pool_size=size, max_overflow=0, pool_timeout=0, pool_pre_ping=ping)
        self.raw: list[Any] = []
        self.taken: list[Connection] = []
        event.listen(self.engine, "connect", lambda raw, _: self.raw.append(raw))

    def step(self, name: str, which: int) -> bool | None:
        """Carry out a step; tell whether it went well, None if there is nothing to tell."""
        match name:
            case "restart":
                for raw in self.raw:
                    if not raw.closed:
                        with socket.socket(fileno=os.dup(raw.fileno())) as shared, suppress(OSError):
                            shared.shutdown(socket.SHUT_RDWR)
            case "take" | "request":
                try:
                    connection = self.engine.connect()
                except PoolTimeout:
                    return None if name == "request" else False
                if name == "take":
                    self.taken.append(connection)
                    return True
                with connection:
                    return self.answers(connection)
            case "query" if self.taken:
                connection = self.taken[which % len(self.taken)]
                if self.answers(connection):
                    return True
                self.taken.remove(connection)
                connection.close()
                return False
            case "give" if self.taken:
                self.taken.pop(which % len(self.taken)).close()
        return None

    def answers(self, connection: Connection) -> bool:
        """Run a query, and end its transaction."""
        try:
            connection.execute(text("SELECT 1"))
            connection.commit()
        except DBAPIError as error:
            return not error.connection_invalidated
        return True


@contextmanager
def real_pool(size: int, ping: bool) -> Iterator[RealPool]:
    """Make a real pool, and clear up after it."""
    real = RealPool(size, ping)
    yield real
    for connection in real.taken:
        connection.close()
    real.engine.dispose()
    for raw in real.raw:
        raw.close()


def test_eighty_scripts() -> None:
    """Answers, losses and the number of connections opened agree after every step."""
    chance = random.Random(13)  # noqa: S311 - scripts, and the same at each run
    with Module(Path(__file__).with_name("stale_scripts.mjs")) as model:
        for number in range(SCRIPTS):
            drawn = script(chance)
            with real_pool(drawn["size"], drawn["ping"]) as real:
                told = [[real.step(name, which), len(real.raw)] for name, which in drawn["steps"]]
            assert model.call("run", drawn) == told, (number, drawn)


@pytest.mark.parametrize(("ping", "failed"), [(False, 1), (True, 0)])
def test_the_first_rush_is_the_real_one(ping: bool, failed: int) -> None:
    """Five idle connections, a restart, six requests: one fails, or none with the ping."""
    with real_pool(5, ping) as real:
        for step in ["take"] * 5 + ["give"] * 5 + ["restart"]:
            real.step(step, 0)
        assert [real.step("request", 0) for _ in range(6)].count(False) == failed
        assert len(real.raw) == 10
