"""Keeps a token for each who waits, and every time in a list; nanoseconds inside."""

from time import monotonic_ns


# in PoolMetrics


def __init__(self) -> None:
    self.waiting = set()
    self.timeouts, self.failed, self.waits, self.uses, self.taken = [], [], [], [], {}


def pool_class(self, base: type[Pool]) -> type[Pool]:
    def connect(pool: Pool) -> Any:
        token, began = object(), monotonic_ns()
        self.waiting.add(token)
        try:
            connection = base.connect(pool)
            self.waits.append(monotonic_ns() - began)
            return connection
        except Exception as problem:
            (self.timeouts if isinstance(problem, PoolTimeout) else self.failed).append(problem)
            raise
        finally:
            self.waiting.remove(token)

    return type(f"Measured{base.__name__}", (base,), {"connect": connect})


def watch(self, engine: Engine | AsyncEngine) -> None:
    @event.listens_for(getattr(engine, "sync_engine", engine), "checkout")
    def taken(raw: Any, record: Any, proxy: Any) -> None:
        self.taken[record] = monotonic_ns()

    for name in ("checkin", "detach"):

        @event.listens_for(getattr(engine, "sync_engine", engine), name)
        def returned(raw: Any, record: Any, error: Any = None) -> None:
            if record in self.taken:
                self.uses.append(monotonic_ns() - self.taken.pop(record))


def read(self) -> dict[str, float]:
    numbers = {"pending_requests": len(self.waiting), "timeouts": len(self.timeouts), "failed": len(self.failed)}
    for name, times in (("wait_time", self.waits), ("use_time", self.uses)):
        numbers |= {f"{name}.count": len(times), f"{name}.sum": sum(times) / 1e9}
    return {f"db.client.connection.{name}": number for name, number in numbers.items()}
