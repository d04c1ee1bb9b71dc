"""Lock a store's table for 1.5 seconds while shoppers go on coming, and see when the store is well again.

shoppers, 80 a second ──HTTP──> uvicorn ──> the store in four ways ──> PostgreSQL, whose table is locked from second 3 to 4.5

python docs/p3_breaks/table_lock.py            measures (three minutes) and prints a table
python docs/p3_breaks/table_lock.py --write    also writes table_lock.json and the lesson's chart, table_lock.svg
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from html import escape
from os import getpid
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Annotated, Any

import httpx
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from slow_reader import serve
from sqlalchemy import Engine, NullPool, create_engine, exc, text
from sqlalchemy.orm import Session

from poolschool.database.running import running_url

HERE = Path(__file__).parent
RATE, QUERY = 80, 0.02  # shoppers per second, and seconds of a query
LOCKED = (3.0, 4.5)  # seconds from the first shopper
SECONDS, PATIENCE = 20, 10.0  # how long shoppers come, and how long each waits
SOON = 1.0  # seconds of an answer that a shopper calls quick
KINDS = ("quick", "slow", "refused", "gave up")
TABLE = f"products_{getpid()}"
LOCK = f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE"
FIND = f"SELECT name, pg_sleep({QUERY}) FROM {TABLE}"  # noqa: S608


class Found(BaseModel):
    """What a search answers."""

    name: str


class Admission:
    """Let so many in at a time, let so many more wait, and refuse the others at once."""

    def __init__(self, inside: int, waiting: int) -> None:
        self.places, self.most, self.here = asyncio.Semaphore(inside), inside + waiting, 0

    async def __call__(self) -> AsyncIterator[None]:
        """Use it as a dependency."""
        if self.here == self.most:
            raise HTTPException(503, "Busy. Please come again.", {"Retry-After": "2"})
        self.here += 1
        try:
            async with self.places:
                yield
        finally:
            self.here -= 1


def make_store(engine: Engine, *, commit: bool = False, admission: Callable[..., Any] | None = None) -> FastAPI:
    """Build the store of many tutorials, or one of its two cures."""
    app = FastAPI(dependencies=[Depends(admission)] if admission else [])

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    @app.exception_handler(exc.TimeoutError)
    async def busy(_: Request, __: Exception) -> JSONResponse:
        return JSONResponse({"detail": "Busy."}, 503, {"Retry-After": "2"})

    @app.get("/products", response_model=Found)
    def search(session: Annotated[Session, Depends(get_session)]) -> Any:
        answer = {"name": session.scalar(text(FIND))}
        if commit:
            session.commit()
        return answer

    return app


STORES: dict[str, tuple[dict[str, Any], Callable[[Engine], FastAPI]]] = {
    "as in the tutorial": ({}, make_store),
    "pool_timeout=2": ({"pool_timeout": 2}, make_store),
    "commit before return": ({}, lambda engine: make_store(engine, commit=True)),
    "15 inside, 30 wait, the rest 503": ({}, lambda engine: make_store(engine, admission=Admission(15, 30))),
}


@contextmanager
def product_table() -> Iterator[Engine]:
    """Keep the stores' table, and give an engine without a pool, by which it can be locked."""
    admin = create_engine(running_url(), poolclass=NullPool)
    with admin.begin() as connection:
        connection.execute(text(f"DROP TABLE IF EXISTS {TABLE}"))
        connection.execute(text(f"CREATE TABLE {TABLE} AS SELECT 'lamp' AS name"))
    try:
        yield admin
    finally:
        with admin.begin() as connection:
            connection.execute(text(f"DROP TABLE {TABLE}"))


@dataclass(frozen=True)
class LockedStore:
    """A store whose table is locked until `unlock()`."""

    app: FastAPI
    unlock: Callable[[], None]


@contextmanager
def locked_store(engine: Engine, *, commit: bool = False, inside: int = 0, waiting: int = 0) -> Iterator[LockedStore]:
    """Make a store, with a door if so many may be inside, and lock its table."""
    app = make_store(engine, commit=commit, admission=Admission(inside, waiting) if inside else None)
    try:
        with product_table() as admin, admin.connect() as connection:
            connection.execute(text(LOCK))
            yield LockedStore(app, connection.rollback)
    finally:
        engine.dispose()


async def ask(app: FastAPI) -> int:
    """Send one search straight to a store, without a server; give the answer's status."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://store") as client:
        return (await client.get("/products")).status_code


def lock_table(admin: Engine, began: Event, start: float, end: float) -> None:
    """Lock the table from one second to another, counted from when it began."""
    began.wait()
    sleep(start)
    with admin.begin() as connection:
        connection.execute(text(LOCK))
        sleep(end - start)


async def shop(port: int, began: Event, seconds: float) -> list[tuple[float, str]]:
    """Let shoppers come at an even rate; give when each came, and what it met."""
    met: list[tuple[float, str]] = []

    async def one(client: httpx.AsyncClient, came: float) -> None:
        start = monotonic()
        try:
            answer = await client.get("/products")
        except httpx.HTTPError:
            met.append((came, "gave up"))
            return
        took = monotonic() - start
        refused = answer.status_code != 200
        met.append((came, "refused" if refused else "quick" if took < SOON else "slow"))

    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    async with connected(f"http://127.0.0.1:{port}", limits) as client, asyncio.TaskGroup() as shoppers:
        for _ in range(5):
            await client.get("/products")
        first = monotonic()
        began.set()
        for number in range(int(seconds * RATE)):
            await asyncio.sleep(first + number / RATE - monotonic())
            shoppers.create_task(one(client, number / RATE))
    return met


@asynccontextmanager
async def connected(address: str, limits: httpx.Limits) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client whose requests end after a shopper's patience."""
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=PATIENCE) as client:
        yield client


