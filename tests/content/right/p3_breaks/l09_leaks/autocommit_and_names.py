"""Autocommit, and a class for the names."""


def change_prices(engine: Engine, prices: dict[str, int]) -> list[ValueError]:
    refused: list[ValueError] = []
    for name, price in prices.items():
        try:
            if not price > 0:
                raise ValueError(f"{name} cannot cost {price}")
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(
                    text("UPDATE products SET price = :price WHERE name = :name"), {"name": name, "price": price}
                )
        except ValueError as error:
            refused += [error]
    return refused


class Names:
    def __init__(self, engine: Engine) -> None:
        self._connection = engine.connect()
        try:
            self._names = self._connection.scalars(text("SELECT name FROM products ORDER BY name"))
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> "Names":
        return self

    def __next__(self) -> str:
        try:
            return next(self._names)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._connection.close()


def product_names(engine: Engine) -> Iterator[str]:
    return Names(engine)
