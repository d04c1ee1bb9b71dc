# task 2: failed
# says: Threads or first requests that come together each make an engine
# passes in the page, which has no threads
"""Keeps an engine for each thread."""

from threading import local

# in create_app
here = local()


def engine_here():
    if not hasattr(here, "engine"):
        here.engine = make_engine(database_url)
    return here.engine


@app.get("/products")
def search(q: str) -> list[str]:
    sql = text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name")
    with engine_here().connect() as connection:
        return list(connection.scalars(sql, {"pattern": f"%{q}%"}))


@app.post("/orders/{product}", status_code=201)
def order(product: str) -> dict[str, int]:
    sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
    with engine_here().begin() as connection:
        stock = connection.scalar(sql, {"name": product})
        if stock is None:
            raise HTTPException(404, f"The store has no {product}.")
        return {"left": stock}
