# task 4: failed
# says: Python's collector may return it before you look
"""Counts what the collector has left."""

import gc


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> Iterator[None]:
    yield
    gc.collect()
    if engine.pool.checkedout():
        engine.dispose()
        pytest.fail("a connection was not returned")
