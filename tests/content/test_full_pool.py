"""What the lesson says of a full pool without showing it: a return that wakes nobody."""

import threading
from pathlib import Path

from sqlalchemy import create_engine

TRIES = 20  # whether the woken thread runs between the two returns is up to the system


def test_a_return_may_wake_nobody(tmp_path: Path) -> None:
    """when_the_pool_is_full: two are returned in one moment to a pool that keeps one, two wait, and one of them waits on."""
    assert any(waits_on(tmp_path) for _ in range(TRIES))


def waits_on(folder: Path) -> bool:
    """Return two connections at once; say whether somebody still waits although another may be opened."""
    engine = create_engine(
        f"sqlite:///{folder / 'store.db'}", pool_size=1, max_overflow=1, pool_timeout=5, pool_reset_on_return=None
    )
    taken, got, leave = [engine.connect(), engine.connect()], threading.Semaphore(0), threading.Event()

    def wait() -> None:
        with engine.connect():
            got.release()
            leave.wait()

    threads = [threading.Thread(target=wait) for _ in range(2)]
    for thread in threads:
        thread.start()
    queue = engine.pool._pool  # type: ignore[attr-defined]
    while len(queue.not_empty._waiters) < len(threads):
        pass
    for connection in taken:
        connection.close()
    assert got.acquire(timeout=5)
    second = got.acquire(timeout=0.3)
    room = engine.pool.checkedout() == 1  # type: ignore[attr-defined]
    leave.set()
    for thread in threads:
        thread.join()
    engine.dispose()
    return room and not second
