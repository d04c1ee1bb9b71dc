"""Closes the session before it returns; objects that are detached can still be read."""


# in create_app
@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    found = session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()
    session.close()
    return found


@app.post("/products", response_model=ProductOut, status_code=201)
def add(new: NewProduct, session: Db):
    product = Product(name=new.name, price=new.price)
    session.add(product)
    session.commit()
    session.refresh(product)
    session.close()
    return product


def current_shopper(token: Annotated[str, Header()], session: Db) -> str:
    with session:
        known = session.get(Shopper, token)
    if not known:
        raise HTTPException(401, "Who are you?")
    return token


@app.get("/orders", response_model=list[OrderOut])
def orders(token: Annotated[str, Depends(current_shopper)], session: Db):
    with session:
        return session.scalars(select(Order).where(Order.token == token).order_by(Order.id)).all()


@app.get("/report")
def report(session: Db) -> dict[str, int]:
    with session:
        count = session.scalar(select(func.count(Product.id)))
    with Session(engine) as journal, journal.begin():
        journal.add(Visit())
    return {"products": count}
