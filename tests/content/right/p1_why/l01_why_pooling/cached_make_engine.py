"""Remembers the engine by a decorator; the handlers ask for it each time."""

from functools import lru_cache
from sqlalchemy import QueuePool
from sqlalchemy.orm import Session


@lru_cache(maxsize=None)
def make_engine(database_url: str) -> Engine:
    return create_engine(database_url, poolclass=QueuePool, pool_size=5, max_overflow=0, pool_pre_ping=True)


def create_app(database_url: str) -> FastAPI:
    app = FastAPI()

    @app.get("/products")
    async def search(q: str) -> list[str]:
        with Session(make_engine(database_url)) as session:
            sql = text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name")
            return list(session.scalars(sql, {"pattern": f"%{q}%"}))

    @app.post("/orders/{product}", status_code=201)
    async def order(product: str) -> dict[str, int]:
        with Session(make_engine(database_url)) as session, session.begin():
            sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
            stock = session.scalar(sql, {"name": product})
            if stock is None:
                raise HTTPException(404, f"The store has no {product}.")
        return {"left": stock}

    return app
