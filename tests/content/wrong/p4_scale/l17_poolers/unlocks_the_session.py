# task 3: failed
# says: the till's locks on the server, after a job that raised IntegrityError
"""The session's lock, in one transaction; after an error of the database nothing can be unlocked."""


def with_till(engine: Engine, till: int, job: Callable[[Connection], T]) -> T | None:
    with engine.begin() as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_lock(:till)"), {"till": till}):
            return None
        try:
            return job(connection)
        finally:
            try:
                connection.execute(text("SELECT pg_advisory_unlock(:till)"), {"till": till})
            except Exception:
                pass
