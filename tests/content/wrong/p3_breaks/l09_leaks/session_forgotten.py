# task 4: failed
# says: The session borrowed at its query
"""Fixes the cache and believes that a session needs no closing."""


def find_product(engine: Engine, name: str) -> Product | None:
    return Session(engine).get(Product, name)


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str] = {}
        event.listen(engine, "checkout", lambda _, record, __: self._lines.update({record: line_of_the_borrower()}))
        event.listen(engine, "checkin", lambda _, record: self._lines.pop(record, None))

    def who_holds(self) -> list[str]:
        return list(self._lines.values())
