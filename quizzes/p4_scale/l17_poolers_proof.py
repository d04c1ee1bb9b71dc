"""The answer key of "Poolers", shown through a pooler in front of a real PostgreSQL; psycopg and asyncpg are the real ones."""

import asyncio
from itertools import pairwise
from uuid import uuid4

import pytest
from pooler import Pooler
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

WHO = text("SELECT pg_backend_pid()")
ONE, SEVEN = text("SELECT 1"), text("SELECT 7")


def shop(url, **settings):
    """Make an engine whose driver prepares nothing."""
    return create_engine(url, connect_args={"prepare_threshold": None}, **settings)


def test_how_many_sessions(postgres_url):
    """Twelve clients, two sessions: one after the other and two at once."""
    with Pooler(postgres_url, size=2) as pooler:
        engines = [shop(pooler.url, pool_size=4, max_overflow=0) for _ in range(3)]
        clients = [engine.connect() for engine in engines for _ in range(4)]
        seen = set()
        for one, other in pairwise(clients):
            seen |= {one.scalar(WHO), other.scalar(WHO)}
            one.commit(), other.commit()
        assert len(seen) == 2
        for client in clients:
            client.close()
        for engine in engines:
            engine.dispose()


def test_wrong_price(postgres_url):
    """A number of pieces for a price, and no error; nothing is mixed if nothing is prepared."""
    with Pooler(postgres_url, size=2) as pooler:
        for threshold, got in ((5, 7), (None, 1)):
            engine = create_engine(pooler.url, connect_args={"prepare_threshold": threshold})
            with engine.connect() as ada, engine.connect() as bob:
                for _ in range(6):
                    ada.execute(ONE), bob.execute(SEVEN)
                ada.commit(), bob.commit()
                assert ada.scalar(ONE) == got
                ada.commit()
            engine.dispose()


def free(other):
    """Tell whether another client gets the pooler's only session."""
    try:
        other.execute(ONE)
        other.rollback()
    except DBAPIError as error:
        other.rollback()
        return str(error.orig) != "query_wait_timeout"
    return True


def test_who_holds_a_session(postgres_url):
    """An open transaction holds it, of a reader too; a ping and a commit do not."""
    with Pooler(postgres_url, size=1, wait=0.3) as pooler:
        engine = shop(pooler.url, pool_pre_ping=True)
        for connection in [engine.connect() for _ in range(2)]:
            connection.close()
        mine, other = engine.connect(), engine.connect()
        assert free(other)  # pinged
        mine.execute(ONE)
        assert not free(other)  # has read
        mine.commit()
        assert free(other)  # committed, and still checked out
        mine.execute(text("SELECT pg_current_xact_id()"))
        assert not free(other)  # has written
        mine.close(), other.close()
        engine.dispose()


def answers(url, **settings):
    """Let two asyncpg connections change sessions; tell whether all was answered."""

    async def main():
        engine = create_async_engine(url, **settings)
        try:
            async with engine.connect() as one, engine.connect() as two:
                for _ in range(3):
                    await one.execute(ONE)
                    await two.execute(SEVEN)
                    await one.commit()
                    await two.commit()
                    await one.execute(ONE)
                    await one.commit()
        except DBAPIError as error:
            return "does not exist" not in str(error)
        finally:
            await engine.dispose()
        return True

    return asyncio.run(main())


def test_two_caches(postgres_url):
    """Only with both caches off and names of their own; a NullPool alone leaves the names behind."""
    own = {
        "statement_cache_size": 0,
        "prepared_statement_name_func": lambda: f"s_{uuid4()}",
    }
    with Pooler(postgres_url, size=2) as pooler:
        url = make_url(pooler.url).set(drivername="postgresql+asyncpg")
        off = url.update_query_dict({"prepared_statement_cache_size": "0"})
        assert not answers(url)
        assert not answers(url, connect_args=own)
        assert answers(off, connect_args=own)
    with Pooler(postgres_url) as pooler:
        engine = create_engine(pooler.url, poolclass=NullPool)
        with engine.connect() as first:
            for _ in range(6):
                first.execute(ONE)
            first.commit()
        second = engine.connect()
        for _ in range(5):
            second.execute(SEVEN)
        with pytest.raises(DBAPIError, match="already exists"):
            second.execute(SEVEN)
        second.close()


def test_what_lasts(postgres_url):
    """A local setting and a transaction's lock end with it; a session's meet the next client."""
    with Pooler(postgres_url) as pooler:
        engine = shop(pooler.url)
        mine, other = engine.connect(), engine.connect()
        show = text("SHOW statement_timeout")
        locks = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        mine.execute(text("SET LOCAL statement_timeout = '2s'"))
        mine.execute(text("SELECT pg_advisory_xact_lock(1717)"))
        assert (mine.scalar(show), mine.scalar(locks)) == ("2s", 1)
        mine.commit()
        assert (other.scalar(show), other.scalar(locks)) == ("0", 0)
        other.commit()
        mine.execute(text("SET statement_timeout = '2s'"))
        mine.execute(text("SELECT pg_advisory_lock(1717)"))
        mine.commit()
        assert (other.scalar(show), other.scalar(locks)) == ("2s", 1)
        mine.close(), other.close()
        engine.dispose()


def test_ignored_options(postgres_url):
    """Refused, or left out: the search_path is the default one."""
    given = {"options": "-c search_path=shop"}
    with Pooler(postgres_url) as pooler:
        engine = create_engine(pooler.url, connect_args=given)
        with pytest.raises(DBAPIError, match="unsupported startup"):
            engine.connect()
    with Pooler(postgres_url, ignored=("options",)) as pooler:
        engine = create_engine(pooler.url, connect_args=given)
        with engine.connect() as connection:
            path = connection.scalar(text("SHOW search_path"))
            assert path == '"$user", public'
        engine.dispose()
