"""The figure of the pooler behaves as psycopg behind one: both go through the same scripts, compared after every step."""

import random
from pathlib import Path
from typing import Any

import psycopg
from pooler import Pooler
from psycopg.pq import TransactionStatus

from poolschool.database.running import running_url
from poolschool.measure.javascript import Module

SCRIPTS = 40
QUERIES = ("SELECT 39", "SELECT 7")


def script(chance: random.Random) -> dict[str, Any]:
    """Draw whether the driver prepares, and what two clients do."""
    steps = [(chance.choice(("ask", "ask", "end")), chance.randrange(2)) for _ in range(chance.randrange(4, 20))]
    return {"prepares": chance.random() < 0.85, "steps": steps}


def outcome(client: psycopg.Connection, step: str, at: int) -> object:
    """Carry out a step; give the row, what the error says, or whether there was a transaction to end."""
    status = client.info.transaction_status
    if step == "end":
        client.rollback() if status == TransactionStatus.INERROR else client.commit()
        return status != TransactionStatus.IDLE
    try:
        row = client.execute(QUERIES[at]).fetchone()
        return row and row[0]
    except psycopg.errors.InFailedSqlTransaction:
        return "aborted"
    except psycopg.Error as problem:
        return str(problem).replace('prepared statement "', "").replace('"', "")


def real(drawn: dict[str, Any], url: str) -> list[object]:
    """Take two clients through a script."""
    threshold = 0 if drawn["prepares"] else None
    clients = [psycopg.connect(url, prepare_threshold=threshold) for _ in range(2)]
    try:
        return [outcome(clients[at], step, at) for step, at in drawn["steps"]]
    finally:
        for client in clients:
            client.close()


def test_forty_scripts() -> None:
    """Rows, errors and names agree after every step."""
    chance = random.Random(17)  # noqa: S311 - scripts, and the same at each run
    wrong_rows = errors = 0
    with Module(Path(__file__).with_name("poolers_scripts.mjs")) as model:
        for number in range(SCRIPTS):
            drawn = script(chance)
            with Pooler(running_url(), size=2) as pooler:
                told = real(drawn, pooler.url.replace("+psycopg", ""))
            assert model.call("run", drawn) == told, (number, drawn)
            asked = [(at, got) for (step, at), got in zip(drawn["steps"], told, strict=True) if step == "ask"]
            wrong_rows += sum(got == (7, 39)[at] for at, got in asked)
            errors += sum("exist" in str(got) for _, got in asked)
    assert wrong_rows > 5
    assert errors > 5
