"""Closes in finally blocks, reads the names page by page, and finds the line in a copied stack."""

import os
import traceback
import sqlalchemy


def price_of(engine: Engine, name: str) -> int | None:
    connection = engine.connect()
    try:
        return connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})
    finally:
        connection.close()


def product_names(engine: Engine) -> Iterator[str]:
    connection = engine.connect()
    try:
        result = connection.execution_options(yield_per=100).scalars(text("SELECT name FROM products ORDER BY name"))
        for page in result.partitions():
            yield from page
    finally:
        connection.close()


def find_product(engine: Engine, name: str) -> Product | None:
    session = Session(engine)
    try:
        return session.get(Product, name)
    finally:
        session.close()


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines: dict[object, str] = {}
        event.listen(engine, "checkout", lambda _, record, __: self._lines.update({record: line_of_the_borrower()}))
        event.listen(engine, "checkin", lambda _, record: self._lines.pop(record, None))

    def who_holds(self) -> list[str]:
        return list(self._lines.values())


# "<": what SQLAlchemy generates has no file, and its name differs between 2.0 and 2.1.
NOT_OURS = (str(Path(sqlalchemy.__file__).parent), str(Path(os.__file__).parent), "<")


def line_of_the_borrower() -> str:
    stack = traceback.extract_stack()[:-2]
    borrower = next(frame for frame in reversed(stack) if not frame.filename.startswith(NOT_OURS))
    return f"{Path(borrower.filename).name}:{borrower.lineno}"
