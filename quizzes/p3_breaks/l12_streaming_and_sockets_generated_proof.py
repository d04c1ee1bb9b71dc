"""The answer key of the generated questions of `streaming_and_sockets`, executed."""

from contextlib import redirect_stdout, suppress
from io import StringIO

from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

ONE = text("SELECT 1")


def stream(session):
    """Read with a session that is given."""
    while True:
        yield session.scalar(ONE)


def batches(engine):
    """Read each batch in a session of its own."""
    while True:
        with Session(engine) as session:
            found = session.scalar(ONE)
        yield found


def test_places_left(versions):
    """As many others get a connection of a real pool as the key says: every version."""
    for given, question in versions:
        engine = create_engine(
            "sqlite:///store.db", pool_size=given["size"], max_overflow=given["overflow"], pool_timeout=0
        )
        sessions = [Session(engine) for _ in range(given["streams"] + given["sockets"] + given["unasked"])]
        readers = [stream(session) for session in sessions[: given["streams"] + given["sockets"]]]
        readers += [batches(engine) for _ in range(given["batches"])]
        for reader in readers:
            next(reader)
        others = []
        with suppress(PoolTimeout):
            while True:
                others.append(engine.connect())
        assert len(others) == question.value
        for one in (*others, *sessions):
            one.close()
        engine.dispose()


def test_statements_of_batches(versions):
    """Statements that reach the driver, counted: every version, on orders that the database makes up."""
    engine, sent = create_engine("sqlite:///store.db"), []
    event.listen(engine, "before_cursor_execute", lambda *_: sent.append(1))
    batch = text(
        "WITH RECURSIVE orders(id) AS (SELECT :last + 1 UNION ALL SELECT id + 1 FROM orders)"
        " SELECT id FROM orders WHERE :last < :many LIMIT min(:size, :many - :last)"
    )
    for given, question in versions:
        last, got = 0, 0
        sent.clear()
        while True:
            with Session(engine) as session:
                values = {"last": last, "many": given["many"], "size": given["size"]}
                numbers = session.scalars(batch, values).all()
            got += len(numbers)
            if not numbers or (given["short"] and len(numbers) < given["size"]):
                break
            last = numbers[-1]
        assert (got, len(sent)) == (given["many"], question.value)
    engine.dispose()


def test_next_page(versions):
    """The program prints what the key says: every version."""
    for _, question in versions:
        printed = StringIO()
        with redirect_stdout(printed):
            exec(question.program, {})  # noqa: S102 - the question's own program
        assert printed.getvalue().strip() == question.prints
