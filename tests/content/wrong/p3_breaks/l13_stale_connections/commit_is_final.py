# task 4: failed
# says: Nobody has said whether it is committed
"""Takes a failed commit for an order that was not placed, and raises."""


def place_order(engine: Engine, key: str, product: str, pieces: int) -> None:
    values = {"key": key, "p": product, "n": pieces}

    def begun() -> Connection:
        connection = engine.connect()
        try:
            note = "INSERT INTO orders (key, product, pieces) VALUES (:key, :p, :n) ON CONFLICT (key) DO NOTHING"
            if connection.execute(text(note), values).rowcount == 1:
                connection.execute(text("UPDATE stock SET pieces = pieces - :n WHERE product = :p"), values)
        except BaseException:
            connection.close()
            raise
        return connection

    connection = once_more(begun)
    try:
        connection.commit()
    except DBAPIError:
        if once_more(lambda: _placed(engine, key)):
            raise
        once_more(begun).commit()
    finally:
        connection.close()


def _placed(engine: Engine, key: str) -> bool:
    with engine.connect() as connection:
        return connection.scalar(text("SELECT count(*) FROM orders WHERE key = :key"), {"key": key}) == 1
