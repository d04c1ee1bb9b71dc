"""The store with a pool: one engine, made once; every request borrows a connection and returns it."""

from fastapi import FastAPI, HTTPException
from sqlalchemy import Engine, create_engine, text


def make_engine(database_url: str) -> Engine:
    """Return an engine whose pool keeps up to 5 connections open for reuse and never opens a sixth: who comes then waits."""
    # pool_size is how many are kept. The cap is pool_size + max_overflow, and max_overflow is 10 unless we say 0.
    return create_engine(database_url, pool_size=5, max_overflow=0)


def create_app(database_url: str) -> FastAPI:
    """Build the store's application on one database, with one engine by `make_engine`."""
    app = FastAPI()
    # The engine owns the pool, so it lives as long as the application and not as long as a request.
    # Nothing connects here: the pool is lazy, the first request opens the first connection.
    engine = make_engine(database_url)

    @app.get("/products")
    def search(q: str) -> list[str]:
        """Answer the names that contain `q`, in alphabetical order."""
        with engine.connect() as connection:
            found = connection.execute(
                text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name"),
                {"pattern": f"%{q}%"},
            )
            return list(found.scalars())

    @app.post("/orders/{product}", status_code=201)
    def order(product: str) -> dict[str, int]:
        """Sell one piece and answer how many are left; 404 for a product that the store does not have."""
        # begin() is connect() plus a transaction: commit at the end, rollback on an exception,
        # and in both cases the connection is returned, also when we leave by `raise`.
        with engine.begin() as connection:
            stock = connection.execute(
                text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock"),
                {"name": product},
            ).scalar()
            if stock is None:
                raise HTTPException(404, f"The store has no {product}.")
            return {"left": stock}

    return app
