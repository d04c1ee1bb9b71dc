"""The store inside a test: on a small database of its own, asked one by one or all at once."""

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
from fastapi.testclient import TestClient
from psycopg import sql
from sqlalchemy import NullPool, create_engine, make_url

from poolschool.database.running import server
from poolschool.store.app import make_app
from poolschool.store.metrics import PoolMetrics
from poolschool.store.seed import seed
from poolschool.store.settings import Settings

PRODUCTS, STOCK = 200, 20
LABELS = {"db_client_connection_pool_name": "store"}


@contextlib.contextmanager
def database() -> Iterator[str]:
    """Make a database with 200 products, 20 of each, and drop it afterwards."""
    name = f"poolschool_test_{os.getpid()}"
    with server() as url, psycopg.connect(plain(url), autocommit=True) as admin:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        admin.execute(drop)
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        own = make_url(url).set(database=name).render_as_string(hide_password=False)
        try:
            engine = create_engine(own, poolclass=NullPool)
            seed(engine, PRODUCTS, STOCK)
            yield own
        finally:
            admin.execute(drop)


def plain(url: str) -> str:
    """Write an address as psycopg takes it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


class Store:
    """A running store, its client and its numbers."""

    def __init__(self, client: TestClient, metrics: PoolMetrics) -> None:
        self.client, self.metrics = client, metrics

    def number(self, name: str, **labels: str) -> float:
        """Read a number by its name in /metrics, without the first part."""
        value = self.metrics.registry.get_sample_value(f"db_client_connection_{name}", LABELS | labels)
        assert value is not None, name
        return value

    @property
    def used(self) -> float:
        return self.number("count", db_client_connection_state="used")

    @property
    def idle(self) -> float:
        return self.number("count", db_client_connection_state="idle")

    def at_once(self, count: int, method: str, path: str, **more: Any) -> list[int]:
        """Send as many requests at the same time, and give their status codes."""
        with ThreadPoolExecutor(count) as senders:
            answers = [senders.submit(self.client.request, method, path, **more) for _ in range(count)]
        return [answer.result().status_code for answer in answers]


@contextlib.contextmanager
def running_store(url: str, **settings: Any) -> Iterator[Store]:
    """Run a store in this process."""
    if settings.get("flavour") == "async":
        url = url.replace("+psycopg", "+asyncpg")
    app = make_app(Settings(database_url=url, **settings))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Store(client, app.state.metrics)
