# task 5: failed
# says: their limits add up to more than there is
"""Writes a limit for each endpoint."""

from anyio import Semaphore


# in create_app
def at_most(limit: Semaphore):
    async def admitted():
        async with limit:
            yield

    return admitted


def session_of(limit: Semaphore):
    def get_session(_: Annotated[None, Depends(at_most(limit))]):
        with Session(engine) as session:
            yield session

    return Annotated[Session, Depends(get_session)]


ForSearch, ForAdd, ForOrders, ForReport = [session_of(Semaphore(15)) for _ in range(4)]


@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: ForSearch):
    return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()


@app.post("/products", response_model=ProductOut, status_code=201)
def add(new: NewProduct, session: ForAdd):
    product = Product(name=new.name, price=new.price)
    session.add(product)
    session.commit()
    session.refresh(product)
    return product


def current_shopper(token: Annotated[str, Header()], session: ForOrders) -> str:
    if session.get(Shopper, token) is None:
        raise HTTPException(401, "Who are you?")
    return token


@app.get("/orders", response_model=list[OrderOut])
def orders(token: Annotated[str, Depends(current_shopper)], session: ForOrders):
    return session.scalars(select(Order).where(Order.token == token).order_by(Order.id)).all()


@app.get("/report")
def report(session: ForReport) -> dict[str, int]:
    count = session.scalar(select(func.count(Product.id)))
    session.add(Visit())
    session.flush()
    session.commit()
    session.scalar(select(func.count(Product.id)))
    return {"products": count}
