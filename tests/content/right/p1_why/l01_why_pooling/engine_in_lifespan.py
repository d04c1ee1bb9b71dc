# right: Makes the engine when the application starts, and closes by try and finally.
"""Makes the engine when the application starts, and closes by try and finally."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, HTTPException, Request
from sqlalchemy import Engine, create_engine, text


def make_engine(database_url: str) -> Engine:
    """Return an engine whose pool keeps up to 5 connections open for reuse and never opens a sixth."""
    # pool_size is how many are kept. The cap is pool_size + max_overflow, and max_overflow is 10 unless we say 0.
    return create_engine(database_url, pool_size=5, max_overflow=0)


def create_app(database_url: str) -> FastAPI:
    """Build the store's application on one database."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.engine = make_engine(database_url)
        yield
        app.state.engine.dispose()

    app = FastAPI(lifespan=lifespan)

    @app.get("/products")
    def search(q: str, request: Request) -> list[str]:
        """Answer the names that contain `q`, in alphabetical order."""
        with request.app.state.engine.connect() as connection:
            found = connection.execute(
                text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name"),
                {"pattern": f"%{q}%"},
            )
            return list(found.scalars())

    @app.post("/orders/{product}", status_code=201)
    def order(product: str, request: Request) -> dict[str, int]:
        """Sell one piece and answer how many are left; 404 for a product that the store does not have."""
        connection = request.app.state.engine.connect()
        try:
            stock = connection.execute(
                text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock"),
                {"name": product},
            ).scalar()
            if stock is None:
                raise HTTPException(404, f"The store has no {product}.")
            connection.commit()
            return {"left": stock}
        finally:
            connection.close()

    return app
