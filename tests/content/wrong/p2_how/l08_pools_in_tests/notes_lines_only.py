# task 4: failed
# says: The collector returned it before you looked
"""Notes lines and not loans: what the collector returns was never in use."""

import weakref


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> Iterator[None]:
    loans = weakref.WeakKeyDictionary()

    def take(_connection: Any, _record: Any, loan: Any) -> None:
        loans[loan] = line_that_took_it()

    event.listen(engine, "checkout", take)
    yield
    event.remove(engine, "checkout", take)
    in_use = [(loan, line) for loan, line in loans.items() if loan.is_valid]
    for loan, _ in in_use:
        loan.invalidate()
    if in_use:
        pytest.fail("not returned: " + ", ".join(line for _, line in reversed(in_use)), pytrace=False)
