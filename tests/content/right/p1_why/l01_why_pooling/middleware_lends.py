"""A middleware borrows for each request, in a thread, and returns in `finally`."""

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

# in create_app


@app.middleware("http")
async def lend(request: Request, call_next):
    request.state.db = await run_in_threadpool(engine.connect)
    try:
        return await call_next(request)
    finally:
        await run_in_threadpool(request.state.db.close)


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
