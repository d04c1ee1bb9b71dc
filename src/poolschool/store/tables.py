"""The store's tables."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All tables of the store."""


class Product(Base):
    """Something to buy; the price is in cents."""

    __tablename__ = "product"
    __table_args__ = (CheckConstraint("stock >= 0", name="stock_is_never_below_zero"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    # Sorted by bytes ("C"), so that one index serves both `LIKE 'lamp%'` and the order of the answer.
    name: Mapped[str] = mapped_column(String(60, collation="C"), index=True)
    price: Mapped[int]
    stock: Mapped[int]


class Order(Base):
    """So many of one product, for one shopper."""

    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    shopper: Mapped[str] = mapped_column(String(40), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int]
    total: Mapped[int]
    paid: Mapped[bool] = mapped_column(default=False)
    placed_at: Mapped[datetime] = mapped_column(server_default=func.now())
