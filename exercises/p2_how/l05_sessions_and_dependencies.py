"""The store gets sessions: one engine from start to end, one session per request, nothing in use once the answer goes out.

Grade yourself with `pytest exercises -k sessions_and_dependencies`.
"""

from collections.abc import Iterator
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, Header, HTTPException
from sqlalchemy import Engine, create_engine, text, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """What the store keeps as objects."""


class Product(Base):
    """One product: its name, its price in euros, how many are left."""

    __tablename__ = "products"
    name: Mapped[str] = mapped_column(primary_key=True)
    price: Mapped[int]
    stock: Mapped[int]


class Shopper(Base):
    """One shopper, and how many pieces were ordered."""

    __tablename__ = "shoppers"
    name: Mapped[str] = mapped_column(primary_key=True)
    orders: Mapped[int]


def make_engine(database_url: str) -> Engine:
    """Return an engine for the store. Its settings are right: nothing is to be fixed here."""
    settings = {"pool_size": 5, "max_overflow": 0, "pool_timeout": 0.2}
    return create_engine(database_url, connect_args={"timeout": 0.2}, **settings)


def write_receipt(session: Session, shopper: Shopper, product: str) -> None:
    """Save a receipt after the answer, in a session of its own. If that fails, the order stays."""
    values = {"shopper": shopper.name, "product": product}
    session.execute(text("INSERT INTO receipts VALUES (:shopper, :product)"), values)
    session.commit()


def create_app(database_url: str) -> FastAPI:
    """Build the store's application; it has one engine by `make_engine`, from each start to the end that follows."""
    # TODO 1: no engine before the application starts; at its end, nothing stays open.
    engine = make_engine(database_url)
    app = FastAPI()

    def get_session() -> Iterator[Session]:
        """Give a request its session, and return the connection after every answer and every `Exception`."""
        # TODO 2: which of these lines run when the endpoint raises?
        session = Session(engine)
        yield session
        session.commit()
        session.close()

    def get_shopper(shopper: Annotated[str, Header()]) -> Shopper:
        """Give the shopper that the header `shopper` names; 401 for one whom the store does not know."""
        # TODO 3: this is a second session, on a second connection.
        session = Session(engine)
        if (known := session.get(Shopper, shopper)) is None:
            raise HTTPException(401, f"Who is {shopper}?")
        return known

    # TODO 4: when an answer goes out, what it tells is saved and nothing is in use. What fails changes nothing, a commit too.
    @app.get("/products/{name}")
    def show(name: str, session: Annotated[Session, Depends(get_session)]) -> dict[str, int]:
        """Answer the price of a product and how many are left; 404 for one that the store does not have."""
        if (found := session.get(Product, name)) is None:
            raise HTTPException(404, f"The store has no {name}.")
        return {"price": found.price, "stock": found.stock}

    @app.post("/orders/{name}", status_code=201)
    def order(
        name: str,
        shopper: Annotated[Shopper, Depends(get_shopper)],
        session: Annotated[Session, Depends(get_session)],
        tasks: BackgroundTasks,
    ) -> dict[str, int]:
        """Sell one piece, answer how many are left and how many the shopper has ordered; 404 or 409 if there is none."""
        shopper.orders += 1
        sell = update(Product).where(Product.name == name).values(stock=Product.stock - 1).returning(Product.stock)
        if (left := session.scalar(sell)) is None:
            raise HTTPException(404, f"The store has no {name}.")
        if left < 0:
            raise HTTPException(409, f"No {name} is left.")
        # TODO 5: by the time the task runs, whose session is this?
        tasks.add_task(write_receipt, session, shopper, name)
        return {"left": left, "orders": shopper.orders}

    return app
