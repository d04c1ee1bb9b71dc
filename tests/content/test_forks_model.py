"""The figure of forked workers behaves as real ones: both go through the same scripts, compared after every step."""

import array
import fcntl
import random
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from forked import Forked
from psycopg.pq import ExecStatus
from sqlalchemy import create_engine, text

from poolschool.database.running import running_url
from poolschool.measure.javascript import Module

SCRIPTS = 25


def script(chance: random.Random) -> dict[str, Any]:
    """Draw what the master did before the fork, and what two workers do after it."""
    steps = [
        (chance.choice(("ask", "read")), chance.randrange(2), number)
        for number in range(100, 100 + chance.randrange(4, 14))
    ]
    return {"warm": chance.random() < 0.8, "cured": chance.random() < 0.3, "steps": steps}


def arrived(descriptor: int) -> int:
    """Count the bytes that wait to be read."""
    count = array.array("i", [0])
    fcntl.ioctl(descriptor, termios.FIONREAD, count)
    return count[0]


def worker(engine: Any, cured: bool, orders: list[tuple[str, int]]) -> Iterator[object]:
    """Be a worker: ask and read as the driver does, and tell the outcome of each order."""
    if cured:
        engine.dispose(close=False)
    raw = engine.raw_connection().dbapi_connection.pgconn
    raw.notice_handler = lambda _: None  # what is thrown away is told here
    expects, answer_bytes = False, 0
    yield None
    for order, question in orders:
        if order == "ask":
            if expects:
                yield False
                continue
            before = arrived(raw.socket)
            raw.send_query(f"SELECT {question}".encode())
            while raw.flush():
                pass
            while arrived(raw.socket) == before or (answer_bytes and arrived(raw.socket) < before + answer_bytes):
                pass
            answer_bytes = answer_bytes or arrived(raw.socket) - before
            expects = True
            yield True
        elif not expects or not arrived(raw.socket):
            yield None
        else:
            answer = None
            raw.consume_input()
            while (result := raw.get_result()) is not None:
                assert result.status == ExecStatus.TUPLES_OK
                answer = int(result.get_value(0, 0) or 0)
            expects = False
            yield answer


def real(drawn: dict[str, Any]) -> list[object]:
    """Fork two workers and take them through a script."""
    engine = create_engine(running_url(), pool_size=1, max_overflow=0)
    if drawn["warm"]:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    orders: list[list[tuple[str, int]]] = [
        [(step, number) for step, at, number in drawn["steps"] if at == each] for each in (0, 1)
    ]
    workers = [Forked(lambda mine=mine: worker(engine, drawn["cured"], mine)) for mine in orders]  # type: ignore[misc]
    try:
        for each in workers:
            each.step()
        return [workers[at].step() for _, at, _ in drawn["steps"]]
    finally:
        for each in workers:
            each.kill()
        engine.dispose()


@pytest.mark.skipif(sys.platform == "win32", reason="this system does not fork")
def test_twenty_five_scripts() -> None:
    """Whose answer each worker reads, and when it waits, agrees after every step."""
    chance = random.Random(14)  # noqa: S311 - scripts, and the same at each run
    mixed_up = 0
    with Module(Path(__file__).with_name("forks_scripts.mjs")) as model:
        for number in range(SCRIPTS):
            drawn = script(chance)
            told = real(drawn)
            assert model.call("run", drawn) == told, (number, drawn)
            mine = [
                {question for step, at, question in drawn["steps"] if step == "ask" and at == each} for each in (0, 1)
            ]
            reads = [(at, answer) for (step, at, _), answer in zip(drawn["steps"], told, strict=True) if step == "read"]
            mixed_up += sum(answer is not None and answer not in mine[at] for at, answer in reads)
    assert mixed_up > 5  # answers to the other worker's questions: what the figure is about
