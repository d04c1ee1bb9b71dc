"""Admits fourteen requests in a middleware, before anything else of them runs; the report keeps its two connections."""

import asyncio

from starlette.middleware import Middleware


class Admission:
    """Let so many requests in at once; ping is always let in."""

    def __init__(self, app, most: int) -> None:
        self.app, self.limit = app, asyncio.Semaphore(most)

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http" or scope["path"] == "/ping":
            return await self.app(scope, receive, send)
        async with self.limit:
            await self.app(scope, receive, send)


# in create_app
app = FastAPI(middleware=[Middleware(Admission, most=14)])


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


@app.get("/report")
def report(session: Db) -> dict[str, int]:
    count = session.scalar(select(func.count(Product.id)))
    with Session(engine) as journal:
        journal.add(Visit())
        journal.commit()
    return {"products": count}


@app.get("/ping")
def ping() -> str:
    return "pong"
