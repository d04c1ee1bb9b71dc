# task 1: failed
# says: tries again without end
"""Asks the pool again until it gives a connection."""

from time import sleep

from sqlalchemy.exc import TimeoutError as PoolTimeout


# in create_app
@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    while True:
        try:
            return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()
        except PoolTimeout:
            sleep(0.05)
