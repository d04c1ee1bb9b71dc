# task 2: failed
# says: `commit()` after the `yield` runs after the answer was checked
"""Commits in the dependency, after the answer was checked."""


# in create_app
def get_session():
    with Session(engine) as session:
        yield session
        session.commit()


@app.post("/products", response_model=ProductOut, status_code=201)
def add(new: NewProduct, session: Db):
    product = Product(name=new.name, price=new.price)
    session.add(product)
    session.flush()
    return product
