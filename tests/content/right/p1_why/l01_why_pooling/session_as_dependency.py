# right: One session per request, from a dependency with yield.
"""One session per request, from a dependency with yield."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import Engine, QueuePool, create_engine, text
from sqlalchemy.orm import Session


def make_engine(database_url: str) -> Engine:
    """Return an engine whose pool keeps up to 5 connections open for reuse and never opens a sixth."""
    # pool_size is how many are kept. The cap is pool_size + max_overflow, and max_overflow is 10 unless we say 0.
    return create_engine(database_url, poolclass=QueuePool, pool_size=5, max_overflow=0, pool_timeout=2)


def create_app(database_url: str) -> FastAPI:
    """Build the store's application on one database."""
    app = FastAPI()
    # The engine owns the pool, so it lives as long as the application and not as long as a request.
    # Nothing connects here: the pool is lazy, the first request opens the first connection.
    engine = make_engine(database_url)

    def get_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    @app.get("/products")
    def search(q: str, session: Annotated[Session, Depends(get_session)]) -> list[str]:
        """Answer the names that contain `q`, in alphabetical order."""
        found = session.scalars(
            text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name"),
            {"pattern": f"%{q}%"},
        )
        return list(found)

    @app.post("/orders/{product}", status_code=201)
    def order(product: str, session: Annotated[Session, Depends(get_session)]) -> dict[str, int]:
        """Sell one piece and answer how many are left; 404 for a product that the store does not have."""
        stock = session.scalar(
            text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock"),
            {"name": product},
        )
        if stock is None:
            raise HTTPException(404, f"The store has no {product}.")
        session.commit()
        return {"left": stock}

    return app
