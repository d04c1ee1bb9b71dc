# task 2: failed
# says: A query after a commit took a connection again
"""Fixes the search and leaves the refresh, which takes a connection again."""


# in create_app
@app.post("/products", response_model=ProductOut, status_code=201)
def add(new: NewProduct, session: Db):
    product = Product(name=new.name, price=new.price)
    session.add(product)
    session.commit()
    session.refresh(product)
    return product
