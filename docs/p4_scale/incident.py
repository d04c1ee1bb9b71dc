"""Play the hour that went wrong on a store: sixty times faster, so that a second of the run is a minute of the story.

shoppers, 20 a second ──HTTP──> uvicorn ──> the store of the exercise ──> PostgreSQL
                                             six things happen to them, none of which should hurt anybody

python docs/p4_scale/incident.py               plays it on exercises/p4_scale/l18_the_store.py (65 seconds) and prints what was seen
python docs/p4_scale/incident.py STORE.py      plays it on another store
python docs/p4_scale/incident.py --write       also writes incident.json, which the lesson shows
"""

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from http.client import HTTPException
from importlib.util import module_from_spec, spec_from_file_location
from os import getpid
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
from pool_metrics import PREFIX, PoolMetrics
from sqlalchemy import Engine, NullPool, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from poolschool.database.running import running_url

HERE = Path(__file__).parent
STORE = HERE.parents[1] / "exercises/p4_scale/l18_the_store.py"
sys.path.append(str(HERE.parent / "p3_breaks"))
from slow_reader import SlowReader, serve  # noqa: E402 - it lies beside another lesson

RATE, MINUTES, PATIENCE = 20, 60, 6.0  # shoppers per second, seconds of the run, seconds until a shopper gives up
SLOW = 0.5  # seconds from which on a shopper calls an answer slow
SCHEMA = f"incident_{getpid()}"
PRODUCTS, PARTNERS, RUSH, DEAD_LINKS = 20_000, 16, 100, 20
KINDS = ("lamp", "chair", "table", "shelf")
TABLES = (
    f"CREATE SCHEMA {SCHEMA}",
    f"SET search_path = {SCHEMA}",
    "CREATE TABLE products (name text COLLATE \"C\" PRIMARY KEY, price int, stock int CHECK (stock >= 0))",
    "CREATE TABLE reviews (id int PRIMARY KEY, product text, review text)",
    "CREATE TABLE orders (id serial PRIMARY KEY, product text, total int, paid boolean)",
    f"CREATE VIEW numbers AS SELECT n, lpad(n::text, 5, '0') AS five FROM generate_series(0, {PRODUCTS - 1}) n",  # noqa: S608
    "INSERT INTO products SELECT (array['lamp','chair','table','shelf'])[1 + n % 4] || ' ' || five, 5 + n % 90, 1000 FROM numbers",
    "INSERT INTO reviews VALUES (1, 'lamp 00000', 'It shines.')",
)  # fmt: skip
# When what begins and ends, in minutes, and what everybody knows of it.
EVENTS = {
    "restart": (8, 9, "the database was restarted, for an update"),
    "payment": (15, 21, "the payment service was slow: 4 s for each payment"),
    "newsletter": (27, 32, f"a newsletter went out; a link in it leads to no product, and {DEAD_LINKS} follow it"),
    "deploy": (36, 37, "somebody restarted the store, and all was well again"),
    "prices": (39, 42, f"{PARTNERS} partners read the price list, slowly"),
    "redeploy": (44, 45, "somebody restarted the store again"),
    "reviews": (47, 50, "a migration locked the table of the reviews for three minutes"),
    "rush": (
        52,
        55,
        f"a migration locked the products for three minutes, and {RUSH} looked for a lamp at once",
    ),
}


@dataclass
class Minute:
    """What shoppers met who came in it, and what the pool and the server said at its end."""

    quick: int = 0
    slow: int = 0
    busy: int = 0
    failed: int = 0
    gave_up: int = 0
    p95: float | None = None  # seconds of those who were answered
    used: int = 0
    idle: int = 0
    pending: int = 0
    timeouts: int = 0  # in this minute
    sessions: int = 0  # of the store, as the server counts them


@dataclass
class Visit:
    """What one shopper met: `status` is 0 if no answer came in time."""

    came: float
    request: str
    status: int
    seconds: float

    @property
    def kind(self) -> str:
        """Say in one word how the shopper calls it."""
        if self.status == 0:
            return "gave_up"
        if self.status >= 500:
            return "busy" if self.status == 503 else "failed"
        return "quick" if self.seconds < SLOW else "slow"


