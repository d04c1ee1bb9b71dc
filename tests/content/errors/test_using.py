"""Using a connection or a session: each cause of its pages is reproduced and told from the others."""

# ruff: noqa: D103 - what a function is for stands above it
import inspect
import os
import re
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread
from time import sleep
from typing import Any

import pytest
from error_proofs.console import Console
from error_proofs.orders import Order, store_in_memory
from error_proofs.prove import Seen, also, healthy, pages, prove, reproduces, tells
from error_proofs.raised import error_of, frames, raised_by
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from forked import Forked, wait_until
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    NullPool,
    Select,
    StaticPool,
    String,
    Table,
    TextClause,
    create_engine,
    select,
    text,
)  # fmt: skip
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session, defer

from poolschool.database.running import running_url

SHOP = f"poolschool_using_{os.getpid()}"
ONE = text("SELECT 1")


@pytest.mark.parametrize("page", pages("using"))
def test_a_page_is_proven(page: str, request: pytest.FixtureRequest) -> None:
    """All causes are reproduced, all texts caused, and every How to tell says yes on its own cause only."""
    prove(page, request)


def engine_of(**options: object) -> Engine:
    """Make an engine whose sessions can be found on the server."""
    return create_engine(running_url(), poolclass=NullPool, connect_args={"application_name": SHOP}, **options)


# pending_rollback: jobs of a worker, whose first loses its connection


def jobs(work: Callable[[Session], None], console: Console, number: int) -> Seen:
    """Run jobs with one Session; the first finds its connection lost. Give the errors of the log, each with its job."""
    log: list[tuple[int, str]] = []
    engine = engine_of()
    with Session(engine) as session:
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        console.do(f"SELECT pg_terminate_backend({pid}, 5000)")
        for job in range(number):
            session.info["log"] = lambda error, job=job: log.append((job, str(error)))
            try:
                work(session)
            except SQLAlchemyError as error:
                log.append((job, str(error)))
    return Seen(said=log[1][1], log=log)


@reproduces("pending_rollback", "kept")
def one_session_for_all(console: Console) -> Seen:
    return jobs(lambda session: session.execute(ONE), console, 2)


@tells("pending_rollback", "kept", "belongs to an earlier request, job or test")
def earlier_job(seen: Seen) -> bool:
    return seen.log[0][0] < seen.log[1][0]


@reproduces("pending_rollback", "swallowed")
def caught(console: Console) -> Seen:
    def work(session: Session) -> None:
        try:
            session.execute(ONE)
        except OperationalError as error:
            session.info["log"](error)
        session.execute(ONE)

    return jobs(work, console, 1)


@tells("pending_rollback", "swallowed", "belongs to the same one")
def same_job(seen: Seen) -> bool:
    return seen.log[0][0] == seen.log[1][0]


@also("pending_rollback")
def rolled_back_by_flush() -> str:
    with store_in_memory() as session, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session.add(Order(id=1, note="again"))
        error_of(session.flush)
        return error_of(lambda: session.execute(ONE))


@also("pending_rollback")
def lost_within_a_savepoint(console: Console) -> str:
    with engine_of().connect() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        connection.begin_nested()
        console.do(f"SELECT pg_terminate_backend({pid}, 5000)")
        error_of(lambda: connection.execute(ONE))
        return error_of(lambda: connection.execute(ONE))


# transaction_aborted


def failing_statement(after: Callable[[Connection], object], console: Console) -> Seen:
    """Let a statement fail; give what comes after it, and the state of the session on the server."""
    with engine_of().connect() as connection:
        error_of(lambda: connection.execute(text("SELECT 1 / 0")))
        said = after(connection)
        states = [row["state"] for row in console.sessions(SHOP, "state")]
    return Seen(said=said, states=states)


@reproduces("transaction_aborted", "swallowed")
def went_on(console: Console) -> Seen:
    return failing_statement(lambda connection: error_of(lambda: connection.execute(ONE)), console)


@healthy("transaction_aborted")
def rolled_back(console: Console) -> Seen:
    def after(connection: Connection) -> str:
        connection.rollback()
        connection.execute(ONE)
        return ""

    return failing_statement(after, console)


@tells("transaction_aborted", "swallowed", "idle in transaction (aborted)")
def aborted(seen: Seen) -> bool:
    return "idle in transaction (aborted)" in seen.states


# command_in_progress


class TooLong(Exception):
    """What a job's time limit raises."""


