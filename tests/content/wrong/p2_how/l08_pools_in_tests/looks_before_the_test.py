# task 4: failed
# says: look at what is still in use, and fail
"""Looks when a test begins."""


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> Iterator[None]:
    assert engine.pool.checkedout() == 0, "the test before did not return a connection"
    yield
