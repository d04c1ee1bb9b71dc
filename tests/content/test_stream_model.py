"""The figure of slow readers behaves as FastAPI's streams and SQLAlchemy's pool: both run the same scripts, compared after every step."""

import asyncio
import gc
import random
from collections.abc import Iterator
from contextlib import suppress
from inspect import signature
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.responses import StreamingResponse
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

from poolschool.measure.javascript import Module

SCRIPTS = 12  # of each way
WAYS = ("request", "function", "batch") if "scope" in signature(Depends).parameters else ("request", "batch")
ONE = text("SELECT 1")


def script(chance: random.Random, way: str) -> dict[str, Any]:
    """Draw a store and what happens to it."""
    steps = chance.choices(["come", "next", "ask", "leave"], (4, 8, 3, 1), k=chance.randrange(10, 40))
    return {
        "size": chance.randrange(1, 4), "pieces": chance.randrange(1, 4), "way": way,
        "steps": [[step, chance.randrange(6)] for step in steps],
    }  # fmt: skip


class Reader:
    """A client that takes a piece when it is told to, where a server would stand."""

    def __init__(self, app: Any, path: str) -> None:
        self.got, self.status = 0, 0
        self.wants, self.waits, self.left = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.asked = False
        scope = {"type": "http", "asgi": {"spec_version": "2.3"}, "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(),
                 "query_string": b"", "headers": []}  # fmt: skip
        self.task = asyncio.create_task(self.run(app(scope, self.receive, self.send)))

    async def run(self, answer: Any) -> None:
        with suppress(Exception):  # a 500 was sent; a server would log it
            await answer
        self.waits.set()

    async def receive(self) -> Any:
        if self.asked:
            await self.left.wait()
            return {"type": "http.disconnect"}
        self.asked = True
        return {"type": "http.request"}

    async def send(self, message: Any) -> None:
        self.status = message.get("status", self.status)
        if message.get("more_body"):
            self.got += 1
            self.wants.clear()
            self.waits.set()
            await self.wants.wait()

    async def go_on(self) -> None:
        """Take the next piece, and wait until the server waits again or is done."""
        self.waits.clear()
        self.wants.set()
        await asyncio.wait_for(self.waits.wait(), 10)


class RealStore:
    """A real application whose streams are read in one of three ways."""

    def __init__(self, size: int, pieces: int, way: str, folder: Path) -> None:
        self.engine = create_engine(f"sqlite:///{folder / 'store.db'}", pool_size=size, max_overflow=0, pool_timeout=0)
        self.loans: list[Any] = []  # kept, so that none is returned because Python freed it
        event.listen(self.engine, "checkout", lambda _, __, loan: self.loans.append(loan))
        self.readers: list[Reader] = []
        self.app = FastAPI()

        def get_session() -> Iterator[Session]:
            with Session(self.engine) as session:
                yield session

        scope = {"scope": "function"} if way == "function" else {}
        ours = Annotated[Session, Depends(get_session, **scope)]

        def with_it(session: ours) -> StreamingResponse:  # type: ignore[valid-type]
            session.scalar(ONE)  # type: ignore[attr-defined]

            def read() -> Iterator[str]:
                for _ in range(pieces):
                    yield str(session.scalar(ONE))  # type: ignore[attr-defined]

            return StreamingResponse(read())

        def with_its_own() -> StreamingResponse:
            with Session(self.engine) as session:
                session.scalar(ONE)

            def read() -> Iterator[str]:
                for _ in range(pieces):
                    with Session(self.engine) as session:
                        piece = str(session.scalar(ONE))
                    yield piece

            return StreamingResponse(read())

        self.app.get("/orders")(with_its_own if way == "batch" else with_it)

        @self.app.get("/price")
        def price(session: Annotated[Session, Depends(get_session)]) -> None:
            session.scalar(ONE)

    async def step(self, name: str, which: int) -> bool | None:
        """Carry out a step; tell whether it went well, None if there is nothing to tell."""
        reader = self.readers[which % len(self.readers)] if self.readers else None
        match name:
            case "come" | "ask":
                one = Reader(self.app, "/orders" if name == "come" else "/price")
                await asyncio.wait_for(one.waits.wait(), 10)
                if name == "come" and one.status == 200:
                    self.readers.append(one)
                return one.status == 200
            case "next" if reader:
                await reader.go_on()
                await self.drop(reader)
            case "leave" if reader:
                reader.left.set()
                await asyncio.wait_for(asyncio.shield(reader.task), 10)
                await self.drop(reader)
        return None

    async def drop(self, reader: Reader) -> None:
        """Forget a reader whose answer is over."""
        await asyncio.sleep(0)
        if reader.task.done():
            self.readers.remove(reader)

    def close(self) -> None:
        for loan in self.loans:
            if loan.is_valid:
                loan.invalidate()
        self.engine.dispose()


async def run(drawn: dict[str, Any], folder: Path) -> list[Any]:
    """Play a script with the real ones."""
    real, told = RealStore(drawn["size"], drawn["pieces"], drawn["way"], folder), []
    for name, which in drawn["steps"]:
        outcome = await real.step(name, which)
        told.append([outcome, real.engine.pool.checkedout(), [reader.got for reader in real.readers]])  # type: ignore[attr-defined]
    for reader in list(real.readers):
        reader.left.set()
        await reader.task
    real.close()
    return told


@pytest.mark.parametrize("way", WAYS)
def test_scripts(way: str, tmp_path: Path) -> None:
    """Who is served, what is in use and how far each has read agree after every step."""
    chance = random.Random(12)  # noqa: S311 - scripts, and the same at each run
    gc.disable()
    try:
        with Module(Path(__file__).with_name("stream_scripts.mjs")) as model:
            for number in range(SCRIPTS):
                drawn = script(chance, way)
                assert model.call("run", drawn) == asyncio.run(run(drawn, tmp_path)), (number, drawn)
    finally:
        gc.enable()
