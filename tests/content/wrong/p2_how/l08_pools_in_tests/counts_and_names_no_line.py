# task 4: failed
# says: Only at the moment of the checkout does its stack tell
"""Counts, and does not say who."""


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> Iterator[None]:
    yield
    assert engine.pool.checkedout() == 0, f"{engine.pool.checkedout()} in use"
