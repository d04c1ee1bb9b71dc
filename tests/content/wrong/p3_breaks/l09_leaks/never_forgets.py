# task 6: failed
# says: The event `checkin` strikes out the connection that was returned, whichever it is:
"""Enters loans and never strikes one out."""


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str] = {}
        event.listen(engine, "checkout", lambda _, record, __: self._lines.update({record: line_of_the_borrower()}))

    def who_holds(self) -> list[str]:
        return list(self._lines.values())
