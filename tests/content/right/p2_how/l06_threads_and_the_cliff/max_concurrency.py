"""Admits fifteen by FastAPI 0.163, or as it does it where it is older."""

from inspect import signature

from anyio import Semaphore


def at_most(number: int, dependency):
    if "max_concurrency" in signature(Depends).parameters:
        return Depends(dependency, max_concurrency=number)
    limit = Semaphore(number)

    async def admitted():
        async with limit:
            yield

    def admitted_dependency(_: Annotated[None, Depends(admitted)]):
        yield from dependency()

    return Depends(admitted_dependency)


# in create_app
Db = Annotated[Session, at_most(15, get_session)]


@app.get("/products", response_model=list[ProductOut])
def search(q: str, session: Db):
    return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()


@app.post("/products", response_model=ProductOut, status_code=201)
def add(new: NewProduct, session: Db):
    product = Product(name=new.name, price=new.price)
    session.add(product)
    session.commit()
    session.refresh(product)
    return product


def current_shopper(token: Annotated[str, Header()], session: Db) -> str:
    if session.get(Shopper, token) is None:
        raise HTTPException(401, "Who are you?")
    return token


@app.get("/orders", response_model=list[OrderOut])
def orders(token: Annotated[str, Depends(current_shopper)], session: Db):
    return session.scalars(select(Order).where(Order.token == token).order_by(Order.id)).all()


@app.get("/ping")
def ping() -> str:
    return "pong"
