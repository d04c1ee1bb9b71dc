"""The store after an hour that went wrong: six faults are in this file, and each hurt its shoppers at another moment.

The lesson's page has the numbers, the log and the complaints. Find each fault, fix it here, and prove it:
`pytest exercises -k the_store` sends shoppers, and `python docs/p4_scale/incident.py` plays the whole hour again.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel
from sqlalchemy import Engine, create_engine, exc, text
from sqlalchemy.orm import Session

# TODO 1: after the restart of the database: "Internal Server Error. I pressed again, and it was there."
# TODO 2: while the payment service was slow: "I do not want to pay anything. I only look around, and you are busy?"
# TODO 3: after the newsletter with a dead link: "Everything is busy. It has been for minutes, and who else is there?"
# TODO 4: when our partners had fetched the price list: "Busy again. Is it because I read the list while it arrives?"
# TODO 5: while a migration had locked the reviews: "Not even the page that says that the store is open answers."
# TODO 6: after the rush: "A hundred looked for a lamp, for a second. Why does nobody find one now?"


class Product(BaseModel):
    """A product, its price in euros."""

    name: str
    price: int


SEARCH = text("SELECT name, price FROM products WHERE name LIKE :start ORDER BY name LIMIT 10")
FIND = text("SELECT name, price FROM products WHERE name = :name")
PRICES = text("SELECT name, price FROM products ORDER BY name")
REVIEWS = text("SELECT review FROM reviews WHERE product = :name ORDER BY id")
TAKE = text("UPDATE products SET stock = stock - 1 WHERE name = :name AND stock > 0 RETURNING price")
PLACE = text("INSERT INTO orders (product, total, paid) VALUES (:name, :total, false) RETURNING id")
PAID = text("UPDATE orders SET paid = true WHERE id = :number")


def make_engine(database_url: str, **more: Any) -> Engine:
    """Return the store's one engine. The database grants it 15 connections; `more` is what a watcher adds."""
    return create_engine(database_url, pool_size=5, max_overflow=10, pool_timeout=1, **more)


def create_app(engine: Engine, pay: Callable[[int], None]) -> FastAPI:
    """Build the store. `pay(euros)` asks the payment service of somebody else, which may take its time."""
    app = FastAPI()
    not_found: list[exc.NoResultFound] = []  # for the editors, who correct the links

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    # Here is no fault: who finds no connection within a second is told so.
    @app.exception_handler(exc.TimeoutError)
    async def busy(_: Request, __: Exception) -> JSONResponse:
        return JSONResponse({"detail": "Busy. Please come again."}, 503, {"Retry-After": "2"})

    @app.get("/open")
    async def tell_that_we_are_open() -> dict[str, str]:
        return {"store": "open"}

    @app.get("/products", response_model=list[Product])
    def search(q: str, session: Annotated[Session, Depends(get_session)]) -> Any:
        return session.execute(SEARCH, {"start": f"{q}%"}).mappings().all()

    @app.get("/products/{name}", response_model=Product)
    def product_page(name: str) -> Any:
        session = Session(engine)
        try:
            product = session.execute(FIND, {"name": name}).mappings().one()
        except exc.NoResultFound as error:
            not_found.append(error)
            raise HTTPException(404, f"We do not have {name}.") from error
        session.close()
        return product

    @app.get("/products/{name}/reviews")
    async def reviews(name: str) -> list[str]:
        with Session(engine) as session:
            return list(session.scalars(REVIEWS, {"name": name}))

    @app.post("/orders", status_code=201)
    def place_order(name: str) -> dict[str, int]:
        with Session(engine) as session, session.begin():
            total = session.scalar(TAKE, {"name": name})
            if total is None:
                raise HTTPException(409, "Sold out.")
            number = session.scalar(PLACE, {"name": name, "total": total})
            pay(total)
            session.execute(PAID, {"number": number})
        return {"number": number, "total": total}

    @app.get("/prices.csv")
    def price_list(session: Annotated[Session, Depends(get_session)]) -> StreamingResponse:
        rows = session.execute(PRICES, execution_options={"yield_per": 100})
        pieces = ("".join(f"{name},{price}\n" for name, price in some) for some in rows.partitions())
        return StreamingResponse(pieces, media_type="text/csv")

    return app
