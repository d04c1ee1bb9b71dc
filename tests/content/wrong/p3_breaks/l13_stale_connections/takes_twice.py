# task 4: failed
# says: the second took the pieces again
"""Ignores the key that is there, and takes the pieces all the same."""


def place_order(engine: Engine, key: str, product: str, pieces: int) -> None:
    values = {"key": key, "p": product, "n": pieces}

    def place() -> None:
        with engine.begin() as connection:
            connection.execute(text("UPDATE stock SET pieces = pieces - :n WHERE product = :p"), values)
            connection.execute(
                text("INSERT INTO orders (key, product, pieces) VALUES (:key, :p, :n) ON CONFLICT (key) DO NOTHING"),
                values,
            )

    once_more(place)
