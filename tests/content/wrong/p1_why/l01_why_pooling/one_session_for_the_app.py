# task 2: failed
# says: Each request needs a connection or session of its own.
# passes in the page, where one request follows another
"""Makes one session for the application and commits after each request."""

from sqlalchemy.orm import Session


def create_app(database_url):
    app = FastAPI()
    session = Session(make_engine(database_url))

    @app.get("/products")
    def search(q: str) -> list[str]:
        sql = text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name")
        try:
            return list(session.scalars(sql, {"pattern": f"%{q}%"}))
        finally:
            session.rollback()

    @app.post("/orders/{product}", status_code=201)
    def order(product: str) -> dict[str, int]:
        sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
        try:
            stock = session.scalar(sql, {"name": product})
            if stock is None:
                raise HTTPException(404, f"The store has no {product}.")
            session.commit()
            return {"left": stock}
        finally:
            session.rollback()

    return app
