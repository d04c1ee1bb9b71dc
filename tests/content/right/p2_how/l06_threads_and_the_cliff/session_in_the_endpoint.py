"""Opens the session inside of each function; the report uses two, one after the other."""


# in create_app
@app.get("/products", response_model=list[ProductOut])
def search(q: str):
    with Session(engine, expire_on_commit=False) as session:
        return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()


@app.post("/products", response_model=ProductOut, status_code=201)
def add(new: NewProduct):
    with Session(engine, expire_on_commit=False) as session, session.begin():
        product = Product(name=new.name, price=new.price)
        session.add(product)
    return product


def current_shopper(token: Annotated[str, Header()]) -> str:
    with Session(engine) as session:
        if session.get(Shopper, token):
            return token
    raise HTTPException(401, "Who are you?")


@app.get("/orders", response_model=list[OrderOut])
def orders(token: Annotated[str, Depends(current_shopper)]):
    with Session(engine) as session:
        return session.scalars(select(Order).where(Order.token == token).order_by(Order.id)).all()


@app.get("/report")
def report() -> dict[str, int]:
    with Session(engine) as session:
        count = session.scalar(select(func.count(Product.id)))
    with Session(engine) as journal:
        journal.add(Visit())
        journal.commit()
    return {"products": count}
