"""The answer key of "Who holds it", shown on the real library and a real PostgreSQL."""

import asyncio
import gc
import sys
from contextvars import ContextVar
from threading import Thread

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, event, text

OWN = ("note", "<listcomp>")  # where a listener looks from


def frames():
    """Walk outwards from the caller."""
    frame = sys._getframe(1)
    while frame:
        yield frame
        frame = frame.f_back


def module_of(frame):
    """Give the first part of the name of the module that a frame belongs to."""
    return frame.f_globals["__name__"].partition(".")[0]


def test_which_frame():
    """Behind engine.begin() the first frame outside of SQLAlchemy is contextlib's; behind connect() it is the caller's."""
    noted = []

    def note(*_):
        outside = [one for one in frames() if module_of(one) != "sqlalchemy" and one.f_code.co_name not in OWN]
        ours = [frame for frame in frames() if frame.f_code.co_name == "charge"]
        noted.append((outside[0].f_code.co_name, module_of(outside[0]), len(ours)))

    engine = create_engine("sqlite:///store.db")
    event.listen(engine, "checkout", note)

    def charge(taking):
        with taking():
            pass

    charge(engine.begin)
    assert noted == [("__enter__", "contextlib", 1)]
    charge(engine.connect)
    assert noted[1][0] == "charge"
    assert "contextlib" in sys.stdlib_module_names
    engine.dispose()


def test_two_looks():
    """A slow holder and a leak look alike at the first look; at the second, only the leak is left, and there is more of it."""
    in_use = {}
    engine = create_engine("sqlite:///store.db")
    event.listen(engine, "checkin", lambda _, record: in_use.pop(record))

    @event.listens_for(engine, "checkout")
    def note(_connection, record, _proxy):
        in_use[record] = next(name for frame in frames() if (name := frame.f_code.co_name) in ("report", "export"))

    def report():
        return engine.connect()

    def export():
        kept.append(engine.connect())

    kept = []
    slow = report()
    export()
    assert sorted(in_use.values()) == ["export", "report"]
    slow.close()
    export()
    assert sorted(in_use.values()) == ["export", "export"]
    for connection in kept:
        connection.close()
    engine.dispose()


def test_lost_name():
    """What a `def` dependency sets, in `to_thread`, does not reach the endpoint; what an `async def` one sets reaches a `def` one too."""
    serving = ContextVar("serving", default="nobody")

    def by_def():
        serving.set("by_def")

    async def by_async_def():
        serving.set("by_async_def")

    app = FastAPI()

    @app.get("/one", dependencies=[Depends(by_def)])
    async def one() -> str:
        return serving.get()

    @app.get("/two", dependencies=[Depends(by_async_def)])
    def two() -> str:
        return serving.get()

    shop = TestClient(app)
    assert [shop.get(path).json() for path in ("/one", "/two")] == ["nobody", "by_async_def"]


def test_what_may_be_kept():
    """A text and the record let Python return a forgotten connection; a frame and the proxy do not."""

    def in_use_with(note):
        kept = {}
        engine = create_engine("sqlite:///store.db", pool_size=1, max_overflow=0, pool_timeout=0)
        event.listen(engine, "checkout", lambda _, record, proxy: kept.update({record: note(proxy)}))

        def forget():
            connection = engine.connect()
            return connection is None

        gc.disable()
        forget()
        still = engine.pool.checkedout()
        gc.enable()
        kept.clear()
        gc.collect()
        engine.dispose()
        return still

    caller = lambda _: next(frame for frame in frames() if frame.f_code.co_name == "forget")  # noqa: E731
    assert in_use_with(lambda _: "orders.py:52") == 0
    assert in_use_with(caller) == 1
    assert in_use_with(lambda proxy: proxy) == 1


def test_async_checkouts_fail():
    """On an async engine the naive walk comes to None and fails the checkout; the coroutine is on the parent's stack."""
    from greenlet import getcurrent
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine("sqlite+aiosqlite:///store.db")
    names = []

    def naive(*_):
        names.append({module_of(frame) for frame in list(frames())[1:]})
        frame = sys._getframe(1)
        while module_of(frame) == "sqlalchemy":
            frame = frame.f_back

    event.listen(engine.sync_engine, "checkout", naive)

    async def ship():
        with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'f_globals'"):
            await engine.connect()
        event.remove(engine.sync_engine, "checkout", naive)
        found = []
        event.listen(engine.sync_engine, "checkout", lambda *_: found.extend(outwards(getcurrent().parent.gr_frame)))
        async with engine.connect():
            pass
        assert "ship" in found
        await engine.dispose()

    def outwards(frame):
        while frame:
            yield frame.f_code.co_name
            frame = frame.f_back

    asyncio.run(ship())
    assert names == [{"sqlalchemy"}]


def test_who_is_in_the_way(postgres_url):
    """Of three sessions on one row, the two active ones wait, for each other and for the one that idles in its transaction."""
    engine = create_engine(postgres_url, pool_size=5, max_overflow=0)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE in_the_way AS SELECT 7 AS lamps"))
    report = engine.connect()
    report.execute(text("UPDATE in_the_way SET lamps = 6"))
    pids = [report.scalar(text("SELECT pg_backend_pid()"))]
    done = []

    def order():
        with engine.begin() as connection:
            pids.append(connection.scalar(text("SELECT pg_backend_pid()")))
            connection.execute(text("UPDATE in_the_way SET lamps = 5"))
            done.append(pids)

    waits = text("SELECT pg_blocking_pids(:pid)")
    orders = []
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as console:
            for number in (1, 2):
                orders.append(Thread(target=order))
                orders[-1].start()
                while len(pids) <= number or not console.scalar(waits, {"pid": pids[number]}):
                    pass
            states = text("SELECT state, wait_event_type FROM pg_stat_activity WHERE pid = :pid")
            seen = [tuple(console.execute(states, {"pid": pid}).one()) for pid in pids]
            assert seen == [("idle in transaction", "Client"), ("active", "Lock"), ("active", "Lock")]
            assert console.scalar(waits, {"pid": pids[1]}) == [pids[0]]
            assert console.scalar(waits, {"pid": pids[2]}) == [pids[1]]
            assert not done
            report.close()  # ends its transaction
            for thread in orders:
                thread.join(10)
            assert len(done) == 2
    finally:
        report.close()
        with engine.begin() as connection:
            connection.execute(text("DROP TABLE in_the_way"))
        engine.dispose()
