"""Commits before it returns and lets FastAPI read the objects again."""


# in create_app
@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    found = session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()
    session.commit()
    return found


@app.post("/products", response_model=ProductOut, status_code=201)
def add(new: NewProduct, session: Db):
    product = Product(name=new.name, price=new.price)
    session.add(product)
    session.commit()
    return product


@app.get("/report")
def report(session: Db) -> dict[str, int]:
    session.add(Visit())
    count = session.scalar(select(func.count(Product.id)))  # flushes the visit first
    session.commit()
    return {"products": count}
