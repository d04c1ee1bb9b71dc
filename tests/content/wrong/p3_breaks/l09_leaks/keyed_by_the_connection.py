# task 6: failed
# says: At this checkin the connection is None
"""Keeps its books by the driver's connection."""


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str] = {}
        event.listen(engine, "checkout", lambda raw, _, __: self._lines.update({id(raw): line_of_the_borrower()}))
        event.listen(engine, "checkin", lambda raw, _: self._lines.pop(id(raw), None))

    def who_holds(self) -> list[str]:
        return list(self._lines.values())
