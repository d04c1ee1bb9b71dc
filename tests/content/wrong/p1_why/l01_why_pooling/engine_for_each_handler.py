# task 2: failed
# says: The searches share an engine;
"""Remembers an engine for each handler."""

from functools import lru_cache


@lru_cache
def engine_of(handler: str, database_url: str) -> Engine:
    return make_engine(database_url)


# in create_app
@app.get("/products")
def search(q: str) -> list[str]:
    with engine_of("search", database_url).connect() as connection:
        sql = text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name")
        return list(connection.execute(sql, {"pattern": f"%{q}%"}).scalars())


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    with engine_of("order", database_url).begin() as connection:
        sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
        stock = connection.execute(sql, {"name": product}).scalar()
        if stock is None:
            raise HTTPException(404, f"The store has no {product}.")
        return {"left": stock}
