"""The store under a server that loads it once, in a master, and forks workers from it; on several hosts, and while a deploy runs.

Let no worker use another process's connection, and let all of them together fit into the database.
Grade yourself with `pytest exercises -k forks_and_workers`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine, text


@dataclass(frozen=True)
class Plan:
    """Where the store runs, and what the database allows."""

    max_connections: int
    reserved: int  # superuser_reserved_connections and reserved_connections together
    others: int  # the connections of other programs: migrations, jobs, consoles
    hosts: int
    workers: int  # processes on each host
    surge: int = 0  # hosts of the new version that run beside all the old ones at the worst moment of a deploy


def after_fork(engines: Iterable[Engine]) -> None:
    """Make a worker's engines its own, with empty pools. The server calls this in each worker, right after the fork, with all its engines."""
    # TODO 1: what lies in the pools was opened by the master, which goes on using it, as every other worker would.


def load_prices(engine: Engine) -> dict[str, int]:
    """Return the price of each product by its name. The master calls this once, before it forks, and needs no connection later, not after an error either."""
    # TODO 2: what stays open here is inherited by every worker, and counts in the database as long as the master lives.
    with engine.connect() as connection:
        return {row.name: row.price for row in connection.execute(text("SELECT name, price FROM products"))}


def connections_per_worker(plan: Plan) -> int:
    """Return how many connections each worker may have, at most: so many that all fit at every moment of a deploy, and no fewer.

    ValueError if that is less than two: a worker has two engines.
    """
    # TODO 3: how many workers are there at the worst moment, and what may they all have?
    return plan.max_connections // plan.workers


def make_engines(database_url: str, plan: Plan) -> dict[str, Engine]:
    """Return a worker's two engines: "reports", which never has more than one connection open, and "shop" with all the rest."""
    # TODO 4: two settings limit an engine, and both have defaults.
    return {"shop": create_engine(database_url), "reports": create_engine(database_url)}


def what_is_full(error: Exception) -> str:
    """Say what had no connection left: "pool" if it was this process's pool, "database" if the server refused, "" for any other error."""
    # TODO 5: who raises which of them? The texts of the server are in the lesson.
    return "database"
