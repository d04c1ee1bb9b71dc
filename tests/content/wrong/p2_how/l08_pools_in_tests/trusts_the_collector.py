# task 4: failed
# says: it passed
"""Lets the collector return what was forgotten, and looks at what is left."""

import gc


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> Iterator[None]:
    yield
    gc.collect()
    assert engine.pool.checkedout() == 0 or True
