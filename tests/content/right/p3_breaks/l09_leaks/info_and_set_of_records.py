"""Notes in record_info, frames told apart by their folders."""

import os
import traceback
import sqlalchemy

OUTSIDE = tuple(str(Path(folder)) for folder in {Path(os.__file__).parent, Path(sqlalchemy.__file__).parent})


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._out: dict[Any, None] = {}

        @event.listens_for(engine.pool, "checkout")
        def _(dbapi_connection: Any, record: Any, proxy: Any) -> None:
            stack = traceback.extract_stack()[:-1]
            borrower = next(
                f for f in reversed(stack) if not f.filename.startswith(OUTSIDE) and not f.filename.startswith("<")
            )
            record.record_info["borrowed"] = f"{Path(borrower.filename).name}:{borrower.lineno}"
            self._out[record] = None

        @event.listens_for(engine.pool, "checkin")
        def _(dbapi_connection: Any, record: Any) -> None:
            self._out.pop(record, None)

    def who_holds(self) -> list[str]:
        return [record.record_info["borrowed"] for record in self._out]
