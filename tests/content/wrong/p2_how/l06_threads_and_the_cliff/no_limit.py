# task 1: failed
# says: at most 15: the database grants no more
"""Lifts the limit of the pool."""

# in create_app
engine = create_engine(database_url, pool_size=0, pool_timeout=5)


@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()
