# task 1: failed
# says: A request keeps its connection and waits for a thread
"""Takes the objects out of the session and leaves the transaction open."""


# in create_app
@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    found = session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()
    session.expunge_all()
    return found
