# task 1: failed
# says: they stand still for 300 seconds
"""Waits longer."""

# in create_app
engine = create_engine(database_url, pool_size=5, max_overflow=10, pool_timeout=300)


@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()
