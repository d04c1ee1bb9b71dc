# task 1: failed
# says: A pool of 40 moves the cliff to 80 requests
"""Gives every thread a connection."""

# in create_app
engine = create_engine(database_url, pool_size=40, max_overflow=0, pool_timeout=5)


@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()
