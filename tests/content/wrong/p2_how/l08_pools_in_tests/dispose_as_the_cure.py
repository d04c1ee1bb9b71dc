# task 4: failed
# says: the server still holds the old transaction
"""Gets the connections back by dispose()."""


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> Iterator[None]:
    loans = []

    def note(_connection: Any, _record: Any, loan: Any) -> None:
        loans.append((loan, line_that_took_it()))

    event.listen(engine, "checkout", note)
    yield
    event.remove(engine, "checkout", note)
    in_use = [(loan, line) for loan, line in loans if loan.is_valid]
    if in_use:
        engine.dispose()
    if in_use:
        pytest.fail("not returned: " + ", ".join(line for _, line in in_use), pytrace=False)
