# task 3: failed
# says: and does not wait
"""Waits for the till, and is served after all."""


def with_till(engine: Engine, till: int, job: Callable[[Connection], T]) -> T | None:
    with engine.begin() as connection:
        free = connection.scalar(
            text(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = :till AND pid IN (SELECT pid FROM pg_stat_activity WHERE state LIKE 'idle in%')"
            ),
            {"till": till},
        )
        if free:
            return None
        connection.execute(text("SELECT pg_advisory_xact_lock(:till)"), {"till": till})
        return job(connection)
