"""Async handlers that do the work in FastAPI's thread pool, and a match statement."""

from fastapi.concurrency import run_in_threadpool


# in create_app
@app.get("/products")
async def search(q: str) -> list[str]:
    def work():
        with engine.connect() as connection:
            sql = text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name")
            return list(connection.execute(sql, {"pattern": f"%{q}%"}).scalars())

    return await run_in_threadpool(work)


@app.post("/orders/{product}", status_code=201)
async def order(product: str) -> dict[str, int]:
    def work():
        with engine.begin() as connection:
            sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
            return connection.execute(sql, {"name": product}).scalar()

    match await run_in_threadpool(work):
        case None:
            raise HTTPException(404, f"The store has no {product}.")
        case left:
            return {"left": left}