@dataclass
class Hour:
    """A store, those who watch it, and what they have seen."""

    store: Any
    admin: Engine
    visits: list[Visit] = field(default_factory=list)
    log: list[tuple[float, str]] = field(default_factory=list)
    pools: list[Minute] = field(default_factory=list)
    payment: float = 0.05
    began: float = 0.0

    def now(self) -> float:
        """Give the minute of the hour."""
        return monotonic() - self.began

    def pay(self, euros: int) -> None:
        """Be the payment service."""
        sleep(self.payment if euros else 0)

    @contextmanager
    def serving(self) -> Iterator[int]:
        """Run the store, with metrics of its pool; give its port."""
        self.metrics = PoolMetrics()
        name = f"{SCHEMA}_{monotonic()}"
        url = make_url(running_url()).update_query_dict(
            {"options": f"-csearch_path={SCHEMA}", "application_name": name}
        )
        engine = self.store.make_engine(url.render_as_string(hide_password=False), poolclass=self.metrics.measured())
        self.metrics.watch(engine)

        @event.listens_for(engine, "connect")
        def find_tables(connection: Any, _: Any) -> None:  # also if the store hands the driver options of its own
            connection.cursor().execute(f"SET search_path = {SCHEMA}")
            connection.commit()

        app = self.store.create_app(engine, self.pay)

        async def logged(scope: Any, receive: Any, send: Any) -> None:
            try:
                await app(scope, receive, send)
            except Exception as problem:
                line = str(problem).partition("\n")[0]
                self.log.append((self.now(), f"{scope['method']} {scope['path']}: {type(problem).__name__}: {line}"))
                raise

        try:
            with serve(logged) as port:
                yield port
                engine.pool._timeout = 0  # whoever still waits need not wait for us
        finally:
            self.end_sessions(name)  # also those that the store has leaked
            engine.dispose()

    def end_sessions(self, name: str = f"{SCHEMA}%") -> None:
        """End the sessions of a store, as a restart of the server does."""
        with self.admin.connect() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE application_name LIKE :name"),
                {"name": name},
            )

    def lock(self, table: str, seconds: float) -> None:
        """Lock a table against readers too, as ALTER TABLE does; a backup, or an UPDATE of all prices, does not."""
        with self.admin.connect() as connection:
            try:
                connection.execute(
                    text(f"SET lock_timeout = 9000; BEGIN; LOCK TABLE {SCHEMA}.{table} IN ACCESS EXCLUSIVE MODE")
                )
                sleep(seconds)
            except OperationalError:
                self.log.append((self.now(), f"the migration gave up: for 9 s the store held the table of the {table}"))
            connection.execute(text("ROLLBACK"))

    def read_slowly(self, port: int, seconds: float) -> None:
        """Be a partner who reads a line of the price list and is busy then."""
        with suppress(OSError, HTTPException), SlowReader(port, "/prices.csv") as reader:
            reader.answer.readline()
            sleep(seconds)
            reader.answer.read()

    def look(self) -> Minute:
        """Read the pool and the server."""
        read = self.metrics.read()
        with self.admin.connect() as connection:
            sessions = connection.scalar(
                text("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE :name"), {"name": f"{SCHEMA}%"}
            )
        return Minute(
            used=read[PREFIX + "count{used}"], idle=read[PREFIX + "count{idle}"],
            pending=read[PREFIX + "pending_requests"], timeouts=read[PREFIX + "timeouts"], sessions=sessions or 0,
        )  # fmt: skip

    async def ask(self, request: str) -> None:
        """Be one shopper."""
        came, start = self.now(), monotonic()
        method, path = request.split(maxsplit=1)
        status = 0
        with suppress(httpx.HTTPError):
            status = (await self.client.request(method, f"http://127.0.0.1:{self.port}{path}")).status_code
        self.visits.append(Visit(came, request, status, monotonic() - start))

    async def watch(self) -> None:
        """Look once a minute."""
        for minute in range(1, MINUTES + 1):
            await self.until(minute)
            self.pools += await beside(self.look)

    async def until(self, minute: float) -> None:
        """Wait for a minute of the hour."""
        await asyncio.sleep(self.began + minute - monotonic())

    def causes(self) -> dict[str, Callable[[float], Awaitable[Any]]]:
        """Give what happens, by its name; each takes the minutes that it lasts."""
        return {
            "restart": lambda _: beside(self.end_sessions),
            "payment": self.slow_payments,
            "newsletter": self.dead_links,
            "deploy": lambda _: self.deploy(),
            "redeploy": lambda _: self.deploy(),
            "prices": lambda minutes: beside(*[partial(self.read_slowly, self.port, minutes)] * PARTNERS),
            "reviews": lambda minutes: beside(partial(self.lock, "reviews", minutes)),
            "rush": self.rush,
        }

    async def later(self, name: str) -> None:
        """Let something happen at its minute."""
        start, end, _ = EVENTS[name]
        await self.until(start)
        await self.causes()[name](end - start)

    async def slow_payments(self, minutes: float) -> None:
        """Let the payment service be slow for a while."""
        self.payment = 4.0
        await asyncio.sleep(minutes)
        self.payment = 0.05

    async def dead_links(self, minutes: float) -> None:
        """Follow the newsletter's dead link."""
        async with asyncio.TaskGroup() as readers:
            for _ in range(DEAD_LINKS):
                readers.create_task(self.ask("GET /products/unicorn"))
                await asyncio.sleep(minutes / DEAD_LINKS)

    async def rush(self, minutes: float) -> None:
        """Let many look for a lamp, while the products are locked."""
        lock = asyncio.create_task(beside(partial(self.lock, "products", minutes)))
        await asyncio.sleep(0.2)
        await asyncio.gather(*(self.ask("GET /products?q=lamp") for _ in range(RUSH)), lock)

    async def deploy(self) -> None:
        """Start the store anew, and end the old one."""
        old = self.running
        await self.start()
        await beside(old.close)

    async def start(self) -> None:
        """Start a store."""
        self.running = ExitStack()
        (self.port,) = await beside(partial(self.running.enter_context, self.serving()))

    async def play(self) -> None:
        """Play the hour."""
        await self.start()
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
        try:
            async with httpx.AsyncClient(limits=limits, timeout=PATIENCE) as self.client, asyncio.TaskGroup() as tasks:
                self.began = monotonic()
                tasks.create_task(self.watch())
                for name in EVENTS:
                    tasks.create_task(self.later(name))
                for number in range(MINUTES * RATE):
                    await self.until(number / RATE)
                    tasks.create_task(self.ask(wish(number)))
        finally:
            await beside(self.running.close)

    def minutes(self) -> list[Minute]:
        """Put together what shoppers met and what the pool said, minute by minute."""
        result = []
        for number, pool in enumerate(self.pools[:MINUTES]):
            here = [visit for visit in self.visits if int(visit.came) == number]
            answered = sorted(visit.seconds for visit in here if visit.status)
            before = self.pools[number - 1].timeouts if number else 0
            kinds = Counter(visit.kind for visit in here)
            late = round(answered[int(0.95 * (len(answered) - 1))], 3) if answered else None
            # A store that was restarted counts from nothing.
            timeouts = pool.timeouts - before if pool.timeouts >= before else pool.timeouts
            result.append(Minute(**{**asdict(pool), **kinds, "p95": late, "timeouts": timeouts}))
        return result


