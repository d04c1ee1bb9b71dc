# task 3: failed
# says: also 0
"""Takes what is false for None."""


def with_till(engine: Engine, till: int, job: Callable[[Connection], T]) -> T | None:
    with engine.begin() as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:till)"), {"till": till}):
            return None
        return job(connection) or None
