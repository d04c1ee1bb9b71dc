"""Send shoppers to the store in six scenes, each of which waits for events: what they see tells the faults that are left."""

import json
from asyncio import AbstractEventLoop, Event, get_running_loop, run, run_coroutine_threadsafe
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from os import getpid
from threading import Event as Signal
from threading import Thread
from time import monotonic
from typing import Any

import l18_the_store as store
import pytest
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from poolschool.checks import CallNote, Connections, Wrong, call, count_connections, database_url, expect, expect_type

pytestmark = pytest.mark.postgresql
SCHEMA = f"hour_{getpid()}"  # others may grade on the same server
GRANTED = 15  # connections of the database, for this store
LONGEST = 8.0  # seconds for what must come, on a busy machine
CALM = 1.5  # seconds in which nobody moves, until nobody is expected to
MANY = 12_000  # products: a price list longer than any buffer
SEARCH, LAMP, REVIEWS, PRICES, OPEN = "GET /products?q=lamp 0", "GET /products/lamp 00001", "GET /products/lamp 00001/reviews", "GET /prices.csv", "GET /open"  # fmt: skip
ORDER = "POST /orders?name=chair 0000"
FOUND = [{"name": f"lamp {number:05}", "price": 5 + number % 90} for number in range(0, 40, 4)]
TABLES = f"""
CREATE SCHEMA {SCHEMA};
CREATE TABLE {SCHEMA}.products (name text COLLATE "C" PRIMARY KEY, price int, stock int CHECK (stock >= 0));
CREATE TABLE {SCHEMA}.reviews (id int PRIMARY KEY, product text, review text);
CREATE TABLE {SCHEMA}.orders (id serial PRIMARY KEY, product text, total int, paid boolean);
INSERT INTO {SCHEMA}.products SELECT 'lamp ' || lpad((4 * n)::text, 5, '0'), 5 + 4 * n % 90, 9 FROM generate_series(0, {MANY}) n;
INSERT INTO {SCHEMA}.products SELECT 'chair ' || lpad(n::text, 5, '0'), 40, 1 FROM generate_series(0, 30) n;
INSERT INTO {SCHEMA}.products VALUES ('lamp 00001', 39, 9), ('chair sold', 40, 0);
INSERT INTO {SCHEMA}.reviews VALUES (1, 'lamp 00001', 'It shines.'), (2, 'lamp 00001', 'Warm.');
"""  # noqa: S608 - our own name
BACKENDS = f"FROM pg_stat_activity WHERE application_name = '{SCHEMA}'"


@dataclass
class Visit:
    """What one shopper sees; it reads `pieces` pieces of its answer and then no further, until it is told to go on."""

    request: str
    pieces: int = 10**9
    status: int = 0
    body: bytes = b""
    read: int = 0
    ended: bool = False
    problem: str = ""
    go_on: Event = field(default_factory=Event)
    stops: Signal = field(default_factory=Signal)  # it has read as far as it wants, or has its answer

    @property
    def saw(self) -> str:
        """Say it in words."""
        if self.problem:
            return f"500 Internal Server Error (the log says: {self.problem})"
        said = {200: "OK", 201: "ordered", 404: "not found", 409: "sold out", 503: "busy"}.get(self.status, "")
        return f"{self.status} {said}".strip() if self.status else "no answer"
