# task 3: failed
# says: looks and locks in one
"""Asks who has the lock, and locks if nobody has it."""


def with_till(engine: Engine, till: int, job: Callable[[Connection], T]) -> T | None:
    with engine.begin() as connection:
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :till"
        if connection.scalar(text(held), {"till": till}):
            return None
        connection.execute(text("SELECT pg_advisory_xact_lock(:till)"), {"till": till})
        return job(connection)
