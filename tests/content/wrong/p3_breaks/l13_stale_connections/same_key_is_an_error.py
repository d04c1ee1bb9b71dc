# task 4: failed
# says: The key was there: the first attempt was committed, and that is a success
"""Tries again and stumbles over its own order."""


def place_order(engine: Engine, key: str, product: str, pieces: int) -> None:
    values = {"key": key, "p": product, "n": pieces}

    def place() -> None:
        with engine.begin() as connection:
            connection.execute(text("UPDATE stock SET pieces = pieces - :n WHERE product = :p"), values)
            connection.execute(text("INSERT INTO orders (key, product, pieces) VALUES (:key, :p, :n)"), values)

    once_more(place)
