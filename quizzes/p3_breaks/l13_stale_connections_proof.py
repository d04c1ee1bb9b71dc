"""The answer key of "Stale connections", shown on the real library and a real PostgreSQL."""

import socket
from contextlib import suppress
from os import dup
from time import monotonic, sleep

import pytest
from gateway import Gateway
from round_trips import FAREWELL
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError, ProgrammingError
from sqlalchemy.orm import Session

SELECT_1 = text("SELECT 1")


def filled(url, **settings):
    """Make an engine with five idle connections, and a list of all that it opens."""
    engine = create_engine(url, pool_size=5, max_overflow=0, **settings)
    opened = []
    event.listen(engine, "connect", lambda raw, _: opened.append(raw))
    for connection in [engine.connect() for _ in range(5)]:
        connection.close()
    return engine, opened


def restart(opened):
    """Shut every socket, as a restart of the server does."""
    for raw in opened:
        if not raw.closed:
            with socket.socket(fileno=dup(raw.fileno())) as shared:
                shared.shutdown(socket.SHUT_RDWR)


def failures(engine, requests):
    """Let requests come one after the other; count those that fail."""
    failed = 0
    for _ in range(requests):
        try:
            with engine.connect() as connection:
                connection.execute(SELECT_1)
        except DBAPIError as error:
            failed += error.connection_invalidated
    return failed


def test_after_the_restart(postgres_url):
    """One of ten fails, and five connections are opened anew."""
    engine, opened = filled(postgres_url)
    restart(opened)
    assert failures(engine, 10) == 1
    assert len(opened) == 10
    engine.dispose()


def test_what_the_ping_spares(postgres_url):
    """Whoever has a connection in hand loses it; whoever takes one afterwards does not notice."""
    engine, opened = filled(postgres_url, pool_pre_ping=True)
    computing, committing = engine.connect(), engine.connect()
    committing.execute(SELECT_1)
    restart(opened)
    with pytest.raises(OperationalError):
        computing.execute(SELECT_1)
    with pytest.raises(OperationalError):
        committing.commit()
    computing.close(), committing.close()
    assert failures(engine, 6) == 0
    waiting = [engine.connect() for _ in range(5)]
    restart(opened)
    for connection in waiting:
        connection.close()
    assert failures(engine, 6) == 0  # as for those who waited: their checkout comes after the restart
    engine.dispose()


def test_kept_session():
    """The driver's error once, then PendingRollbackError, until rollback(); the ping changes nothing."""
    engine = create_engine("sqlite:///store.db", pool_pre_ping=True)
    session = Session(engine)
    session.connection().connection.dbapi_connection.close()
    for error in (ProgrammingError, PendingRollbackError, PendingRollbackError):
        with pytest.raises(error):
            session.scalar(text("SELECT 7"))
    session.rollback()
    assert session.scalar(text("SELECT 7")) == 7
    session.close()
    engine.dispose()


def test_silent_gateway(postgres_url):
    """A ping into a forgotten connection gets no answer; with an age limit nothing is sent into the silence."""
    with Gateway(postgres_url) as gateway:
        engine = create_engine(gateway.url, pool_pre_ping=True)
        engine.connect().close()
        raw = engine.raw_connection()
        gateway.forget()
        raw.dbapi_connection.pgconn.send_query(b";")  # what psycopg's ping sends
        raw.dbapi_connection.pgconn.flush()
        while not gateway.dropped:
            pass
        assert raw.dbapi_connection.pgconn.is_busy()  # no answer, no error
        raw.invalidate()

        limited = create_engine(gateway.url, pool_pre_ping=True, pool_recycle=0)
        limited.connect().close()
        gateway.forget()
        gateway.dropped.clear()
        with limited.connect() as connection:  # older than its limit of 0 s: replaced, and not asked
            assert connection.scalar(SELECT_1) == 1
        until = monotonic() + 5
        while not gateway.dropped and monotonic() < until:
            sleep(0.01)
        assert gateway.dropped == [FAREWELL]  # no query, and no ping
        engine.dispose(), limited.dispose()


def test_failed_commit(postgres_url):
    """Cut after the server has committed: the store gets an error, and the order is there."""
    direct = create_engine(postgres_url)
    with direct.begin() as connection:
        connection.execute(text("CREATE TABLE stale_orders (key text PRIMARY KEY)"))
    try:
        with Gateway(postgres_url) as gateway:
            engine = create_engine(gateway.url)
            gateway.cut_after("COMMIT")
            with pytest.raises(OperationalError, match="server closed the connection"), engine.begin() as connection:
                connection.execute(text("INSERT INTO stale_orders VALUES ('saved')"))
            connection = engine.connect()
            connection.execute(text("INSERT INTO stale_orders VALUES ('lost')"))
            gateway.cut_after("SELECT 2")
            with pytest.raises(OperationalError):
                connection.execute(text("SELECT 2"))
            connection.close()
            engine.dispose()
        with direct.connect() as connection:
            assert connection.scalars(text("SELECT key FROM stale_orders")).all() == ["saved"]
    finally:
        with direct.begin() as connection:
            connection.execute(text("DROP TABLE stale_orders"))
        direct.dispose()


def done_twice(gateway, statement):
    """Lose the answer to the first commit, and do it all once more."""
    engine = create_engine(gateway.url)
    gateway.cut_after("COMMIT")
    for _ in range(2):
        with suppress(OperationalError), engine.begin() as connection:
            connection.execute(text(statement))
    engine.dispose()


def test_what_to_repeat(postgres_url):
    """Done twice, an INSERT with a key is there once; a subtraction takes two."""
    direct = create_engine(postgres_url)
    ask = direct.connect().execution_options(isolation_level="AUTOCOMMIT")
    ask.execute(text("CREATE TABLE stale_stock AS SELECT 10 AS pieces"))
    ask.execute(text("CREATE TABLE stale_keys (key text PRIMARY KEY)"))
    keyed = "INSERT INTO stale_keys VALUES ('7') ON CONFLICT DO NOTHING"
    try:
        with Gateway(postgres_url) as gateway:
            done_twice(gateway, keyed)
            done_twice(gateway, "UPDATE stale_stock SET pieces = pieces - 1")
        assert ask.scalar(text("SELECT count(*) FROM stale_keys")) == 1
        assert ask.scalar(text("SELECT pieces FROM stale_stock")) == 8
    finally:
        ask.execute(text("DROP TABLE stale_stock, stale_keys"))
        ask.close()
        direct.dispose()