def limited(limit: Callable[[Connection], object]) -> Seen:
    """Run a query that takes too long; give what the rest of the job gets, and the log of the job."""

    def expired(*_: object) -> None:
        raise TooLong

    if not hasattr(signal, "setitimer"):
        pytest.skip("this system has no signals of a clock")
    before = signal.signal(signal.SIGALRM, expired)
    log, said = list[Exception](), ""
    with suppress(OperationalError), engine_of().connect() as connection:
        try:
            limit(connection)
            connection.execute(text("SELECT pg_sleep(5)"))
        except (TooLong, OperationalError) as error:
            log.append(error)
        try:
            connection.rollback()
            connection.execute(ONE)
        except OperationalError as error:
            said = str(error)
    signal.signal(signal.SIGALRM, before)
    return Seen(said=said, within=[frame.f_code.co_name for frame, _ in frames(log[0])])


@reproduces("command_in_progress", "interrupted")
def interrupted_by_a_signal() -> Seen:
    return limited(lambda _: signal.setitimer(signal.ITIMER_REAL, 0.1))


@healthy("command_in_progress")
def ended_by_the_server() -> Seen:
    return limited(lambda connection: connection.execute(text("SET statement_timeout = 100")))


@tells("command_in_progress", "interrupted", "within a query, stands an exception that a signal's handler raised")
def raised_within_a_query(seen: Seen) -> bool:
    return "expired" in seen.within and "execute" in seen.within


# column_in_row

LINE = Table("pg_class", MetaData(), Column("oid", Integer), Column("relname", String))


@reproduces("column_in_row", "not_selected")
def not_selected() -> Seen:
    with engine_of().connect() as connection:
        row = connection.execute(select(LINE.c.oid).limit(1)).mappings().one()
        return Seen(said=error_of(lambda: row["relname"]).strip('"'), has_it=False, sessions=[0])


@tells("column_in_row", "not_selected", "does not have the column")
def has_no_such_column(seen: Seen) -> bool:
    return not seen.has_it


@reproduces("column_in_row", "fork")
def row_of_another_process(console: Console) -> Seen:
    if not hasattr(os, "fork"):
        pytest.skip("this system does not fork")
    who = text("SELECT pg_backend_pid()")
    engine = create_engine(running_url(), pool_size=1, max_overflow=0, connect_args={"application_name": SHOP})
    with engine.connect() as connection:
        connection.execute(ONE)
    console.do("SELECT pg_advisory_lock(4713)")

    def asks_for(statement: Select[Any] | TextClause) -> Callable[[], Iterator[object]]:
        def job() -> Iterator[object]:
            with engine.connect() as connection:
                yield connection.scalar(who)
                yield connection.execute(statement).mappings().one()[LINE.c.relname]

        return job

    other = text("SELECT 'a basket', 7, pg_advisory_xact_lock(4713)")
    with Forked(asks_for(other)) as first, Forked(asks_for(select(LINE.c.relname).limit(1))) as second:
        sessions = [first.step(), second.step()]
        first.begin_step()
        wait_until(lambda: console.sessions(SHOP, "wait_event")[0]["wait_event"] == "advisory")
        first.kill()
        console.do("SELECT pg_advisory_unlock(4713)")
        said = str(second.step()).strip('"')
    engine.dispose()
    return Seen(said=said, has_it=True, sessions=sessions)


@tells("column_in_row", "fork", "SELECT pg_backend_pid() gives the same number in two processes")
def one_session_in_two_processes(seen: Seen) -> bool:
    return len(set(seen.sessions)) < len(seen.sessions)


# statement_timeout

BLOCKERS = "SELECT pg_blocking_pids(pid) AS by FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
MANY = "SELECT count(*) FROM generate_series(1, 100000000)"


def timed_out(statement: str, console: Console, setting: str = "statement_timeout") -> Seen:
    """Run a statement beside a session that holds a lock; look meanwhile who blocks it, and how many rows it means to read."""
    with engine_of().connect() as holder, engine_of().connect() as connection:
        holder.execute(text("SELECT pg_advisory_xact_lock(4711)"))
        rows = max(
            int(one) for one in re.findall(r"rows=(\d+)", "\n".join(connection.scalars(text(f"EXPLAIN {statement}"))))
        )
        connection.execute(text(f"SET {setting} = 500"))
        said: list[str] = []
        thread = Thread(target=lambda: said.append(error_of(lambda: connection.execute(text(statement)))))
        thread.start()
        own = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
        blocked: list[object] = []
        while thread.is_alive() and not blocked:
            blocked = [row["by"] for row in console.rows(f"{BLOCKERS} AND pid = {own}")]
            sleep(0.02)
        thread.join()
    return Seen(said=said[0], blocked=blocked, rows=rows)


@reproduces("statement_timeout", "lock")
def waits_for_a_lock(console: Console) -> Seen:
    return timed_out("SELECT pg_advisory_xact_lock(4711)", console)


