"""The answer key of the generated questions of `sessions_and_dependencies`, executed: every version."""

import contextlib
import gc
import io
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

ONE = text("SELECT 1")


def printed_by(program):
    """Run a program of a question and return what it prints."""
    out, names = io.StringIO(), {}
    with contextlib.redirect_stdout(out):
        exec(program, names)  # noqa: S102 - a program of ours
    names["basket"].close()
    names["shelf"].close()
    names["engine"].dispose()
    return out.getvalue().strip()


def test_in_use_by_step(versions):
    """The program prints what the answer says, and none of the wrong outputs."""
    for _, question in versions:
        printed = printed_by(question.program)
        assert printed == question.prints
        assert printed not in {wrong.prints for wrong in question.wrong}


def test_line_after_yield(versions):
    """On the real FastAPI, each ending leaves what the answers are sums of: 0, 1 and 1; a block leaves nothing."""
    engine = create_engine("sqlite:///store.db")

    def line():
        session = Session(engine)
        yield session
        session.close()

    def block():
        with Session(engine) as session:
            yield session

    def left_by(dependency, status):
        app = FastAPI()

        @app.get("/")
        def answer(session: Annotated[Session, Depends(dependency)]) -> None:
            session.scalar(ONE)
            if status == 404:
                raise HTTPException(404)
            if status == 500:
                raise ZeroDivisionError

        before = engine.pool.checkedout()
        assert TestClient(app, raise_server_exceptions=False).get("/").status_code == status
        return engine.pool.checkedout() - before

    gc.disable()
    try:
        left = {status: left_by(line, status) for status in (200, 404, 500)}
        assert {status: left_by(block, status) for status in left} == {200: 0, 404: 0, 500: 0}
    finally:
        gc.enable()
        gc.collect()
    for given, question in versions:
        value = given["fine"] * left[200] + given["missing"] * left[404] + given["failing"] * left[500]
        assert value == question.value
        assert value not in {wrong.value for wrong in question.wrong}
        assert value <= 30  # as the question says, the pool has enough
    engine.dispose()


def in_use_at(commits):
    """Run one request on the real FastAPI; say at which of its parts the connection is in use at the end of the part."""
    engine, at = create_engine("sqlite:///store.db"), {}
    app = FastAPI()

    def note(part):
        at[part] = engine.pool.checkedout()

    def block():
        with Session(engine) as session:
            yield session

    @app.get("/")
    def ask(session: Annotated[Session, Depends(block)], tasks: BackgroundTasks) -> None:
        session.scalar(ONE)
        note("query")
        if commits:
            session.commit()
        note("work")
        tasks.add_task(note, "task")

    async def watched(scope, receive, send):
        async def look(message):
            if message["type"] == "http.response.body":
                note("send")
            await send(message)

        await app(scope, receive, look)

    TestClient(watched).get("/")
    assert engine.pool.checkedout() == 0
    engine.dispose()
    return at


def test_held_until(versions):
    """The value is the sum of the parts during which the connection is in use."""
    held = {commits: in_use_at(commits) for commits in (True, False)}
    for given, question in versions:
        at = held[given["commits"]]
        assert sum(long for part, long in given["parts"].items() if at[part]) == question.value
