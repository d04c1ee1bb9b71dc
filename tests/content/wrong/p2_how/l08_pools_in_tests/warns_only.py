# task 4: failed
# says: look at what is still in use, and fail
"""Warns."""

import warnings


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
    for _, line in in_use:
        warnings.warn(f"not returned: {line}", stacklevel=1)
