"""Gives the database threads of its own, fifteen, and works in one hop."""

from functools import partial, wraps
from inspect import signature

from anyio import CapacityLimiter, to_thread

# in create_app
threads = CapacityLimiter(15)


def in_a_database_thread(work):
    @wraps(work)
    async def endpoint(**arguments):
        return await to_thread.run_sync(partial(in_a_session, **arguments), limiter=threads)

    def in_a_session(**arguments):
        with Session(engine) as session:
            return work(session=session, **arguments)

    parameters = [one for one in signature(work).parameters.values() if one.name != "session"]
    endpoint.__signature__ = signature(work).replace(parameters=parameters)
    return endpoint


@app.get("/products", response_model=list[ProductOut])
@in_a_database_thread
def search(q: str, session: Session):
    return session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name)).all()


@app.post("/products", response_model=ProductOut, status_code=201)
@in_a_database_thread
def add(new: NewProduct, session: Session):
    product = Product(name=new.name, price=new.price)
    session.add(product)
    session.commit()
    session.refresh(product)
    return product


@in_a_database_thread
def current_shopper(token: Annotated[str, Header()], session: Session) -> str:
    if session.get(Shopper, token) is None:
        raise HTTPException(401, "Who are you?")
    return token


@app.get("/orders", response_model=list[OrderOut])
@in_a_database_thread
def orders(token: Annotated[str, Depends(current_shopper)], session: Session):
    return session.scalars(select(Order).where(Order.token == token).order_by(Order.id)).all()


@app.get("/report")
@in_a_database_thread
def report(session: Session) -> dict[str, int]:
    count = session.scalar(select(func.count(Product.id)))
    session.add(Visit())
    session.commit()
    return {"products": count}


@app.get("/ping")
def ping() -> str:
    return "pong"
