# task 5: failed
# says: All threads belong to requests that wait
"""Relies on the pool's time-out alone."""

# in create_app


async def admit() -> AsyncIterator[None]:
    yield
