"""A dependency that is an object; raw connection for the search."""

from typing import Annotated
from fastapi import Depends


class Transaction:
    def __init__(self, engine):
        self.engine = engine

    def __call__(self):
        with self.engine.begin() as connection:
            yield connection


def create_app(database_url: str) -> FastAPI:
    app = FastAPI()
    engine = make_engine(database_url)
    transaction = Transaction(engine)

    @app.get("/products")
    def search(q: str) -> list[str]:
        raw = engine.raw_connection()
        try:
            cursor = raw.cursor()
            cursor.execute("SELECT name FROM products WHERE name LIKE ? ORDER BY name", (f"%{q}%",))
            return [name for (name,) in cursor.fetchall()]
        finally:
            raw.close()

    @app.post("/orders/{product}", status_code=201)
    def order(product: str, db=Depends(transaction)) -> dict[str, int]:
        sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
        stock = db.scalar(sql, {"name": product})
        if stock is None:
            raise HTTPException(404, f"The store has no {product}.")
        return {"left": stock}

    return app