def measure(name: str, seconds: float = SECONDS) -> list[dict[str, int]]:
    """Give for each second in which shoppers came how many met what."""
    settings, make = STORES[name]
    engine, began = create_engine(running_url(), **settings), Event()
    with product_table() as admin:
        locker = Thread(target=lock_table, args=(admin, began, *LOCKED))
        locker.start()
        try:
            with serve(make(engine)) as port:
                met = asyncio.run(shop(port, began, seconds))
                engine.pool._timeout = 0  # type: ignore[attr-defined] # whoever still stands in line need not wait for us
        finally:
            began.set()
            locker.join()
            engine.dispose()
    return [dict(Counter(kind for came, kind in met if int(came) == second)) for second in range(int(seconds))]


def well_again(counts: list[dict[str, int]]) -> int | None:
    """Give the second from which on all answers are quick, counted from the end of the lock; None if there is none."""
    bad = [second for second, each in enumerate(counts) if set(each) != {"quick"}]
    return None if len(counts) - 1 in bad else max(0, max(bad, default=0) + 1 - round(LOCKED[1]))


def summed(counts: list[dict[str, int]]) -> dict[str, int]:
    """Give how many shoppers met what, in all."""
    return {kind: sum(each.get(kind, 0) for each in counts) for kind in KINDS}


def table(results: dict[str, list[dict[str, int]]]) -> Iterator[str]:
    """Give the lesson's table, line by line."""
    yield "| the store | quick | slow | refused | gave up | well again after |"
    yield "|---|--:|--:|--:|--:|--:|"
    for name, counts in results.items():
        after = well_again(counts)
        numbers = " | ".join(f"{number:,}" for number in summed(counts).values())
        yield f"| {name} | {numbers} | {'never' if after is None else f'{after} s'} |"


LEFT, WIDTH, PANEL, HIGH = 8, 420, 92, 44  # of the drawing
LOOKS = {
    "quick": 'style="fill:var(--ps-lane,#2b8fb3)"',
    "slow": 'style="fill:var(--ps-lane,#2b8fb3)" fill-opacity=".4"',
    "refused": 'fill="none" stroke="currentColor" stroke-width="1"',
    "gave up": 'fill="currentColor"',
}


def chart(results: dict[str, list[dict[str, int]]]) -> str:
    """Draw a strip for each store: a column for each second, from quick answers at the bottom to shoppers who gave up."""
    height = 34 + PANEL * len(results) + 26
    said = " ".join(
        f"{name}: {', '.join(f'{number} {kind}' for kind, number in summed(counts).items())}."
        for name, counts in results.items()
    )
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="lock-title lock-said" '
        'fill="currentColor" font-family="system-ui,sans-serif" font-size="14" style="width:100%;max-width:34rem;height:auto">'
    )
    lines = [
        opening,
        '<title id="lock-title">What shoppers met, second by second, around a table lock of 1.5 s</title>',
        f'<desc id="lock-said">{escape(said)}</desc>',
        *legend(),
    ]
    for number, (name, counts) in enumerate(results.items()):
        lines += panel(name, counts, 34 + PANEL * number)
    lines.append(
        f'<text x="{LEFT}" y="{height - 8}" font-size="12">second in which they came, from 0 to {SECONDS}</text>'
    )
    return "\n".join([*lines, "</svg>"]) + "\n"


def legend() -> Iterator[str]:
    """Draw what the columns are made of."""
    for number, (kind, look) in enumerate(LOOKS.items()):
        x = LEFT + number * 98
        yield f'<rect x="{x}" y="6" width="12" height="12" {look}/>'
        yield f'<text x="{x + 18}" y="17">{kind}</text>'


def panel(name: str, counts: list[dict[str, int]], top: int) -> Iterator[str]:
    """Draw one store's strip."""
    step = (WIDTH - 2 * LEFT) / SECONDS
    foot = top + 22 + HIGH
    yield f'<text x="{LEFT}" y="{top + 14}" font-weight="700">{escape(name)}</text>'
    start, end = (LEFT + at * step for at in LOCKED)
    yield f'<rect x="{start:.1f}" y="{foot + 2}" width="{end - start:.1f}" height="5"/>'
    yield f'<text x="{end + 4:.1f}" y="{foot + 12}" font-size="12">locked</text>'
    for second, each in enumerate(counts):
        y = float(foot)
        for kind, look in LOOKS.items():
            tall = HIGH * each.get(kind, 0) / RATE
            y -= tall
            if tall:
                yield f'<rect x="{LEFT + second * step + 0.5:.1f}" y="{y:.1f}" width="{step - 1:.1f}" height="{tall:.1f}" {look}/>'


def main() -> None:
    """Measure all stores, print the table, write the files if asked to."""
    results = {}
    for name in STORES:
        sys.stderr.write(f"{name} …\n")
        results[name] = measure(name)
    sys.stdout.write("\n".join(table(results)) + "\n")
    if "--write" in sys.argv:
        HERE.joinpath("table_lock.json").write_text(json.dumps(results, indent=None) + "\n", encoding="utf-8")
        HERE.joinpath("table_lock.svg").write_text(chart(results), encoding="utf-8")


if __name__ == "__main__":
    main()
