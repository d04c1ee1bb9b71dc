# task 3: failed
# says: Commit what a job has done
"""close() rolls back."""


def with_till(engine: Engine, till: int, job: Callable[[Connection], T]) -> T | None:
    with engine.connect() as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:till)"), {"till": till}):
            return None
        return job(connection)
