"""What goes over the wire: wishes that come in, answers that go out. Prices are in cents."""

from pydantic import BaseModel, Field


class Offer(BaseModel):
    """A product in a list."""

    id: int
    name: str
    price: int


class ProductPage(Offer):
    """A product with what is left of it."""

    stock: int


class Wish(BaseModel):
    """What a shopper wants to buy."""

    shopper: str = Field(min_length=1, max_length=40)
    product_id: int
    quantity: int = Field(1, ge=1, le=100)


class Receipt(BaseModel):
    """An order as its shopper sees it."""

    id: int
    product_id: int
    quantity: int
    total: int
    paid: bool
