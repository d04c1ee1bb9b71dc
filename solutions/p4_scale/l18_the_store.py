"""The store after an hour that went wrong: worked solution. What each fix is, and why, stands beside it."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel
from sqlalchemy import Engine, create_engine, exc, text
from sqlalchemy.orm import Session


class Product(BaseModel):
    """A product, its price in euros."""

    name: str
    price: int


SEARCH = text("SELECT name, price FROM products WHERE name LIKE :start ORDER BY name LIMIT 10")
FIND = text("SELECT name, price FROM products WHERE name = :name")
# A batch begins after the last name of the one before, so nothing has to be kept between the two but that name.
PRICES = text("SELECT name, price FROM products WHERE name > :last ORDER BY name LIMIT 100")
REVIEWS = text("SELECT review FROM reviews WHERE product = :name ORDER BY id")
TAKE = text("UPDATE products SET stock = stock - 1 WHERE name = :name AND stock > 0 RETURNING price")
PLACE = text("INSERT INTO orders (product, total, paid) VALUES (:name, :total, false) RETURNING id")
PAID = text("UPDATE orders SET paid = true WHERE id = :number")
PUT_BACK = text("UPDATE products SET stock = stock + 1 WHERE name = :name")


def make_engine(database_url: str, **more: Any) -> Engine:
    """Return the store's one engine. The database grants it 15 connections; `more` is what a watcher adds."""
    # The pool cannot know that the server has closed what lies in it: it asks at each checkout, which costs a round trip with
    # psycopg, and three with asyncpg. It helps what lies idle; whoever is in the middle of a query sees an error as before.
    # 15 are for one process: a second worker has a pool of its own, and the two share what the database grants.
    options = {"pool_size": 5, "max_overflow": 10, "pool_timeout": 1, "pool_pre_ping": True}
    return create_engine(database_url, **options, **more)


def create_app(engine: Engine, pay: Callable[[int], None]) -> FastAPI:
    """Build the store. `pay(euros)` asks the payment service of somebody else, which may take its time."""
    app = FastAPI()
    not_found: list[str] = []  # for the editors, who correct the links; a kept error would keep its frames, for ever

    @app.exception_handler(exc.TimeoutError)
    async def busy(_: Request, __: Exception) -> JSONResponse:
        return JSONResponse({"detail": "Busy. Please come again."}, 503, {"Retry-After": "2"})

    @app.get("/open")
    async def tell_that_we_are_open() -> dict[str, str]:
        return {"store": "open"}

    # The session ends before the endpoint returns. A dependency would keep its connection while the request waits for a
    # thread again, to have its answer checked: with 40 threads and 15 connections, the 55th closes the circle, if all are
    # under way before one of the queries ends; over HTTP, where they come one after the other, it takes some more.
    @app.get("/products", response_model=list[Product])
    def search(q: str) -> Any:
        with Session(engine) as session:
            return session.execute(SEARCH, {"start": f"{q}%"}).mappings().all()

    # `with` closes on every way out. Without it the error kept the traceback, and that the session, for as long as the list.
    @app.get("/products/{name}", response_model=Product)
    def product_page(name: str) -> Any:
        with Session(engine) as session:
            try:
                return session.execute(FIND, {"name": name}).mappings().one()
            except exc.NoResultFound as error:
                not_found.append(name)
                raise HTTPException(404, f"We do not have {name}.") from error

    # `def`: it waits for the database in a thread. In `async def` a driver that blocks stops the thread of all requests.
    @app.get("/products/{name}/reviews")
    def reviews(name: str) -> list[str]:
        with Session(engine) as session:
            return list(session.scalars(REVIEWS, {"name": name}))

    @app.post("/orders", status_code=201)
    def place_order(name: str) -> dict[str, int]:
        with Session(engine) as session, session.begin():
            total = session.scalar(TAKE, {"name": name})
            if total is None:
                raise HTTPException(409, "Sold out.")
            number = session.scalar(PLACE, {"name": name, "total": total})
        # The order is committed, unpaid: while the service takes its time, nothing is in use and no row is locked. If the
        # store ends here, the order says what is open; nobody has paid for an order that was not written down. Each payment
        # still keeps one of 40 threads: payments need a time-out of their own. After one nobody knows whether money was
        # taken: a real service is asked again with the order's number as a key, so that nobody pays twice.
        try:
            pay(total)
        except Exception:  # refused: no rollback gives the piece back any more
            with Session(engine) as session, session.begin():
                session.execute(PUT_BACK, {"name": name})
            raise
        with Session(engine) as session, session.begin():
            session.execute(PAID, {"number": number})
        return {"number": number, "total": total}

    # The stream takes a connection for each batch and has none while a piece goes out, however slowly it is read. The price:
    # batches may be of different moments, and if the pool is full in mid-stream the list breaks off, its 200 sent already.
    @app.get("/prices.csv")
    def price_list() -> StreamingResponse:
        def lines() -> Any:
            last = ""
            while True:
                with Session(engine) as session:
                    rows = session.execute(PRICES, {"last": last}).all()
                if not rows:
                    return
                yield "".join(f"{name},{price}\n" for name, price in rows)
                last = rows[-1].name

        return StreamingResponse(lines(), media_type="text/csv")

    return app
