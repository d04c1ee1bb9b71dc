"""Behind PgBouncer: each cause of its pages is reproduced and told from the others."""

# ruff: noqa: D103 - what a function is for stands above it
import asyncio
from contextlib import ExitStack
from threading import Thread
from time import monotonic, sleep
from typing import Any

import asyncpg
import psycopg
import pytest
from error_proofs.bouncer import bouncer, knows_no_prepared_statements, show
from error_proofs.prove import Seen, also, healthy, pages, prove, reproduces, tells
from error_proofs.raised import error_of

from poolschool.database.running import running_url

DIRECT = running_url().replace("+psycopg", "")


@pytest.mark.parametrize("page", pages("pooler"))
def test_a_page_is_proven(page: str, request: pytest.FixtureRequest) -> None:
    """All causes are reproduced, all texts caused, and every How to tell says yes on its own cause only."""
    prove(page, request)


# query_wait_timeout: one server connection, three clients


def look(url: str) -> dict[str, Any]:
    """Give what the console says of the pool of the shop, and of its limits."""
    pool = next(row for row in show(url, "POOLS") if row["database"] != "pgbouncer")
    return {"waiting": pool["cl_waiting"], "active": pool["sv_active"]} | {
        row["key"]: int(row["value"])
        for row in show(url, "CONFIG")
        if row["key"] in ("default_pool_size", "max_client_conn")
    }


def clients(pools: int, holds: bool) -> Seen:
    """Let applications open all connections of their pools, and one of them ask while another `holds` a transaction open."""
    said: list[str] = []
    with bouncer(default_pool_size=1, query_wait_timeout=1, max_client_conn=3) as url, ExitStack() as taken:
        first = taken.enter_context(psycopg.connect(url))
        first.execute("SELECT 1")
        if holds:
            second = taken.enter_context(psycopg.connect(url))
            waiter = Thread(target=lambda: said.append(error_of(lambda: second.execute("SELECT 1"))))
            waiter.start()
            give_up = monotonic() + 0.9
            while (found := look(url))["waiting"] == 0 and monotonic() < give_up:
                sleep(0.02)
            waiter.join()
        else:
            first.commit()
            found = look(url)
            said.append(error_of(lambda: [taken.enter_context(psycopg.connect(url)) for _ in range(pools)]))
    return Seen(said=said[0], pools=pools, **found)


@reproduces("query_wait_timeout", "held")
def transaction_holds() -> Seen:
    return clients(pools=2, holds=True)


@tells("query_wait_timeout", "held", "SHOW POOLS shows cl_waiting above 0 and sv_active at its limit")
def somebody_waits(seen: Seen) -> bool:
    return seen.waiting > 0 and seen.active == seen.default_pool_size


@reproduces("query_wait_timeout", "clients")
def more_than_it_takes() -> Seen:
    return clients(pools=5, holds=False)


@tells("query_wait_timeout", "clients", "SHOW CONFIG gives max_client_conn below the sum of all pools")
def limit_below_the_pools(seen: Seen) -> bool:
    return seen.max_client_conn < seen.pools


# prepared_statement


def two_clients(url: str) -> Seen:
    """Let two clients prepare their first statement, one after the other."""
    said = ""
    try:
        for name in ("desk lamp", "sofa"):
            with psycopg.connect(url, prepare_threshold=0) as connection:
                connection.execute(f"SELECT '{name}' WHERE 1 = %s", (1,))
                connection.commit()
    except psycopg.errors.DuplicatePreparedStatement as error:
        said = str(error)
    return Seen(said=said, knows_none=knows_no_prepared_statements(url))


@reproduces("prepared_statement", "pooler")
def through_a_pooler() -> Seen:
    with bouncer(default_pool_size=1) as url:
        return two_clients(url)


@healthy("prepared_statement")
def without_a_pooler() -> Seen:
    return two_clients(DIRECT)


@tells(
    "prepared_statement",
    "pooler",
    "SHOW CONFIG at its console gives 0 for max_prepared_statements",
    "SHOW VERSION is below 1.22",
)
def pooler_knows_none(seen: Seen) -> bool:
    return seen.knows_none


@also("prepared_statement")
def on_the_other_connection() -> str:
    lamps = ("SELECT 'desk lamp' WHERE 1 = %s", (1,))
    with bouncer(default_pool_size=2) as url, psycopg.connect(url, prepare_threshold=0) as first:
        first.execute(*lamps)
        first.commit()
        with psycopg.connect(url) as second:
            second.execute("SELECT 1")  # now it has the server connection on which the statement was prepared
            return error_of(lambda: first.execute(*lamps))


# startup_parameter


@reproduces("startup_parameter", "options")
def with_options() -> Seen:
    arguments = {"options": "-c search_path=shop"}
    with bouncer() as url:
        return Seen(said=error_of(lambda: psycopg.connect(url, **arguments)), connect_args=arguments)


@healthy("startup_parameter")
def without_options() -> Seen:
    with bouncer() as url, psycopg.connect(url) as connection:
        connection.execute("SELECT 1")
    return Seen(said="", connect_args={})


@tells("startup_parameter", "options", "connect_args has options, server_settings or a search_path")
def sends_options(seen: Seen) -> bool:
    return bool({"options", "server_settings", "search_path"} & set(seen.connect_args))


@also("startup_parameter")
def with_server_settings() -> str:
    with bouncer() as url:
        return error_of(lambda: asyncio.run(asyncpg.connect(url, server_settings={"jit": "off"})))
