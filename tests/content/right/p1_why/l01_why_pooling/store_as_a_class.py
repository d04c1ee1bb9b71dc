"""A class with methods for routes, ExitStack and closing."""

from contextlib import ExitStack, closing


class Store:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def search(self, q: str) -> list[str]:
        with closing(self.engine.connect()) as connection:
            sql = text("SELECT name FROM products WHERE name LIKE :pattern ORDER BY name")
            return connection.scalars(sql, {"pattern": f"%{q}%"}).all()

    def order(self, product: str) -> dict[str, int]:
        with ExitStack() as stack:
            connection = stack.enter_context(self.engine.connect())
            stack.enter_context(connection.begin())
            sql = text("UPDATE products SET stock = stock - 1 WHERE name = :name RETURNING stock")
            if (stock := connection.scalar(sql, {"name": product})) is None:
                raise HTTPException(404, f"The store has no {product}.")
            return {"left": stock}


def create_app(database_url: str) -> FastAPI:
    app, store = FastAPI(), Store(make_engine(database_url))
    app.add_api_route("/products", store.search)
    app.add_api_route("/orders/{product}", store.order, methods=["POST"], status_code=201)
    return app
