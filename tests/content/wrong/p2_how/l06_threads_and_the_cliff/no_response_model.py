# task 1: failed
# says: kept the cost out of the answer
"""Leaves the check out, and with it the filter."""


# in create_app
@app.get("/products")
def search(q: str, session: Db):
    return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()
