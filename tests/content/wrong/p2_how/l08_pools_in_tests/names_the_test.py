# task 4: failed
# says: Only at the moment of the checkout does its stack tell
"""Names the test, and not the line."""


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine, request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if engine.pool.checkedout():
        pytest.fail(f"{request.node.nodeid} did not return a connection")
