# task 4: failed
# says: Both statements in one transaction
"""Each statement in a transaction of its own."""


def place_order(engine: Engine, key: str, product: str, pieces: int) -> None:
    values = {"key": key, "p": product, "n": pieces}

    def note() -> bool:
        with engine.begin() as connection:
            note = "INSERT INTO orders (key, product, pieces) VALUES (:key, :p, :n) ON CONFLICT (key) DO NOTHING"
            return connection.execute(text(note), values).rowcount == 1

    def take() -> None:
        with engine.begin() as connection:
            connection.execute(text("UPDATE stock SET pieces = pieces - :n WHERE product = :p"), values)

    if once_more(note):
        once_more(take)
