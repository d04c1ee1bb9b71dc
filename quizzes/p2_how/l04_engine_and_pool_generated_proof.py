"""The answer key of the generated questions of `engine_and_pool`, executed: every version, on real pools."""

import contextlib
import io
import re
from contextlib import suppress
from threading import Thread

from sqlalchemy import NullPool, create_engine, event
from sqlalchemy.exc import TimeoutError as PoolTimeout


def lend(most, **settings):
    """Lend from a new engine until it refuses or `most` are out; return the engine and what is lent.

    The time-out is 0: nobody gives back meanwhile, so waiting longer would end the same way.
    """
    settings.setdefault("pool_timeout", 0)
    engine = create_engine("sqlite:///store.db", **settings)
    borrowed = []
    with suppress(PoolTimeout):
        while len(borrowed) < most:
            borrowed.append(engine.connect())
    return engine, borrowed


def give_back(engine, borrowed):
    """Take everything back."""
    for connection in borrowed:
        connection.close()
    engine.dispose()


def lent_by(engine, borrowed):
    """Take everything back and say how many were lent."""
    give_back(engine, borrowed)
    return len(borrowed)


def printed_by(program):
    """Run a program of a question and return what it prints."""
    out, names = io.StringIO(), {}
    with contextlib.redirect_stdout(out):
        exec(program, names)  # noqa: S102 - a program of ours
    give_back(names["engine"], names["borrowed"])
    return out.getvalue().strip()


def test_cap(versions):
    """An engine lends as many as the answer says, and no more; the wrong numbers are other numbers."""
    for given, question in versions:
        lent = lent_by(*lend(99, **given))
        assert lent == question.value
        assert lent not in {wrong.value for wrong in question.wrong}


def test_worker_budget(versions):
    """So many engines, each with a pool of its own as in a process of its own, lend that many together."""
    for given, question in versions:
        settings = {"pool_size": given["pool_size"], "max_overflow": given["max_overflow"]}
        assert sum(lent_by(*lend(99, **settings)) for _ in range(given["workers"])) == question.value


def test_fits_the_database(versions):
    """With the answer all engines together lend no more than is granted; with one more they would."""
    for given, question in versions:
        for more, fits in ((0, True), (1, False)):
            settings = {"pool_size": given["pool_size"], "max_overflow": int(question.value) + more}
            lent = sum(lent_by(*lend(200, **settings)) for _ in range(given["workers"]))
            assert (lent <= given["granted"]) == fits


def test_kept_after_a_rush(versions):
    """After so many loans at once, the pool has that many connections open."""
    for given, question in versions:
        opened, closed = [], []
        engine, borrowed = lend(0, pool_size=given["pool_size"], max_overflow=given["max_overflow"])
        event.listen(engine, "connect", lambda *_, opened=opened: opened.append(1))
        event.listen(engine, "close", lambda *_, closed=closed: closed.append(1))
        borrowed = [engine.connect() for _ in range(given["rush"])]
        for connection in borrowed:
            connection.close()
        assert len(opened) - len(closed) == question.value
        engine.dispose()


def test_counters(versions):
    """The program prints what the answer says, and none of the wrong outputs."""
    for _, question in versions:
        printed = printed_by(question.program)
        assert printed == question.prints
        assert printed not in {wrong.prints for wrong in question.wrong}


def test_status_line(versions):
    """The program prints the right option's numbers, and those of no other."""
    for _, question in versions:
        said = dict(re.findall(r"(\w+): (-?\d+)", printed_by(question.code)))
        text = "`A = {pool}, B = {Overflow}, C = {connections}`".format(**said)
        assert [option.right for option in question.options if option.text == text] == [True]


def test_refused(versions):
    """Of a crowd that keeps what it gets, so many are refused."""
    for given, question in versions:
        crowd = given["crowd"]
        served = lent_by(*lend(crowd, pool_size=given["pool_size"], max_overflow=given["max_overflow"]))
        assert crowd - served == question.value


def test_waits_or_fails(versions):
    """Somebody who waits gets what comes back in time, and fails if nothing does.

    The two ends are brought about instead of waited for: "in time" is a return while the other still waits, "too late"
    is a time-out of 10 ms during which nobody gives back.
    """
    for given, question in versions:
        cap = given["pool_size"] + given["max_overflow"]
        settings = {"pool_size": given["pool_size"], "max_overflow": given["max_overflow"]}
        engine, borrowed = lend(cap, pool_timeout=30 if given["in_time"] else 0.01, **settings)
        ending = []

        def ask(engine=engine, ending=ending):
            try:
                engine.connect().close()
                ending.append("gets that connection")
            except PoolTimeout:
                ending.append("fails with a `TimeoutError`")

        waiting = Thread(target=ask)
        waiting.start()
        if given["in_time"]:
            borrowed.pop().close()
        waiting.join()
        (right,) = [option.text for option in question.options if option.right]
        assert ending[0] in right
        give_back(engine, borrowed)


def test_never_more_than(versions):
    """Each engine is asked for one more than is granted: the right ones refuse, the wrong ones lend."""
    for given, question in versions:
        for option in question.options:
            settings = eval(f"dict({option.text[len('`create_engine(url, ') : -2]})", {"NullPool": NullPool})  # noqa: S307
            if "poolclass" in settings:
                engine = create_engine("sqlite:///store.db", **settings)
                borrowed = [engine.connect() for _ in range(given["granted"] + 1)]
            else:
                engine, borrowed = lend(given["granted"] + 1, **settings)
            assert (lent_by(engine, borrowed) <= given["granted"]) == option.right
