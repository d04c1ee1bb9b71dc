"""One session per request, from a dependency with yield."""

from collections.abc import Iterator
from typing import Annotated
from fastapi import Depends
from sqlalchemy import QueuePool
from sqlalchemy.orm import Session


def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, poolclass=QueuePool, pool_size=5, max_overflow=0, pool_timeout=2)


# in create_app


def get_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@app.get("/products")
def search(q: str, session: Annotated[Session, Depends(get_session)]) -> list[str]:
    found = session.scalars(
        text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name"),
        {"pattern": f"%{q}%"},
    )
    return list(found)


@app.post("/orders/{product}", status_code=201)
def order(product: str, session: Annotated[Session, Depends(get_session)]) -> dict[str, int]:
    stock = session.scalar(
        text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock"),
        {"name": product},
    )
    if stock is None:
        raise HTTPException(404, f"The store has no {product}.")
    session.commit()
    return {"left": stock}
