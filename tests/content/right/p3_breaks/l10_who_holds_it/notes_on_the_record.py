"""Notes kept in the record's info, and a set of records in use; the clock of the wall."""

import time

# in LeakDetector


def _enter(self, _connection: Any, record: Any, _proxy: Any) -> None:
    record.record_info["noted"] = Checkout(calling_line(), serving.get(), time.monotonic())
    self._in_use[record] = record.record_info["noted"]


def who_holds(self) -> list[Holder]:
    now = time.monotonic()
    return [
        Holder(noted.line, noted.endpoint, now - noted.since)
        for noted in sorted(self._in_use.values(), key=lambda noted: noted.since)
    ]
