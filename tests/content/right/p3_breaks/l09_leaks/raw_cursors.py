"""The driver's cursors through raw_connection, closed in finally; the product is expunged."""

from contextlib import closing
from sqlalchemy.orm import make_transient


def price_of(engine: Engine, name: str) -> int | None:
    with closing(engine.raw_connection()) as raw:
        row = raw.cursor().execute("SELECT price FROM products WHERE name = ?", (name,)).fetchone()
        return row and row[0]


def product_names(engine: Engine) -> Iterator[str]:
    raw = engine.raw_connection()
    try:
        for (name,) in raw.cursor().execute("SELECT name FROM products ORDER BY name"):
            yield name
    finally:
        raw.close()


def find_product(engine: Engine, name: str) -> Product | None:
    session = Session(engine)
    try:
        if (product := session.get(Product, name)) is not None:
            make_transient(product)
        return product
    finally:
        session.close()
