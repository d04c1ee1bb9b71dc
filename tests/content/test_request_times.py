"""Until when a request holds its connection: asked of the real FastAPI, served by uvicorn, for the figure and for the lesson's table.

`python tests/content/test_request_times.py` writes what the figure plays from; the table is written by hand and compared.
"""

import asyncio
import gc
import http.client
import json
import re
import socket
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from inspect import signature
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, HTTPException
from packaging.version import Version
from sqlalchemy import create_engine, event, text
from sqlalchemy.orm import Session

DOCS = Path(__file__).parents[2] / "docs"
sys.path.append(str(DOCS / "p3_breaks"))  # for whoever runs this as a program
from slow_reader import serve  # noqa: E402

TIMES = DOCS / "assets/pool/request_times.js"
PAGE = DOCS / "p2_how/l05_sessions_and_dependencies.md"
HEAD = "/* When a request takes and returns its connection: [moment, in use then], by dependency and ending.\n * Written by tests/content/test_request_times.py, which asks the real FastAPI. */\n\nexport const times = "
HAS_SCOPE = "scope" in signature(Depends).parameters
DEPENDENCIES = ("line", "block", "commit", "function")  # in the order of the table's rows
ENDINGS = ("answer", "HTTPException", "500", "task", "gone")  # in the order of its columns
Moments = list[tuple[str, int]]


class Store:
    """A store with an endpoint for each dependency; it notes how many connections are in use at each moment of a request."""

    def __init__(self, file: Path) -> None:
        self.engine = create_engine(f"sqlite:///{file}", pool_size=30)
        self.loans: list[Any] = []  # kept, so that none is returned because Python freed it
        event.listen(self.engine, "checkout", lambda _, __, loan: self.loans.append(loan))
        self.moments: Moments = []
        self.before, self.over, self.working, self.gone = 0, Event(), Event(), Event()
        self.app = FastAPI()
        for name in DEPENDENCIES if HAS_SCOPE else DEPENDENCIES[:-1]:
            self.add(name)

    def note(self, moment: str) -> None:
        self.moments.append((moment, self.engine.pool.checkedout() - self.before))

    def line(self) -> Iterator[Session]:
        session = Session(self.engine)
        self.note("dependency")
        yield session
        session.close()
        self.note("end")

    def block(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            self.note("dependency")
            yield session
        self.note("end")

    def add(self, name: str) -> None:
        scope = {"scope": "function"} if name == "function" else {}
        needs = Depends(self.line if name == "line" else self.block, **scope)

        @self.app.get(f"/{name}/{{ending}}")
        def endpoint(ending: str, tasks: BackgroundTasks, session: Session = needs) -> None:
            session.execute(text("SELECT 1"))
            self.note("query")
            if ending == "HTTPException":
                raise HTTPException(404)
            if ending == "500":
                raise ZeroDivisionError
            if ending == "gone":
                self.working.set()
                self.gone.wait(10)
            if ending in ("task", "failing task"):
                tasks.add_task(self.task, ending)
            if name == "commit":
                session.commit()
            self.note("return")

    def task(self, ending: str) -> None:
        self.note("task")
        if ending == "failing task":
            raise ZeroDivisionError

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def look(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.note("answer")
            await send(message)

        async def listen() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            self.gone.set()

        listening = asyncio.create_task(listen()) if scope["path"].endswith("/gone") else None
        try:
            await self.app(scope, receive, look)
        finally:
            self.note("over")
            if listening:
                await listening
            self.over.set()


def ask(store: Store, port: int, dependency: str, ending: str) -> Moments:
    """Send one request and return its moments; for `gone`, close the socket while the endpoint works."""
    store.moments, store.before = [], store.engine.pool.checkedout()
    for happening in (store.over, store.working, store.gone):
        happening.clear()
    path = f"/{dependency}/{ending.replace(' ', '%20')}"
    if ending == "gone":
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: store\r\n\r\n".encode())
            assert store.working.wait(10)
    else:
        client = http.client.HTTPConnection("127.0.0.1", port)
        client.request("GET", path)
        client.getresponse().read()
        client.close()
    assert store.over.wait(10)
    return store.moments


def measure(endings: tuple[str, ...] = ENDINGS) -> dict[str, dict[str, Moments]]:
    """Ask for each dependency and each ending."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "store.db")
        gc.disable()
        with serve(store) as port:
            names = [name for name in DEPENDENCIES if HAS_SCOPE or name != "function"]
            measured = {name: {ending: ask(store, port, name, ending) for ending in endings} for name in names}
        gc.enable()
        for loan in store.loans:
            if loan.is_valid:
                loan.invalidate()
        store.engine.dispose()
    return measured


def as_script(measured: dict[str, dict[str, Moments]]) -> str:
    """Write what was measured as the module that the figure imports, one line for each dependency and ending."""
    rows = [
        f'  "{name}": {{\n'
        + ",\n".join(f'    "{ending}": {json.dumps(moments)}' for ending, moments in by.items())
        + "\n  }"
        for name, by in measured.items()
    ]
    return HEAD + "{\n" + ",\n".join(rows) + "\n};\n"


def until_when(moments: Moments) -> str:
    """Say in the words of the lesson's table until when the connection was held."""
    names = [moment for moment, _ in moments]
    in_use = dict(moments)
    if in_use["over"]:
        return "not returned"
    if "return" not in names:
        assert in_use["answer"] == 0
        return "until the error is raised"
    if in_use["return"] == 0:
        return "until `commit()`"
    if names.index("end") < names.index("answer"):
        return "until the endpoint returns"
    assert in_use["answer"] == 1
    assert in_use.get("task", 1) == 1
    return "until the task is done" if "task" in names else "until it is sent"


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, Moments]]:
    """Ask once."""
    return measure()


