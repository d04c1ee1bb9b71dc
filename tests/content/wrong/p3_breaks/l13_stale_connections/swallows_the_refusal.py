# task 4: failed
# says: The stock cannot fall below zero: raise what is no lost connection.
"""Takes every IntegrityError for an order that is there."""

from sqlalchemy.exc import IntegrityError


def place_order(engine: Engine, key: str, product: str, pieces: int) -> None:
    values = {"key": key, "p": product, "n": pieces}

    def place() -> None:
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO orders (key, product, pieces) VALUES (:key, :p, :n)"), values)
            connection.execute(text("UPDATE stock SET pieces = pieces - :n WHERE product = :p"), values)

    try:
        once_more(place)
    except IntegrityError:
        pass
