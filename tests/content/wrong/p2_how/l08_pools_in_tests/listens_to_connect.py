# task 4: failed
# says: it passed
"""Notes who opened a connection."""


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> Iterator[None]:
    loans = []

    def note(_connection: Any, record: Any) -> None:
        loans.append((record, line_that_took_it()))

    event.listen(engine, "connect", note)
    yield
    event.remove(engine, "connect", note)
    in_use = [(record, line) for record, line in loans if record.in_use]
    for record, _ in in_use:
        record.invalidate()
    if in_use:
        pytest.fail("not returned: " + ", ".join(line for _, line in in_use), pytrace=False)
