"""The answer key of the generated questions of `why_pooling`, executed: every version, on real pools."""

import contextlib
import io
from contextlib import suppress
from threading import Event, Thread

from sqlalchemy import create_engine, event
from sqlalchemy.exc import TimeoutError as PoolTimeout


def test_last_answer(versions):
    """A pool of that size serves the crowd in so many rounds.

    The clock is the count of rounds: in each, everybody who waits asks, whoever is served gives back together, and the
    time that a search holds its connection has passed once. The time-out is 0 since nobody gives back within a round.
    """
    for given, question in versions:
        engine = create_engine("sqlite:///store.db", pool_size=given["pool_size"], max_overflow=0, pool_timeout=0)
        waiting, clock = given["crowd"], 0
        while waiting:
            served = []
            with suppress(PoolTimeout):
                served.extend(engine.connect() for _ in range(waiting))
            for connection in served:
                connection.close()
            waiting -= len(served)
            clock += given["hold"]
        engine.dispose()
        assert clock == question.value


def test_opened_by_a_day(versions):
    """The program prints what the answer says, and none of the wrong outputs."""
    for _, question in versions:
        out, names = io.StringIO(), {}
        with contextlib.redirect_stdout(out):
            exec(question.program, names)  # noqa: S102 - a program of ours
        names["engine"].dispose()
        assert out.getvalue().strip() == question.prints
        assert question.prints not in {wrong.prints for wrong in question.wrong}


def test_who_gets_it(versions):
    """The steps happen in this order on a real pool: what is opened, who waits, who gets whose connection."""
    for given, question in versions:
        engine = create_engine("sqlite:///store.db", pool_size=given["pool_size"], max_overflow=0)
        opened, closed, told = [], [], ["The engine is made: no connection is open."]
        event.listen(engine, "connect", lambda real, _, opened=opened: opened.append(real))
        event.listen(engine, "close", lambda real, _, closed=closed: closed.append(real))
        assert opened == []
        lent = {}
        for name in given["first"]:
            lent[name] = engine.connect()
            told.append(f"{name} borrows: connection {len(opened)} is opened.")
        got, done = [], Event()

        def wait(engine=engine, got=got, done=done):
            got.append(engine.connect())
            done.set()

        waiting = Thread(target=wait)
        waiting.start()
        assert not done.wait(0.005)  # nobody returns one yet
        waits = next(step.text.split()[0] for step in question.steps if "asks and waits" in step.text)
        told.append(f"{waits} asks and waits.")
        leaver = lent.pop(given["leaver"])
        theirs = leaver.connection.dbapi_connection
        leaver.close()
        waiting.join()
        assert got[0].connection.dbapi_connection is theirs
        told.append(f"{given['leaver']} returns a connection, and {waits} gets it.")
        for name, connection in lent.items():
            connection.close()
            assert engine.pool.checkedin() == 1
            told.append(f"{name} returns a connection: it stays, idle.")
        got[0].close()
        assert (len(opened), closed, engine.pool.checkedin()) == (given["pool_size"], [], given["pool_size"])
        assert [step.text for step in question.steps][:-1] == told
        assert question.steps[-1].text.startswith(f"{waits} returns a connection")
        engine.dispose()