def test_the_figure_plays_what_fastapi_does(measured) -> None:
    """Renew it with `python tests/content/test_request_times.py` if FastAPI has changed, and read the lesson again."""
    assert TIMES.read_text(encoding="utf-8") == as_script(measured)


def test_the_lessons_table_says_what_fastapi_does(measured) -> None:
    """Each cell of the table “what holds the connection, until when” is what was measured."""
    table = re.search(r"^\| written as \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert table
    said = [[cell.strip() for cell in row.strip("|").split("|")][1:] for row in table[1].splitlines()]
    assert said == [[until_when(by[ending]) for ending in ENDINGS] for by in measured.values()]


def test_two_never_return_it(measured) -> None:
    """The figure's goal can be reached: exactly two of its combinations never return the connection."""
    never = [
        (name, ending) for name, by in measured.items() for ending in by if until_when(by[ending]) == "not returned"
    ]
    assert never == [("line", "HTTPException"), ("line", "500")]


def test_a_task_that_raises_skips_the_line_too() -> None:
    """A background task's exception is thrown in at the `yield`, after the answer."""
    failing = {name: dict(by["failing task"]) for name, by in measure(("failing task",)).items()}
    assert {name: (by["answer"], by["over"]) for name, by in failing.items()} == {
        "line": (1, 1), "block": (1, 0), "commit": (0, 0), "function": (0, 0),
    }  # fmt: skip


def test_the_table_of_versions_fits_the_installed_one(measured) -> None:
    """What the lesson says of versions holds for this one: when a dependency ends, and what `Depends` takes."""
    here, takes = Version(version("fastapi")), signature(Depends).parameters
    names = [moment for moment, _ in measured["block"]["task"]]
    assert (names.index("end") > names.index("task")) == (here < Version("0.106") or here >= Version("0.118"))
    assert ("scope" in takes) == (here >= Version("0.121"))
    assert ("max_concurrency" in takes) == (here >= Version("0.163"))
    rows = re.findall(r"^\| (0\.\d+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == ["0.106", "0.118", "0.121", "0.163"]


if __name__ == "__main__":
    TIMES.write_text(as_script(measure()), encoding="utf-8")
    sys.stdout.write(f"{TIMES.name} is written.\n")
