# task 2: failed
# says: An engine owns a pool.
"""Makes the pool right, and makes it anew for every request."""


def create_app(database_url: str) -> FastAPI:
    app = FastAPI()

    @app.get("/products")
    def search(q: str) -> list[str]:
        engine = make_engine(database_url)
        with engine.connect() as connection:
            found = connection.execute(
                text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name"),
                {"pattern": f"%{q}%"},
            )
            return list(found.scalars())

    @app.post("/orders/{product}", status_code=201)
    def order(product: str) -> dict[str, int]:
        with make_engine(database_url).begin() as connection:
            stock = connection.execute(
                text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock"),
                {"name": product},
            ).scalar()
            if stock is None:
                raise HTTPException(404, f"The store has no {product}.")
            return {"left": stock}

    return app