async def beside(*works: Callable[[], Any]) -> list[Any]:
    """Do work that waits, each in a thread of its own."""
    with ThreadPoolExecutor(len(works)) as threads:
        loop = asyncio.get_running_loop()
        return await asyncio.gather(*(loop.run_in_executor(threads, work) for work in works))


def wish(number: int) -> str:
    """Give what the next shopper wants: of twenty, nine search, four look, five order, one reads reviews, one asks if we are open."""
    dice = random.Random(number)  # noqa: S311 - no secret
    product = f"{KINDS[(which := dice.randrange(PRODUCTS)) % 4]} {which:05}"
    match number % 20:
        case 3:
            return "GET /open"
        case 7:
            return "GET /products/lamp 00000/reviews"
        case 1 | 5 | 9 | 13 | 17:
            return f"POST /orders?name={product}"
        case 2 | 6 | 10 | 14:
            return f"GET /products/{product}"
    return f"GET /products?q={dice.choice(KINDS)}"


def load(path: Path) -> Any:
    """Load a store from its file."""
    spec = spec_from_file_location("store_of_the_hour", path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path} is no Python file.")
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def play(path: Path) -> Hour:
    """Play the hour on the store in a file."""
    admin = create_engine(running_url(), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    hour = Hour(load(path), admin)
    with admin.connect() as connection:
        for statement in TABLES:
            connection.execute(text(statement))
    try:
        asyncio.run(hour.play())
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))
    return hour


