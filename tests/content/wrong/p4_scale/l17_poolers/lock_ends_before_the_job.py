# task 3: failed
# says: whether another client of the pooler gets the till's lock
"""The right lock, in a transaction that ends before the job begins."""


def with_till(engine: Engine, till: int, job: Callable[[Connection], T]) -> T | None:
    with engine.connect() as connection:
        if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:till)"), {"till": till}):
            return None
        connection.commit()
        result = job(connection)
        connection.commit()
        return result
