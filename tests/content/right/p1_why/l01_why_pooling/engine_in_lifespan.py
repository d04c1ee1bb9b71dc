"""Makes the engine when the application starts, and closes by try and finally."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fastapi import Request


def create_app(database_url: str) -> FastAPI:

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.engine = make_engine(database_url)
        yield
        app.state.engine.dispose()

    app = FastAPI(lifespan=lifespan)

    @app.get("/products")
    def search(q: str, request: Request) -> list[str]:
        with request.app.state.engine.connect() as connection:
            found = connection.execute(
                text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name"),
                {"pattern": f"%{q}%"},
            )
            return list(found.scalars())

    @app.post("/orders/{product}", status_code=201)
    def order(product: str, request: Request) -> dict[str, int]:
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