# Who complains of what: from which minute to which, what they met, of which requests, and what they said.
COMPLAINTS = {
    "restart": (8, 9, ("failed",), "GET ", "I pressed again, and it was there."),
    "payment": (16, 21, ("busy",), "GET /products?", "I do not want to pay anything. I only look around."),
    "newsletter": (31, 36, ("busy",), "GET /products?", "It has been busy for minutes. Who else is there?"),
    "prices": (39, 44, ("busy",), "GET /products?", "Busy again?"),
    "reviews": (47, 50, ("slow",), "GET /open", "This page says that the store is open. What takes so long?"),
    "rush": (56, 60, ("slow",), "GET /products?", "The others found their lamp minutes ago."),
}


def complaints(hour: Hour) -> Iterator[dict[str, Any]]:
    """Give for each event the slowest visit of those who complain of it."""
    for first, last, kinds, of, said in COMPLAINTS.values():
        hurt = [
            visit
            for visit in hour.visits
            if first <= visit.came < last and visit.kind in kinds and visit.request.startswith(of)
        ]
        if hurt:
            worst = max(hurt, key=lambda visit: visit.seconds)
            yield {
                "minute": int(worst.came), "request": worst.request, "status": worst.status,
                "seconds": round(worst.seconds, 1), "said": said,
            }  # fmt: skip


HEAD = "  at  quick slow busy fail gone   p95  used pend outs open"


def row(number: int, minute: dict[str, Any]) -> str:
    """Write a minute as a line of the lesson's table; what is zero is left out."""
    names = ("quick", "slow", "busy", "failed", "gave_up")
    counts = "".join(f"{minute[name] or '':>5}" for name in names)
    pool = "".join(f"{minute[name] or '':>5}" for name in ("used", "pending", "timeouts", "sessions"))
    late = "–" if minute["p95"] is None else f"{minute['p95']:.1f} s"
    return f"14:{number:02} {counts}{late:>7}{pool}"


def told(hour: Hour) -> dict[str, Any]:
    """Give all that was seen, as incident.json keeps it."""
    return {
        "events": [[start, end, what] for start, end, what in EVENTS.values()],
        "minutes": [asdict(minute) for minute in hour.minutes()],
        "log": [f"{14 + int(at) // 60}:{int(at) % 60:02} {line}" for at, line in hour.log],
        "complaints": list(complaints(hour)),
    }


def main() -> None:
    """Play the hour and say what was seen."""
    paths = [Path(name) for name in sys.argv[1:] if name != "--write"]
    sys.stderr.write("An hour, in 65 seconds …\n")
    seen = told(play(paths[0] if paths else STORE))
    lines = [HEAD, *(row(number, minute) for number, minute in enumerate(seen["minutes"]))]
    lines += [f"14:{start:02} {what}" for start, _, what in seen["events"]]
    lines += [
        *seen["log"],
        *(f"14:{each['minute']:02} {each['request']}: {each['status']} after {each['seconds']} s. {each['said']}" for each in seen["complaints"]),
    ]  # fmt: skip
    sys.stdout.write("\n".join(lines) + "\n")
    if "--write" in sys.argv:
        HERE.joinpath("incident.json").write_text(json.dumps(seen, indent=None) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
