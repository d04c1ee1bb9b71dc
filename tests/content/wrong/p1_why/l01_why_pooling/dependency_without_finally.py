# task 3: failed
# says: A `with` block returns the connection on return, on raise, always.
"""Closes after the `yield` of a dependency, without try and finally."""

from fastapi import Depends


def create_app(database_url):
    app = FastAPI()
    engine = make_engine(database_url)

    def lend():
        connection = engine.connect()
        yield connection
        connection.close()

    @app.get("/products")
    def search(q: str, db=Depends(lend)) -> list[str]:
        sql = text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name")
        return list(db.execute(sql, {"pattern": f"%{q}%"}).scalars())

    @app.post("/orders/{product}", status_code=201)
    def order(product: str, db=Depends(lend)) -> dict[str, int]:
        sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
        stock = db.execute(sql, {"name": product}).scalar()
        if stock is None:
            raise HTTPException(404, f"The store has no {product}.")
        db.commit()
        return {"left": stock}

    return app
