# task 4: failed
# says: inside of the function that the test calls
"""Names the test's first line."""


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine, request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if engine.pool.checkedout():
        pytest.fail(f"{request.path.name}:{request.function.__code__.co_firstlineno} did not return a connection")
