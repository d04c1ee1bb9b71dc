"""The engine is made in the lifespan and handed over as state; attributes are awaited."""

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession


class Base(AsyncAttrs, DeclarativeBase):
    pass


# in create_app


@asynccontextmanager
async def lifespan(_: FastAPI):
    nonlocal engine, open_session
    engine = create_async_engine(database_url, **LIMITS)
    open_session = async_sessionmaker(engine)
    try:
        yield {"engine": engine}
    finally:
        if running:
            await asyncio.wait(running)
        await engine.dispose()


@app.get("/products/{name}")
async def product_page(name: str, request: Request) -> dict[str, int]:
    async with AsyncSession(request.state.engine) as session:
        price = (await session.execute(select(Product.price).where(Product.name == name))).scalar_one_or_none()
    if price is None:
        raise HTTPException(404)
    return {"price": price, "reviews": await reviews(name)}


@app.get("/overview")
async def overview() -> dict[str, int]:
    async def ask(query):
        async with open_session() as session:
            return await session.scalar(query)

    async with asyncio.TaskGroup() as group:
        products = group.create_task(ask(select(func.count()).select_from(Product)))
        pieces = group.create_task(ask(select(func.sum(Product.stock))))
        orders = group.create_task(ask(select(func.count()).select_from(Order)))
    return {"products": products.result(), "pieces": pieces.result(), "orders": orders.result()}


@app.get("/orders/{number}")
async def read_order(number: int) -> dict[str, object]:
    async with open_session() as session:
        order = await session.get(Order, number)
        if order is None:
            raise HTTPException(404)
        return {"shopper": order.shopper, "products": [line.product for line in await order.awaitable_attrs.lines]}


@app.post("/orders", status_code=201)
async def place_order(shopper: str, product: str) -> dict[str, object]:
    async with open_session() as session, session.begin():
        order = Order(shopper=shopper, lines=[Line(product=product)])
        session.add(order)
        await session.flush()
        saved = {"number": order.number, "shopper": order.shopper}
    return saved


@app.get("/search")
async def search(q: str) -> list[str]:
    try:
        async with asyncio.timeout(PATIENCE):
            query = asyncio.ensure_future(names_with(q))
            running.add(query)
            query.add_done_callback(running.remove)
            return await asyncio.shield(query)
    except TimeoutError as late:
        raise HTTPException(status_code=504, detail="later") from late


running = set()
