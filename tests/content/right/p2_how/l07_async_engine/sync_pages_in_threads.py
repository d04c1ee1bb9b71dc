"""Two engines: pages and searches of a sync one in threads, all else async; both are disposed of."""

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

# in create_app
sync_engine = create_engine(database_url.replace("+aiosqlite", ""), **LIMITS)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    try:
        yield
    finally:
        sync_engine.dispose()
        await engine.dispose()


@app.get("/products/{name}")
async def product_page(name: str) -> dict[str, int]:
    def find():
        with Session(sync_engine) as session:
            return session.get(Product, name)

    product = await asyncio.to_thread(find)
    if product is None:
        raise HTTPException(404)
    return {"price": product.price, "reviews": await reviews(name)}


@app.get("/search")
async def search(q: str) -> list[str]:
    def find():
        with Session(sync_engine) as session:
            return list(session.scalars(select(Product.name).where(Product.name.contains(q)).order_by(Product.name)))

    try:
        async with asyncio.timeout(PATIENCE):
            return await run_in_threadpool(find)
    except TimeoutError:
        raise HTTPException(504) from None