@tells(
    "statement_timeout", "lock", "SELECT pg_blocking_pids(pid), * FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
)
def is_blocked(seen: Seen) -> bool:
    return bool(seen.blocked)


@reproduces("statement_timeout", "slow")
def reads_many_rows(console: Console) -> Seen:
    return timed_out(MANY, console)


@tells("statement_timeout", "slow", "nothing blocks it, and EXPLAIN reads many rows")
def many_rows(seen: Seen) -> bool:
    return not seen.blocked and seen.rows > 1_000_000


@also("statement_timeout")
def lock_timeout(console: Console) -> str:
    return timed_out("SELECT pg_advisory_xact_lock(4711)", console, "lock_timeout").said


# detached_instance


def attribute_of(error: Exception) -> str:
    """Give the kind of the attribute that the failing line reads: it stands in a traceback."""
    lines = [line for frame, line in frames(error) if frame.f_code.co_filename == __file__]
    name = lines[-1].rpartition("order.")[2].split(")")[0].strip()
    return (
        "relationship"
        if name in Order.__mapper__.relationships
        else "column"
        if name in Order.__mapper__.columns
        else ""
    )


@reproduces("detached_instance", "expired")
def read_after_commit() -> Seen:
    with store_in_memory() as session:
        order = session.get_one(Order, 1)
        session.commit()
    error = raised_by(lambda: order.note)
    return Seen(said=str(error), attribute=attribute_of(error))


@tells("detached_instance", "expired", "it fails at a plain column")
def plain_column(seen: Seen) -> bool:
    return seen.attribute == "column" and "refresh" in seen.said


@reproduces("detached_instance", "lazy")
def relationship_after_session() -> Seen:
    with store_in_memory() as session:
        order = session.get_one(Order, 1)
    error = raised_by(lambda: order.lines)
    return Seen(said=str(error), attribute=attribute_of(error))


@tells("detached_instance", "lazy", "it fails at a relationship")
def a_relationship(seen: Seen) -> bool:
    return seen.attribute == "relationship"


@also("detached_instance")
def deferred_column_after_session() -> str:
    with store_in_memory() as session:
        order = session.get_one(Order, 1, options=[defer(Order.note)], populate_existing=True)
    return error_of(lambda: order.note)


# connection_closed_resource


def prices(connection: Connection) -> Iterator[int]:
    yield int(connection.scalar(ONE) or 0)


@reproduces("connection_closed_resource", "after_the_block")
def generator_outlives_the_block() -> Seen:
    with create_engine("sqlite://").connect() as connection:
        found = prices(connection)
    error = raised_by(lambda: next(found))
    return Seen(said=str(error), frames=frames(error))


@healthy("connection_closed_resource")
def read_inside_of_the_block() -> Seen:
    with create_engine("sqlite://").connect() as connection:
        assert list(prices(connection)) == [1]
        error = raised_by(lambda: connection.execute(text("SELECT * FROM nothing")))
    return Seen(said="", frames=frames(error))


@tells("connection_closed_resource", "after_the_block", "in a generator, a callback or a background task")
def in_a_generator(seen: Seen) -> bool:
    return any(frame.f_code.co_flags & inspect.CO_GENERATOR for frame, _ in seen.frames)


# session_closed


def streamed(own_session: bool) -> Seen:
    """Stream an answer that reads with the request's Session, or with one of its own."""
    engine, app = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}), FastAPI()

    def lines(session: Session) -> Iterator[str]:
        yield str(session.scalar(ONE))

    def lines_with_a_session() -> Iterator[str]:
        with Session(engine, close_resets_only=False) as session:
            yield from lines(session)

    @app.get("/orders")
    def orders() -> StreamingResponse:
        with Session(engine, close_resets_only=False) as session:
            return StreamingResponse(lines_with_a_session() if own_session else lines(session))

    try:
        with TestClient(app) as client:
            client.get("/orders")
    except SQLAlchemyError as error:
        return Seen(said=str(error), frames=frames(error))
    finally:
        engine.dispose()
    return Seen(said="", frames=[])


@reproduces("session_closed", "after_the_answer")
def stream_of_the_requests_session() -> Seen:
    return streamed(own_session=False)


@healthy("session_closed")
def stream_of_its_own_session() -> Seen:
    return streamed(own_session=True)


@tells("session_closed", "after_the_answer", "a streaming response or a background task", "stream_response")
def in_a_stream(seen: Seen) -> bool:
    return any(
        frame.f_code.co_name == "stream_response" or frame.f_code.co_filename.endswith("background.py")
        for frame, _ in seen.frames
    )
