# task 4: failed
# says: Two are in use and one is named
"""Names the first of several."""


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> Iterator[None]:
    loans = []

    def note(_connection: Any, _record: Any, loan: Any) -> None:
        loans.append((loan, line_that_took_it()))

    event.listen(engine, "checkout", note)
    yield
    event.remove(engine, "checkout", note)
    in_use = [(loan, line) for loan, line in loans if loan.is_valid]
    for loan, _ in in_use:
        loan.invalidate()
    if in_use:
        pytest.fail(f"not returned: {in_use[0][1]}", pytrace=False)
