"""The price list is read before it is sent; the order's session commits before the payment; the search is bounded at the door."""

from collections.abc import Iterator
from inspect import signature
from typing import Annotated

from anyio import Semaphore
from fastapi import Depends


def at_most(number: int, dependency: Any) -> Any:
    if "max_concurrency" in signature(Depends).parameters:
        return Depends(dependency, max_concurrency=number)
    limit = Semaphore(number)

    async def admitted() -> Any:
        async with limit:
            yield

    def admitted_dependency(_: Annotated[None, Depends(admitted)]) -> Any:
        yield from dependency()

    return Depends(admitted_dependency)


# in create_app


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


Ours = Annotated[Session, at_most(15, get_session)]


@app.get("/products", response_model=list[Product])
def search(q: str, session: Ours) -> Any:
    return session.execute(SEARCH, {"start": f"{q}%"}).mappings().all()


@app.post("/orders", status_code=201)
def place_order(name: str) -> dict[str, int]:
    with Session(engine) as session:
        total = session.scalar(TAKE, {"name": name})
        if total is None:
            raise HTTPException(409, "Sold out.")
        number = session.scalar(PLACE, {"name": name, "total": total})
        session.commit()
        pay(total)
        session.execute(PAID, {"number": number})
        session.commit()
    return {"number": number, "total": total}


@app.get("/prices.csv")
def price_list() -> StreamingResponse:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, price FROM products ORDER BY name")).all()
    return StreamingResponse((f"{name},{price}\n" for name, price in rows), media_type="text/csv")
