"""What is known of a service; the rules see nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Literal

THREADS = 40  # that anyio gives to `def` endpoints

Kind = Literal["queue", "null", "static", "thread", "other"]


@dataclass(frozen=True)
class EngineFacts:
    """One engine of the process. Times are seconds; `timeout` is None for ever, `recycle` -1 for never."""

    name: str
    url: str  # without its password
    backend: str  # postgresql, sqlite …
    driver: str
    is_async: bool
    pool: str  # the class
    kind: Kind
    size: int = 0
    overflow: int = 0
    timeout: float | None = None
    recycle: float = -1
    pre_ping: bool = False
    resets: bool = True  # rolls back, or commits, what is returned
    prepares: bool = False  # server-side prepared statements under names that another client may use too
    in_memory: bool = False
    opened: int = 0  # connections that were in the pool after the import
    where: str = ""  # host, port and database: engines of one place share its limit

    @property
    def limit(self) -> float:
        """How many connections one process may open by it; inf for no limit."""
        if self.kind == "queue":
            return inf if self.size == 0 or self.overflow < 0 else self.size + self.overflow
        return {"static": 1}.get(self.kind, inf)

    @property
    def settings(self) -> str:
        """The pool's settings in short, as evidence."""
        if self.kind == "null" and self.pool != "NullPool":
            return f"{self.pool}, a NullPool"
        if self.kind != "queue":
            return self.pool
        patience = "for ever" if self.timeout is None else f"{self.timeout:g} s"
        return f"pool_size={self.size}, max_overflow={self.overflow}, pool_timeout {patience}"


@dataclass(frozen=True)
class Place:
    """A line of somebody's code, as a report names it."""

    what: str  # GET /products, or a function's name
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.what} ({self.file}:{self.line})"


@dataclass(frozen=True)
class EndpointFacts:
    """One endpoint. What is read from the source is a guess: nobody has run it."""

    place: Place
    is_async: bool
    checks_answer: bool = False  # in a thread, since it is a `def` with a response model
    streams: bool = False
    websocket: bool = False
    background: bool = False
    admitted: bool = False  # a limit lies in front of it, such as max_concurrency
    sessions: tuple[bool, ...] = ()  # of dependencies with `yield`, for each: whether it is async
    held: bool = False  # a session of a dependency has its connection at the `return`
    ends_early: bool = False  # that session's dependency has scope="function"
    read_later: bool = False  # that session is used by a function inside, which runs after the return
    blocks: tuple[Place, ...] = ()  # calls of a sync session on the event loop
    shared: tuple[Place, ...] = ()  # one session or connection, kept in a variable, for all requests
    leaks: tuple[Place, ...] = ()  # what is not closed on every way
    makes_engine: tuple[Place, ...] = ()
    slow_inside: tuple[str, ...] = ()  # calls that wait for something else while a connection is in use
    held_while_sent: tuple[Place, ...] = ()  # blocks around a `yield` of a stream
    second_inside: bool = False  # opens another connection while it has one
    held_between: bool = False  # a websocket's own session has its connection while the next message is waited for
    registries: tuple[Place, ...] = ()  # queries of a scoped_session that nobody removes
    held_in: tuple[str, ...] = ()  # the engines of the dependencies' sessions that are held, by name
    giver: str = "get_session"  # the dependency that gives the held session


@dataclass(frozen=True)
class ServerProcess:
    """How the application is started."""

    workers: int = 1
    hosts: int = 1
    source: str = "nothing says how many processes"
    preload: bool = False
    post_fork: bool = False  # a hook that could give each worker pools of its own
    concurrency: int = 0  # uvicorn's --limit-concurrency; 0: none

    @property
    def processes(self) -> int:
        """All of them, on all hosts."""
        return self.workers * self.hosts


@dataclass(frozen=True)
class Pooler:
    """A PgBouncer between; what it does not tell is None."""

    version: tuple[int, ...] | None = None
    tracked: int | None = None  # max_prepared_statements
    mode: str | None = None


@dataclass(frozen=True)
class DatabaseFacts:
    """What a PostgreSQL allows and has at this moment. Times are seconds, 0 for none."""

    where: str
    max_connections: int
    reserved: int
    idle_session: float = 0
    limit_name: str = "max_connections"
    limit: int = 0  # of the role or the database, if that is smaller; 0: none
    others: Mapping[str, int] = field(default_factory=dict)  # sessions of other programs, by application_name
    pooler: Pooler | None = None

    @property
    def room(self) -> int:
        """How many connections are left for this service, all its processes together."""
        left = self.max_connections - self.reserved - sum(self.others.values())
        return min(left, self.limit) if self.limit else left

    @property
    def sum(self) -> str:
        """How the room came about."""
        if self.limit and self.room == self.limit:
            return f"{self.limit_name} allows {self.limit}"
        others = "".join(f" − {count} of {name or 'a client without a name'}" for name, count in self.others.items())
        return f"max_connections {self.max_connections} − {self.reserved} reserved{others} = {self.room}"


@dataclass(frozen=True)
class Facts:
    """All that was read of one target."""

    target: str
    engines: tuple[EngineFacts, ...] = ()
    endpoints: tuple[EndpointFacts, ...] = ()
    is_app: bool = False
    threads: int = THREADS  # tokens of the event loop's thread limiter
    server: ServerProcess = field(default_factory=ServerProcess)
    databases: Mapping[str, DatabaseFacts] = field(default_factory=dict)  # by EngineFacts.where
    client_timeout: float | None = None  # seconds after which a client has gone
    serverless: bool = False
