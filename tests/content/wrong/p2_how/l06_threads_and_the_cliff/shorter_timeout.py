# task 1: failed
# says: whoever finds all in use gives up
"""Gives up sooner, so that nobody blocks a thread for long."""

# in create_app
engine = create_engine(database_url, pool_size=5, max_overflow=10, pool_timeout=0.05)


@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()
