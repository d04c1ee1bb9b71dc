"""A Session for everything, and a server-side result."""

from sqlalchemy import select, update
from sqlalchemy.orm import sessionmaker


def price_of(engine: Engine, name: str) -> int | None:
    with Session(engine) as session:
        return session.scalar(select(Product.price).where(Product.name == name))


def change_prices(engine: Engine, prices: dict[str, int]) -> list[ValueError]:
    refused = []
    for name, price in prices.items():
        if price <= 0:
            refused.append(ValueError(f"{name} cannot cost {price}"))
            continue
        with sessionmaker(engine).begin() as session:
            session.execute(update(Product).where(Product.name == name).values(price=price))
    return refused


def product_names(engine: Engine) -> Iterator[str]:
    with Session(engine) as session:
        yield from session.scalars(select(Product.name).order_by(Product.name).execution_options(yield_per=500))


def stock_of(engine: Engine, name: str) -> int:
    with Session(engine) as session:
        return session.scalars(select(Product.stock).where(Product.name == name)).one()
