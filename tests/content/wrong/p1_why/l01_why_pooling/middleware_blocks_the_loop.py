# task 2: failed
# says: A wait in an `async def` stops the whole event loop
# passes in the page, which has no threads
"""Waits for a connection in an async middleware, on the event loop."""

from fastapi import Request

# in create_app


@app.middleware("http")
async def lend(request: Request, call_next):
    with engine.connect() as request.state.db:
        return await call_next(request)


@app.get("/products")
def search(q: str, request: Request) -> list[str]:
    sql = text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name")
    return list(request.state.db.scalars(sql, {"pattern": f"%{q}%"}))


@app.post("/orders/{product}", status_code=201)
def order(product: str, request: Request) -> dict[str, int]:
    sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
    stock = request.state.db.scalar(sql, {"name": product})
    if stock is None:
        raise HTTPException(404, f"The store has no {product}.")
    request.state.db.commit()
    return {"left": stock}
