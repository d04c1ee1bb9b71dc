# task 4: failed
# says: `event.remove` ends what `event.listen` began
"""Adds a listener for each test."""


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> Iterator[None]:
    loans = []

    def note(_connection: Any, _record: Any, loan: Any) -> None:
        loans.append((loan, line_that_took_it()))

    event.listen(engine, "checkout", note)
    yield
    in_use = [(loan, line) for loan, line in loans if loan.is_valid]
    for loan, _ in in_use:
        loan.invalidate()
    if in_use:
        pytest.fail("not returned: " + ", ".join(line for _, line in in_use), pytrace=False)
