# task 4: failed
# says: Return what the test has not returned
"""Fails the test and leaves the connection in use."""


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> Iterator[None]:
    loans = []

    def note(_connection: Any, _record: Any, loan: Any) -> None:
        loans.append((loan, line_that_took_it()))

    event.listen(engine, "checkout", note)
    yield
    event.remove(engine, "checkout", note)
    in_use = [(loan, line) for loan, line in loans if loan.is_valid]
    loans.clear()
    if in_use:
        pytest.fail("not returned: " + ", ".join(line for _, line in in_use), pytrace=False)
