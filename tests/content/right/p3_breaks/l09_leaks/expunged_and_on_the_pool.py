"""Listens on the pool, expunges the product, returns in an ExitStack, keeps its books in WeakKeyDictionary."""

from contextlib import ExitStack
from contextlib import closing
from weakref import WeakKeyDictionary
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker


def price_of(engine: Engine, name: str) -> int | None:
    with ExitStack() as stack:
        connection = stack.enter_context(closing(engine.connect()))
        return connection.scalar(text("SELECT price FROM products WHERE name = :name"), {"name": name})


def find_product(engine: Engine, name: str) -> Product | None:
    with sessionmaker(engine, expire_on_commit=False).begin() as session:
        return session.scalars(select(Product).filter_by(name=name)).one_or_none()


class LeakDetector:
    def __init__(self, engine: Engine) -> None:
        self._lines = WeakKeyDictionary()
        event.listen(
            engine.pool, "checkout", lambda _, record, __: self._lines.update({record: line_of_the_borrower()})
        )
        event.listen(engine.pool, "checkin", lambda _, record: self._lines.pop(record, None))

    def who_holds(self) -> list[str]:
        return list(self._lines.values())
