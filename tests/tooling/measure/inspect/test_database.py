"""What a real PostgreSQL tells on one connection, and through a real PgBouncer."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from error_proofs.bouncer import bouncer
from inspected import facts_of, read_alone
from sqlalchemy import Engine, NullPool, create_engine, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from poolschool.course.faults import UserMistake
from poolschool.database.running import running_url
from poolschool.measure.bench import pgbouncer
from poolschool.measure.inspect.database import read_database
from poolschool.measure.inspect.rules.table import findings

NAME = f"inspected_store_{os.getpid()}"  # tests run in several processes
SECRET = "hidden-word"  # noqa: S105 - nobody has it


@pytest.fixture(scope="module")
def admin() -> Engine:
    """Give an engine that makes and drops databases."""
    return create_engine(running_url(), poolclass=NullPool, isolation_level="AUTOCOMMIT")


@pytest.fixture
def database(admin: Engine) -> Iterator[str]:
    """Give the address of a database of its own, whose sessions nobody else opens."""
    ask(admin, f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME}")
    yield make_url(running_url()).set(database=NAME).render_as_string(hide_password=False)
    ask(admin, f"DROP DATABASE {NAME} WITH (FORCE)")


def ask(engine: Engine, *statements: str) -> None:
    """Run statements, each in a transaction of its own."""
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))


def sessions(admin: Engine) -> int:
    """Count the sessions that were ever opened in the database, once all of them have ended."""
    counts = text("SELECT numbackends, sessions FROM pg_stat_database WHERE datname = :name")
    while True:
        with admin.connect() as connection:
            now, ever = connection.execute(counts, {"name": NAME}).one()
        if not now:
            return int(ever)


MAKES: dict[str, Callable[[str], Engine]] = {
    "psycopg": create_engine,
    "psycopg_async": lambda url: create_async_engine(url).sync_engine,
    "asyncpg": lambda url: create_async_engine(url.replace("+psycopg", "+asyncpg")).sync_engine,
}


@pytest.mark.parametrize("driver", MAKES)
def test_one_connection_is_opened_and_closed(driver: str, database: str, admin: Engine) -> None:
    """The server counts one session, and it has ended; the engine's own pool has opened nothing."""
    engine = MAKES[driver](database)
    facts = read_alone(engine)
    assert (facts.max_connections, facts.reserved, facts.room, facts.pooler) == (100, 3, 97, None)
    assert sessions(admin) == 1
    assert engine.pool.checkedin() == 0  # type: ignore[attr-defined]


def test_limits_and_time_outs_of_the_database_are_read(database: str, admin: Engine) -> None:
    """A limit of the database is smaller than max_connections, and its idle time-out makes a pool without a ping stale."""
    ask(admin, f"ALTER DATABASE {NAME} CONNECTION LIMIT 12", f"ALTER DATABASE {NAME} SET idle_session_timeout = '45s'")
    engine = create_engine(database)
    facts = read_alone(engine)
    assert (facts.room, facts.idle_session) == (12, 45)
    told = {one.rule: one for one in findings(facts_of(engine, database=facts))}
    assert set(told) == {"over_budget", "stale"}
    assert told["over_budget"].evidence.endswith("the database's CONNECTION LIMIT allows 12")
    assert told["stale"].breaks_at == 45
    assert (
        findings(facts_of(create_engine(database, pool_size=3, max_overflow=3, pool_pre_ping=True), database=facts))
        == []
    )


def test_other_programs_are_counted_by_their_name(database: str) -> None:
    """Sessions of another application_name are not ours to use; those of our own name are ourselves."""
    ours = create_engine(database, connect_args={"application_name": "shop"})
    jobs = create_engine(database, connect_args={"application_name": "inspected_jobs"})
    with ExitStack() as stack:
        for engine in (ours, jobs, jobs):
            stack.enter_context(engine.connect()).execute(text("SELECT 1"))
        facts = read_database(create_engine(database, connect_args={"application_name": "shop"}))
    assert facts.others["inspected_jobs"] == 2
    assert "shop" not in facts.others
    assert "− 2 of inspected_jobs" in facts.sum
    ours.dispose(), jobs.dispose()


@pytest.mark.parametrize("driver", MAKES)
def test_an_old_pgbouncer_is_recognised(driver: str) -> None:
    """It is met on the way and asked for its version: prepared statements are found, and not where the driver sends none."""
    with bouncer() as url:
        engine = MAKES[driver](url.replace("postgresql://", "postgresql+psycopg://"))
        facts = read_alone(engine)
        assert facts.pooler is not None
        assert facts.pooler.mode == "transaction"
        assert not facts.pooler.tracked
        told = findings(facts_of(engine, database=facts))
        assert [(one.rule, one.guess) for one in told] == [("prepared_behind_pooler", False)]
        if driver == "psycopg":
            careful = create_engine(engine.url, connect_args={"prepare_threshold": None})
            assert findings(facts_of(careful, database=read_alone(careful))) == []


@pytest.mark.skipif(pgbouncer.program() is None, reason=pgbouncer.INSTALL)
def test_a_pgbouncer_that_tells_nothing_is_recognised() -> None:
    """Its console answers to its admins only; then its version is not known, and the finding is a guess."""
    with pgbouncer.bouncer(running_url()) as url:
        engine = create_engine(url)
        facts = read_alone(engine)
        assert facts.pooler is not None
        assert facts.pooler.version is None
        assert [(one.rule, one.guess) for one in findings(facts_of(engine, database=facts))] == [
            ("prepared_behind_pooler", True)
        ]
        with pytest.raises(UserMistake, match=r"unsupported startup parameter.*ALTER ROLE"):
            read_database(create_engine(url, connect_args={"options": "-c search_path=shop"}))


def test_who_is_not_let_in_is_told_without_a_password() -> None:
    """A wrong password and a server that is not there are told in the server's words; no password is among them."""
    place = make_url(running_url())
    for url, words in (
        (place.set(username="nobody_here", password=SECRET), "password authentication failed|does not exist"),
        (place.set(host="127.0.0.1", port=1, password=SECRET), "refused"),
    ):
        with pytest.raises(UserMistake, match=words) as refused:
            read_database(create_engine(url))
        assert SECRET not in str(refused.value)
        assert "--offline" in str(refused.value)
