# task 3: failed
# says: another number is another lock
"""One lock is simpler."""


def with_till(engine: Engine, till: int, job: Callable[[Connection], T]) -> T | None:
    with engine.begin() as connection:
        both = "SELECT pg_try_advisory_xact_lock(:till) AND pg_try_advisory_xact_lock(:store)"
        if not connection.scalar(text(both), {"till": till, "store": till // 10}):
            return None
        return job(connection)
