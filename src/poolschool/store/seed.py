"""The store's stock: 10,000 products, the same on every machine."""

import sys

from sqlalchemy import Engine, create_engine, insert, inspect
from sqlalchemy.exc import SQLAlchemyError

from poolschool.store.tables import Base, Product

PRODUCTS = 10_000
KINDS = ("lamp", "chair", "table", "shelf", "clock", "vase", "rug", "desk", "stool", "mirror")
STOCK = 1000  # of each


def seed(engine: Engine, products: int = PRODUCTS, stock: int = STOCK) -> None:
    """Make the tables and fill them."""
    Base.metadata.create_all(engine)
    rows = [
        {"name": f"{KINDS[n % len(KINDS)]} {n:05}", "price": 500 + n * 7 % 9000, "stock": stock}
        for n in range(products)
    ]
    with engine.begin() as connection:
        connection.execute(insert(Product), rows)
        connection.exec_driver_sql("ANALYZE product")  # or the planner would guess until autovacuum comes by


def main() -> None:
    """Fill the database of `STORE_DATABASE_URL`; tables that are there already are made anew only with `--again`."""
    from poolschool.store.settings import Settings

    try:
        engine = create_engine(Settings.from_environment().database_url)
        there = sorted(set(inspect(engine).get_table_names()) & set(Base.metadata.tables))
    except SQLAlchemyError as error:  # no such address, driver or database
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        sys.exit(f"STORE_DATABASE_URL leads to no database: {reason}")
    if there and "--again" not in sys.argv[1:]:
        sys.exit(
            f"The database has {', '.join(there)} already. Name an empty one, or add --again: their rows are lost then."
        )
    Base.metadata.drop_all(engine)
    seed(engine)
    engine.dispose()


if __name__ == "__main__":
    main()
