"""The answer key of "Streaming and sockets", shown on the real libraries and a real PostgreSQL."""

import gc
import http.client
from inspect import signature
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

ONE = text("SELECT 1")


def make_orders(engine, numbers):
    """Make orders with these numbers."""
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS orders"))
        connection.execute(text("CREATE TABLE orders (id INTEGER PRIMARY KEY)"))
        connection.execute(text("INSERT INTO orders VALUES (:id)"), [{"id": number} for number in numbers])


def test_inside_and_outside():
    """A generator waits inside of the block that its `yield` stands in; one that was only made has run nothing."""
    engine = create_engine("sqlite:///store.db")
    in_use, between = engine.pool.checkedout, []

    def pieces():
        for number in (1, 2):
            with Session(engine) as session:
                session.scalar(ONE)
                yield number
            between.append(in_use())

    stream = pieces()
    assert in_use() == 0
    next(stream)
    assert in_use() == 1
    next(stream)
    assert (between, in_use()) == ([0], 1)
    stream.close()
    engine.dispose()


def left_by_downloads(engine, scope):
    """Download three times; count what is in use afterwards, the collector being off."""
    store = FastAPI()

    def get_session():
        with Session(engine) as session:
            yield session

    @store.get("/")
    def download(session: Annotated[Session, Depends(get_session, scope=scope)]) -> StreamingResponse:
        def pieces():
            yield from map(str, session.scalars(ONE))

        return StreamingResponse(pieces())

    gc.disable()
    try:
        for _ in range(3):
            assert TestClient(store).get("/").text == "1"
        return engine.pool.checkedout()
    finally:
        gc.enable()
        gc.collect()


@pytest.mark.skipif("scope" not in signature(Depends).parameters, reason="needs FastAPI 0.121")
def test_one_more_each_time():
    """With scope="function" each stream leaves a connection in use; with the request's scope it leaves none."""
    engine = create_engine("sqlite:///store.db")
    assert left_by_downloads(engine, "request") == 0
    assert left_by_downloads(engine, "function") == 3
    engine.dispose()


def test_who_holds_one(postgres_url):
    """What waits in a transaction holds one: an asked socket and a cursor; what has ended its session before holds none."""
    engine = create_engine(postgres_url)
    in_use = engine.pool.checkedout

    def cursor():
        with Session(engine) as session:
            many = text("SELECT generate_series(1, 1000)")
            with session.execute(many, execution_options={"yield_per": 100}) as rows:
                yield from rows

    def events():
        while True:
            with Session(engine) as session:
                seen = session.scalar(ONE)
            yield seen

    socket = Session(engine)
    socket.scalar(ONE)
    assert in_use() == 1
    reader = cursor()
    next(reader)
    assert in_use() == 2
    next(events())
    assert in_use() == 2
    with Session(engine) as session:
        answer = session.scalars(ONE).all()
    assert (answer, in_use()) == ([1], 2)
    socket.close()
    reader.close()
    engine.dispose()


def test_how_many_statements():
    """Twenty full batches, and an empty one that ends the loop."""
    engine, sent, got, last = create_engine("sqlite:///store.db"), [], 0, 0
    make_orders(engine, range(1, 10_001))
    event.listen(engine, "before_cursor_execute", lambda *_: sent.append(1))
    batch = text("SELECT id FROM orders WHERE id > :last ORDER BY id LIMIT 500")
    while True:
        with Session(engine) as session:
            numbers = session.scalars(batch, {"last": last}).all()
        if not numbers:
            break
        got, last = got + len(numbers), numbers[-1]
    assert (got, len(sent)) == (10_000, 21)
    engine.dispose()


def test_missing_order():
    """OFFSET leaves an order out when one before it is deleted; a key does not."""
    engine = create_engine("sqlite:///store.db")
    for where, second in (("OFFSET 3", [5, 6, 7]), ("", [4, 5, 6])):
        make_orders(engine, range(1, 10))
        with engine.begin() as connection:
            first = connection.scalars(text("SELECT id FROM orders ORDER BY id LIMIT 3")).all()
            connection.execute(text("DELETE FROM orders WHERE id = 2"))
            key = "" if where else "WHERE id > 3"
            batch = f"SELECT id FROM orders {key} ORDER BY id LIMIT 3 {where}"  # noqa: S608 - ours
            assert (first, connection.scalars(text(batch)).all()) == ([1, 2, 3], second)
    engine.dispose()


def test_half_for_the_whole():
    """A stream that raises is incomplete to the client; one that swallows the error looks complete."""
    from slow_reader import SlowReader, serve  # on a real socket, which the page has not

    store = FastAPI()

    def pieces():
        yield "6500 orders"
        raise ConnectionError

    def swallows():
        try:
            yield from pieces()
        except ConnectionError:
            return

    store.get("/raises", response_class=StreamingResponse)(lambda: StreamingResponse(pieces()))
    store.get("/swallows", response_class=StreamingResponse)(lambda: StreamingResponse(swallows()))
    with serve(store) as port:
        with SlowReader(port, "/swallows") as reader:
            assert (reader.answer.status, reader.answer.read()) == (200, b"6500 orders")
        with SlowReader(port, "/raises") as reader:
            assert reader.answer.status == 200
            with pytest.raises(http.client.IncompleteRead):
                reader.answer.read()


def test_what_the_cursor_saves(postgres_url):
    """With yield_per the driver has a part of the rows; the connection is in use, and its transaction open, all the same."""
    engine = create_engine(postgres_url)
    state = text("SELECT state FROM pg_stat_activity WHERE pid = :pid")
    many = text("SELECT generate_series(1, 10000)")
    with engine.connect() as admin:
        for options, part in (({}, False), ({"yield_per": 500}, True)):
            with engine.connect() as connection:
                pid = connection.scalar(text("SELECT pg_backend_pid()"))
                rows = connection.execute(many, execution_options=options)
                rows.fetchone()
                assert (rows.cursor.pgresult.ntuples < 10_000) == part
                assert engine.pool.checkedout() == 2
                assert admin.scalar(state, {"pid": pid}) == "idle in transaction"
                rows.close()
    engine.dispose()
