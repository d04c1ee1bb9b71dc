"""What the store keeps as objects, for the errors of sessions."""

from sqlalchemy import ForeignKey, StaticPool, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    """All tables."""


class Order(Base):
    """An order and its lines."""

    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str]
    lines: Mapped[list["Line"]] = relationship()


class Line(Base):
    """One product of an order."""

    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order: Mapped[int] = mapped_column(ForeignKey("orders.id"))


def store_in_memory() -> Session:
    """Give a session on a database in memory, with one order."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    Base.metadata.create_all(engine)
    session = Session(engine)
    session.add(Order(id=1, note="lamp"))
    session.commit()
    return session
