"""Takes async sessions, which wait without a thread."""

from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

# in create_app
engine = create_async_engine(database_url.replace("sqlite:", "sqlite+aiosqlite:"), pool_size=5, max_overflow=10)


async def get_session():
    async with AsyncSession(engine, expire_on_commit=False) as session:
        yield session


Db = Annotated[AsyncSession, Depends(get_session)]


@app.get("/products", response_model=list[ProductOut])
async def search(q: str, session: Db):
    return (await session.scalars(select(Product).where(Product.name.contains(q)).order_by(Product.name))).all()


@app.post("/products", response_model=ProductOut, status_code=201)
async def add(new: NewProduct, session: Db):
    product = Product(name=new.name, price=new.price)
    session.add(product)
    await session.commit()
    await session.refresh(product)
    return product


async def current_shopper(token: Annotated[str, Header()], session: Db) -> str:
    if await session.get(Shopper, token) is None:
        raise HTTPException(401, "Who are you?")
    return token


@app.get("/orders", response_model=list[OrderOut])
async def orders(token: Annotated[str, Depends(current_shopper)], session: Db):
    return (await session.scalars(select(Order).where(Order.token == token).order_by(Order.id))).all()


@app.get("/report")
async def report(session: Db) -> dict[str, int]:
    count = await session.scalar(select(func.count(Product.id)))
    session.add(Visit())
    await session.commit()
    return {"products": count}
