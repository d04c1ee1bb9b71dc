"""The store's statements, the same for both flavours; built once, because building one costs as much as a small query."""

from sqlalchemy import bindparam, insert, select, update

from poolschool.store.tables import Order, Product

SHOWN = 10  # products or orders per answer

SEARCH = (
    select(Product.id, Product.name, Product.price)
    .where(Product.name.like(bindparam("pattern"), escape="/"))
    .order_by(Product.name)
    .limit(SHOWN)
)
PRODUCT = select(Product.id, Product.name, Product.price, Product.stock).where(Product.id == bindparam("product_id"))
PRICE_LIST = select(Product.name, Product.price).order_by(Product.name)
# Look and take in one statement: between a SELECT and an UPDATE somebody else may take the last one.
TAKE = (
    update(Product)
    .where(Product.id == bindparam("product_id"), Product.stock >= bindparam("quantity"))
    .values(stock=Product.stock - bindparam("quantity"))
    .returning(Product.price)
)
PLACE = insert(Order).returning(Order.id)
PAID = update(Order).where(Order.id == bindparam("order_id")).values(paid=True)
HISTORY = (
    select(Order.id, Order.product_id, Order.quantity, Order.total, Order.paid)
    .where(Order.shopper == bindparam("shopper"))
    .order_by(Order.id.desc())
    .limit(SHOWN)
)


def starting_with(text: str) -> dict[str, str]:
    """Give the parameter of `SEARCH` for names that start with a text, whatever signs it holds."""
    for sign in "/%_":
        text = text.replace(sign, f"/{sign}")
    return {"pattern": f"{text}%"}
