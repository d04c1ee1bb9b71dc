# task 5: failed
# says: All threads belong to requests that wait
"""A `def` dependency that waits keeps a thread for each who waits."""

import threading

# in create_app


admission = threading.BoundedSemaphore(15)


def admit() -> Iterator[None]:
    with admission:
        yield
