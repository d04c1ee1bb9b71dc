# task 1: failed
# says: Rows are read after the commit that returned their connection
"""Returns the connection before the rows have been read."""


# in create_app
@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    found = session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name))
    session.commit()
    return [ProductOut.model_validate(product, from_attributes=True) for product in found]
