"""The store gets sessions: one engine from start to end, one session per request, nothing in use once the answer goes out."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import BackgroundTasks, Depends, FastAPI, Header, HTTPException, Request
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


# A task gets data, not objects: the request's session has ended, and so has the life of what it loaded. The engine is
# what both have in common. This session takes a connection when it writes, and the block returns it, also on an error.
def write_receipt(engine: Engine, shopper: str, product: str) -> None:
    """Save a receipt after the answer, in a session of its own. If that fails, the order stays."""
    with Session(engine) as session:
        values = {"shopper": shopper, "product": product}
        session.execute(text("INSERT INTO receipts VALUES (:shopper, :product)"), values)
        session.commit()


def create_app(database_url: str) -> FastAPI:
    """Build the store's application; it has one engine by `make_engine`, from each start to the end that follows."""

    # Up to the `yield` when the server starts, the rest when it ends. The engine belongs to this application: kept in a
    # global, the second application of a process would take the first one's database away.
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = app.state.engine = make_engine(database_url)
        try:
            yield
        finally:  # also when the server is stopped by force and the task that waits here is cancelled
            engine.dispose()

    app = FastAPI(lifespan=lifespan)

    # FastAPI throws the exception in at the `yield`, as into any context manager: only a block (or `finally`) still runs.
    # Leaving the block rolls back what was not committed. So a dependency needs no `except`.
    def get_session(request: Request) -> Iterator[Session]:
        """Give a request its session, and return the connection after every answer and every `Exception`."""
        with Session(request.app.state.engine) as session:
            yield session

    # FastAPI calls a dependency once per request and gives everybody the same object: shopper and stock are changed in
    # one session, so one commit saves both, and a request never waits for a second connection while it holds the first.
    def get_shopper(shopper: Annotated[str, Header()], session: Annotated[Session, Depends(get_session)]) -> Shopper:
        """Give the shopper that the header `shopper` names; 401 for one whom the store does not know."""
        if (known := session.get(Shopper, shopper)) is None:
            raise HTTPException(401, f"Who is {shopper}?")
        return known

    @app.get("/products/{name}")
    def show(name: str, session: Annotated[Session, Depends(get_session)]) -> dict[str, int]:
        """Answer the price of a product and how many are left; 404 for one that the store does not have."""
        if (found := session.get(Product, name)) is None:
            raise HTTPException(404, f"The store has no {name}.")
        answer = {"price": found.price, "stock": found.stock}
        # The block ends after the answer was sent. A reader has nothing to save, but a transaction to end.
        session.close()
        return answer

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
        # Read first, then commit: commit() expires the shopper, and a look at it would take a connection again.
        answer, buyer = {"left": left, "orders": shopper.orders}, shopper.name
        # Save before the answer says so. After the `yield` it would be too late: then the answer is on its way.
        session.commit()
        tasks.add_task(write_receipt, app.state.engine, buyer, name)
        return answer

    return app
