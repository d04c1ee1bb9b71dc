"""Makes the class by `type()`, and counts the minutes in a row: three of them."""


def alarm(minutes: Sequence[Minute]) -> bool:
    in_a_row = 0
    for minute in minutes:
        in_a_row = in_a_row + 1 if is_bad(minute) else 0
    return in_a_row >= 3


# in PoolMetrics


def pool_class(self, base: type[Pool]) -> type[Pool]:
    def connect(pool: Any) -> Any:
        began = perf_counter()
        self._add("pending_requests")
        try:
            connection = base.connect(pool)
        except BaseException as problem:
            if isinstance(problem, PoolTimeout):
                self._add("timeouts")
            elif isinstance(problem, Exception):
                self._add("failed")
            raise
        finally:
            self._add("pending_requests", -1)
        self._add_time("wait_time", began)
        return connection

    return type(f"Counted{base.__name__}", (base,), {"connect": connect})
