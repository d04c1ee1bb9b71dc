# task 5: failed
# says: That is too far out:
"""Names the outermost frame."""

import traceback


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self.lines: dict[Any, str] = {}
        event.listen(engine, "checkout", self.enter)
        event.listen(engine, "checkin", self.strike_out)

    def enter(self, dbapi_connection: Any, record: Any, loan: Any) -> None:
        frame = traceback.extract_stack()[0]
        self.lines[record] = f"{Path(frame.filename).name}:{frame.lineno}"

    def strike_out(self, dbapi_connection: Any, record: Any) -> None:
        self.lines.pop(record, None)

    def who_holds(self) -> list[str]:
        return list(self.lines.values())
