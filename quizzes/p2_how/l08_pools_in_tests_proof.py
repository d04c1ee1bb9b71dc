"""The answer key of `pools_in_tests`, executed: one proof per question, on the real libraries."""

import asyncio
import os
from collections.abc import Iterator
from threading import Thread

import pytest
from sqlalchemy import Engine, StaticPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session


@pytest.fixture
def engine(postgres_url) -> Iterator[Engine]:
    """Give an engine on a place of its own with a table of products."""
    schema, admin = f"proof_{os.getpid()}", create_engine(postgres_url)
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    engine = create_engine(postgres_url, connect_args={"options": f"-c search_path={schema}"})
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE products (name TEXT)"))
    yield engine
    engine.dispose()
    with admin.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    admin.dispose()


def drop(engine, limit="200ms"):
    """Drop the table, or give up with an error."""
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{limit}'"))
        connection.execute(text("DROP TABLE products"))


def forget(engine):
    """Read, and return the connection that is not returned."""
    forgotten = engine.connect()
    forgotten.execute(text("SELECT * FROM products"))
    return forgotten


def test_empty_in_the_handler():
    """The test's thread finds the table, also after a return; another thread does not, though all is committed."""
    engine, errors = create_engine("sqlite://"), []
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE products (name TEXT)"))

    def read():
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT * FROM products"))
        except OperationalError as error:
            errors.append(str(error.orig))

    read()
    assert errors == []
    handler = Thread(target=read)
    handler.start()
    handler.join()
    assert errors == ["no such table: products"]
    engine.dispose()


def sell_and_search(engine):
    """Search while a sale is not committed; return what the search finds, and what the order finds after its commit."""
    names = text("SELECT name FROM products")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE products (name TEXT)"))
    with engine.connect() as order:
        order.execute(text("INSERT INTO products VALUES ('sofa')"))
        with engine.connect() as search:
            found = search.scalars(names).all()
        order.commit()
        kept = order.scalars(names).all()
    engine.dispose()
    return found, kept


def test_who_lost_the_sofa():
    """The shared connection is rolled back at the search's return; with a file each has a connection of its own."""
    assert sell_and_search(create_engine("sqlite://", poolclass=StaticPool)) == (["sofa"], [])
    assert sell_and_search(create_engine("sqlite:///store.db")) == ([], ["sofa"])


def test_the_end_hangs(engine):
    """With a reader that is not returned dropping waits, in the server, for that reader's backend; without it, it does not."""
    engine.connect().close()  # an idle connection holds nothing
    forgotten = forget(engine)
    pid = forgotten.connection.dbapi_connection.info.backend_pid
    ending = Thread(target=drop, args=[engine, "60s"])
    ending.start()
    watcher = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with watcher.connect() as connection:
        blocked = text("SELECT query FROM pg_stat_activity WHERE :pid = ANY(pg_blocking_pids(pid))")
        while (query := connection.scalar(blocked, {"pid": pid})) is None:
            ending.join(0.02)
    assert query == "DROP TABLE products"
    assert engine.pool.checkedout() == 2
    forgotten.close()
    ending.join()
    watcher.dispose()


def test_what_ends_the_wait(engine):
    """Returning and invalidating let it through, a lock time-out ends it; disposing and the pool's time-out do not."""
    forgotten = forget(engine)
    with pytest.raises(OperationalError, match="lock timeout"):
        drop(engine)
    old = engine.pool
    engine.dispose()
    with pytest.raises(OperationalError, match="lock timeout"):
        drop(engine)
    hasty = create_engine(
        engine.url, pool_timeout=0.01, connect_args={"options": f"-c search_path=proof_{os.getpid()}"}
    )
    with pytest.raises(OperationalError, match="lock timeout"):
        drop(hasty)
    hasty.dispose()
    forgotten.close()
    old.dispose()
    drop(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE products (name TEXT)"))
    forgotten = forget(engine)
    forgotten.invalidate()
    drop(engine, "10s")  # the server needs a moment to see that its client is gone
    forgotten.close()


def test_green_until_a_rollback(engine):
    """By default commits are undone until the session rolls back; with create_savepoint they are undone after it too."""
    sofa, names = text("INSERT INTO products VALUES ('sofa')"), text("SELECT name FROM products")

    def run(*steps, **mode):
        with engine.connect() as connection:
            outer = connection.begin()
            session = Session(bind=connection, **mode)
            for step in steps:
                session.execute(sofa)
                getattr(session, step)()
            session.close()
            if active := outer.is_active:
                outer.rollback()
        with engine.begin() as connection:
            left = connection.scalars(names).all()
            connection.execute(text("DELETE FROM products"))
        return active, left

    assert run("commit", "commit") == (True, [])
    assert run("commit", "rollback", "commit") == (False, ["sofa"])
    assert run("commit", "rollback", "commit", join_transaction_mode="create_savepoint") == (True, [])


def test_different_loop(postgres_url):
    """A kept connection fails in the second loop; after dispose() at the end of the first it does not."""

    async def ask(engine):
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    engine = create_async_engine(make_url(postgres_url).set(drivername="postgresql+asyncpg"))
    with asyncio.Runner() as first, asyncio.Runner() as second:
        first.run(ask(engine))
        first.run(ask(engine))  # the same connection, in its own loop
        with pytest.raises(RuntimeError, match="attached to a different loop"):
            second.run(ask(engine))
        first.run(engine.dispose())
        second.run(ask(engine))  # disposed of at the end of one loop, an engine begins anew in the next
        second.run(engine.dispose())
