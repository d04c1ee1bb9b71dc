# task 4: failed
# says: That is your own listener
"""Takes the last frame of the stack, which is the listener's."""

import traceback


@pytest.fixture(autouse=True)
def nothing_in_use(engine: Engine) -> Iterator[None]:
    loans = []

    def note(_connection: Any, _record: Any, loan: Any) -> None:
        loans.append((loan, f"{Path(__file__).name}:{traceback.extract_stack()[-1].lineno}"))

    event.listen(engine, "checkout", note)
    yield
    event.remove(engine, "checkout", note)
    in_use = [(loan, line) for loan, line in loans if loan.is_valid]
    for loan, _ in in_use:
        loan.invalidate()
    if in_use:
        pytest.fail("not returned: " + ", ".join(line for _, line in in_use), pytrace=False)
